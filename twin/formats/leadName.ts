import type { EcgOptions } from './format.ts';

/** Canonical spelling of every lead that is known by name, by its lower-case letters and digits. */
const CANONICAL: Readonly<Record<string, string>> = {
  i: 'I',
  ii: 'II',
  iii: 'III',
  avr: 'aVR',
  avl: 'aVL',
  avf: 'aVF',
  di: 'I',
  dii: 'II',
  diii: 'III',
  v1: 'V1',
  v2: 'V2',
  v3: 'V3',
  v4: 'V4',
  v5: 'V5',
  v6: 'V6',
  v7: 'V7',
  v8: 'V8',
  v9: 'V9',
  v3r: 'V3R',
  v4r: 'V4R',
  v5r: 'V5R',
  v6r: 'V6R',
  x: 'X',
  y: 'Y',
  z: 'Z',
  vx: 'X',
  vy: 'Y',
  vz: 'Z',
};

/**
 * One spelling for the leads that recorders write as `AVR`, `avr`, `Lead aVR`, `MDC_ECG_LEAD_AVR` or `aVR`; undefined for what is no lead.
 * An inverted lead (`-aVR`) is none: it must not pass for the upright one.
 *
 * @param leads  further names by canonical lead, as a study declares them
 */
export function canonicalLead(name: string, leads: EcgOptions['leads'] = {}): string | undefined {
  const declared = Object.entries(leads).find(
    ([, theirs]) => theirs?.trim().toLowerCase() === name.trim().toLowerCase(),
  );
  if (declared) return declared[0];
  const letters = name
    .trim()
    .toLowerCase()
    .replace(/^(mdc_ecg_)?(lead|ecg|ekg)?[\s_:]*/, '');
  return Object.hasOwn(CANONICAL, letters) ? CANONICAL[letters] : undefined;
}

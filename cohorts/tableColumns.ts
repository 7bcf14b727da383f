/** Names of the cohort table's own columns; metrics and covariates cannot take them, in whatever letter case. */
export const OWN_COLUMNS = [
  'subject',
  'status',
  'sex',
  'age_y',
  'height_cm',
  'weight_kg',
  'bsa_m2',
  'findings',
  'failureStage',
  'failureCode',
  'failureMessage',
  'codeVersion',
  'seed',
  'backend',
] as const;

/** Covariates that the sheet has by itself, whether the study names any or none. */
export const OWN_COVARIATES = ['sex', 'age_y', 'height_cm', 'weight_kg'] as const;

/** The hashes that rows have; each is a column `<name>Sha256`. */
export const HASHES = [
  'anatomyInput',
  'ecgInput',
  'electrodesInput',
  'torsoInput',
  'sheetRow',
  'settings',
  'anatomy',
  'beat',
  'twin',
] as const;

const UNIT_BY_SUFFIX: Readonly<Record<string, string>> = {
  ms: 'ms',
  s: 's',
  y: 'y',
  mV: 'mV',
  uV: 'uV',
  um: 'um',
  mm: 'mm',
  cm: 'cm',
  m: 'm',
  m2: 'm2',
  mm_ms: 'mm/ms',
  S_m: 'S/m',
  mL: 'mL',
  L: 'L',
  g: 'g',
  kg: 'kg',
  kg_m2: 'kg/m2',
  g_m2: 'g/m2',
  mL_m2: 'mL/m2',
  mg_dL: 'mg/dL',
  mmol_L: 'mmol/L',
  mmHg: 'mmHg',
  Hz: 'Hz',
  bpm: 'bpm',
  deg: 'deg',
  pct: '%',
  percent: '%',
};

/** Unit of a column that nobody gave one and whose name ends in none. */
export const UNSTATED_UNIT = 'unstated';

/** The unit that a column's name ends in (`systolic_mmHg`), or null. The longest ending counts: `bmi_kg_m2` is kg/m². */
export function unitOfName(name: string): string | null {
  const parts = name.split('_');
  for (let first = 1; first < parts.length; first++) {
    const suffix = parts.slice(first).join('_');
    if (Object.hasOwn(UNIT_BY_SUFFIX, suffix)) {
      return UNIT_BY_SUFFIX[suffix] ?? null;
    }
  }
  return null;
}

/** Body surface area, m²: √(height · weight / 3600) with cm and kg (Mosteller, N Engl J Med 1987). NaN where either is missing. */
export function bodySurfaceArea_m2(height_cm: number, weight_kg: number): number {
  return Math.sqrt((height_cm * weight_kg) / 3600);
}

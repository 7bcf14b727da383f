import { TwinError } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { INDEPENDENT_LEADS, type LeadName } from './beat.ts';

/** The six limb leads as sums of I and II (Einthoven, Goldberger); any two of them give the others. */
const LIMB_LEADS: readonly (readonly [LeadName, number, number])[] = [
  ['I', 1, 0],
  ['II', 0, 1],
  ['III', -1, 1],
  ['aVR', -1 / 2, -1 / 2],
  ['aVL', 1, -1 / 2],
  ['aVF', -1 / 2, 1],
];

/**
 * The eight independent leads of a recording; I and II are rebuilt from any two limb leads where they are missing.
 *
 * @returns mV, [8][samples], NaN where a sample that is needed is missing
 * @throws TwinError BadEcg when leads are missing and cannot be rebuilt
 */
export function independentLeads(recording: EcgRecording): Float64Array[] {
  const signalOf = (name: string): Float64Array | undefined => recording.voltage_mV[recording.leads.indexOf(name)];
  const limbs = LIMB_LEADS.flatMap(([name, one, two]) => {
    const signal = signalOf(name);
    return signal === undefined ? [] : [{ signal, one, two }];
  });
  const missing = INDEPENDENT_LEADS.filter((name) => name.startsWith('V') && signalOf(name) === undefined);
  if (limbs.length < 2 || missing.length > 0) {
    const lacking = [...(limbs.length < 2 ? ['a second limb lead'] : []), ...missing];
    throw new TwinError(
      'BadEcg',
      `${lacking.join(', ')} ${lacking.length > 1 ? 'are' : 'is'} missing and cannot be made from the others; found ${recording.leads.length} leads (${recording.leads.join(', ') || 'none'}), expected two limb leads and V1–V6`,
      { missing: lacking },
    );
  }
  return INDEPENDENT_LEADS.map((name) => {
    const own = signalOf(name);
    if (own !== undefined) return own.slice();
    // Cramer's rule for two limb leads x = a I + b II and y = c I + d II.
    const [{ signal: x, one: a, two: b }, { signal: y, one: c, two: d }] = limbs;
    const determinant = a * d - b * c;
    const [ofX, ofY] = name === 'I' ? [d / determinant, -b / determinant] : [-c / determinant, a / determinant];
    return x.map((value, at) => ofX * value + ofY * y[at]);
  });
}

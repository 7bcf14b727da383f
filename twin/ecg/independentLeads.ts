import { TwinError } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { INDEPENDENT_LEADS, type LeadName } from './beat.ts';

/** A way to a limb lead: itself, or a combination of others by Einthoven and Goldberger. */
type Recipe = Readonly<Partial<Record<LeadName, number>>>;
const RECIPES: Readonly<Partial<Record<LeadName, readonly Recipe[]>>> = {
  I: [{ I: 1 }, { II: 1, III: -1 }, { aVL: 2 / 3, aVR: -2 / 3 }, { aVL: 1, II: 1 / 2 }],
  II: [{ II: 1 }, { I: 1, III: 1 }, { aVF: 2 / 3, aVR: -2 / 3 }, { aVF: 1, I: 1 / 2 }],
};

/**
 * The eight independent leads of a recording, limb leads rebuilt from others where they are missing.
 *
 * @returns mV, [8][samples], NaN where a sample that is needed is missing
 * @throws TwinError BadEcg when a lead is missing and cannot be rebuilt
 */
export function independentLeads(recording: EcgRecording): Float64Array[] {
  return INDEPENDENT_LEADS.map((name) => {
    for (const recipe of RECIPES[name] ?? [{ [name]: 1 } as Recipe]) {
      const parts = Object.entries(recipe).map(([lead, weight]) => ({
        weight,
        signal: recording.voltage_mV[recording.leads.indexOf(lead)],
      }));
      if (parts.some(({ signal }) => signal === undefined)) continue;
      const out = new Float64Array(recording.voltage_mV[0].length);
      for (const { weight, signal } of parts) for (let at = 0; at < out.length; at++) out[at] += weight * signal[at];
      return out;
    }
    throw new TwinError(
      'BadEcg',
      `lead ${name} is missing and cannot be made from the others; found ${recording.leads.join(', ') || 'no leads'}, expected ${INDEPENDENT_LEADS.join(', ')}`,
      { lead: name },
    );
  });
}

import { TwinError } from '../../twin/errors.ts';
import { calibrate } from '../calibrate.ts';
import type { Control, Edge } from '../edge.ts';
import { measure } from '../measure.ts';
import { prepare } from '../prepare.ts';
import { quarantine } from '../quarantine.ts';
import type { SubjectPlace } from './study.ts';

/** A twin that would have to be computed: that is work for its own pool and not for whoever gathers rows. */
class TwinAbsent extends Error {}

const control: Control = { signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined };

/**
 * Writes the row of a subject again that is lost or damaged, from the stages that made it; only hearts and recordings are looked at again where
 * they were refused. Gives false where the twin itself is not there any more: then the study is to be run again.
 */
export async function restoreRow(edge: Edge, place: SubjectPlace): Promise<boolean> {
  const absent = () => Promise.reject(new TwinAbsent());
  const finding: Edge = { ...edge, science: { ...edge.science, calibrate: absent } };
  try {
    const prepared = await prepare(finding, place);
    // A calibration that did not converge was started once more, from another seed.
    const calibrated = await calibrate(finding, { place, prepared, start: 0 }, control).catch((error: unknown) => {
      if (!(error instanceof TwinAbsent)) throw error;
      return calibrate(finding, { place, prepared, start: 1 }, control);
    });
    await measure(finding, { place, prepared, calibrated });
    return true;
  } catch (error) {
    if (error instanceof TwinAbsent) return false;
    if (!(error instanceof TwinError) || !REFUSALS.includes(error.code)) throw error;
    const stage = error.code === 'BadInput' ? 'read' : 'prepare';
    await quarantine(edge, { place, failure: { stage, code: error.code, message: error.message } });
    return true;
  }
}

/** Codes with which preparing refuses a subject, each time that it is asked. */
const REFUSALS: readonly string[] = ['BadInput', 'BadAnatomy', 'BadEcg'];

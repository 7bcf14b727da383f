import type { EcgReading } from '../backend.ts';
import { LEAD_WEIGHTS, LEADS, weighLeads } from '../ecg/leads.ts';
import { velocityVector } from './parameters.ts';
import type { CalibrationProblem, Evaluated } from './problem.ts';
import { type Sampling, takeSamples } from './sampling.ts';

/**
 * ∂residual/∂parameters: of the ECG's leads as they are weighted, smoothed and thinned, by logarithms of velocities, and a row for the logarithm of the gain.
 *
 * @returns [4·pmjs + 5, taken·8]
 */
export async function residualJacobian(
  { heart, space, target }: CalibrationProblem,
  { parameters, mismatch }: Evaluated,
): Promise<Float32Array> {
  const { sampling } = target;
  const reading: EcgReading = { mix: LEAD_WEIGHTS, ...sampling };
  const read = heart.readJacobian
    ? await heart.readJacobian(parameters, reading)
    : readJacobian(await heart.jacobian(parameters), sampling);
  const data = sampling.taken * LEADS;
  const out = new Float32Array(space.scale.length * data);
  const factor = mismatch.gain / target.modelError_mV;
  const pmjNumbers = 4 * space.pmjs * data;
  for (let at = 0; at < pmjNumbers; at++) out[at] = factor * read[at];
  for (const [row, velocity] of velocityVector(parameters).entries()) {
    const first = pmjNumbers + row * data;
    for (let at = first; at < first + data; at++) out[at] = factor * velocity * read[at];
  }
  const gainRow = (space.scale.length - 1) * data;
  for (let at = 0; at < data; at++) out[gainRow + at] = mismatch.weighted[at] * factor;
  return out;
}

/**
 * `OpenHeart.readJacobian` of a Jacobian, for backends that do not read it themselves; the leads are weighted by LEAD_WEIGHTS.
 *
 * @param ofEcg  [rows, samples·8]
 * @returns [rows, taken·8]
 */
export function readJacobian(ofEcg: Float32Array, sampling: Sampling): Float32Array {
  const columns = sampling.samples * LEADS;
  const rows = ofEcg.length / columns;
  const data = sampling.taken * LEADS;
  const out = new Float32Array(rows * data);
  const course = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    // A PMJ moves the ECG only while its territory is activated.
    const begin = row * columns;
    let low = begin;
    let high = begin + columns;
    while (low < high && ofEcg[low] === 0) low++;
    while (high > low && ofEcg[high - 1] === 0) high--;
    if (low === high) continue;
    const first = Math.floor((low - begin) / LEADS);
    const last = Math.ceil((high - begin) / LEADS);
    const window = course.subarray(0, (last - first) * LEADS);
    for (let at = 0; at < window.length; at++) window[at] = ofEcg[begin + first * LEADS + at];
    weighLeads(window);
    takeSamples(sampling, window, out, first, row * data);
  }
  return out;
}

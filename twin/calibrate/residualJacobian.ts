import { VELOCITY_PARAMETERS } from '../backend.ts';
import { LEADS, weighLeads } from '../ecg/leads.ts';
import { velocityVector } from './parameters.ts';
import type { CalibrationProblem, Evaluated } from './problem.ts';
import { takeSamples } from './sampling.ts';

/**
 * ∂residual/∂parameters from ∂ECG/∂parameters: leads weighted, smoothed and thinned, logarithms of velocities, and a row for the logarithm of the gain.
 *
 * @param ofEcg  [4·pmjs + 4, samples·8]
 * @returns [4·pmjs + 5, taken·8]
 */
export function residualJacobian(
  ofEcg: Float32Array,
  { space, target }: CalibrationProblem,
  { parameters, mismatch }: Evaluated,
): Float32Array {
  const { samples, sampling } = target;
  const data = sampling.taken * LEADS;
  const out = new Float32Array(space.scale.length * data);
  const factor = mismatch.gain / target.modelError_mV;
  const velocities = velocityVector(parameters);
  const course = new Float64Array(samples * LEADS);
  const pmjRows = 4 * space.pmjs;
  for (let row = 0; row < pmjRows + VELOCITY_PARAMETERS; row++) {
    // A PMJ moves the ECG only while its territory is activated.
    const begin = row * samples * LEADS;
    let low = begin;
    let high = begin + samples * LEADS;
    while (low < high && ofEcg[low] === 0) low++;
    while (high > low && ofEcg[high - 1] === 0) high--;
    if (low === high) continue;
    const first = Math.floor((low - begin) / LEADS);
    const last = Math.ceil((high - begin) / LEADS);
    const window = course.subarray(0, (last - first) * LEADS);
    const scale = row < pmjRows ? factor : factor * velocities[row - pmjRows];
    for (let at = 0; at < window.length; at++) window[at] = scale * ofEcg[begin + first * LEADS + at];
    weighLeads(window);
    takeSamples(sampling, window, out, first, row * data);
  }
  const gainRow = (space.scale.length - 1) * data;
  for (let at = 0; at < data; at++) out[gainRow + at] = mismatch.weighted[at] * factor;
  return out;
}

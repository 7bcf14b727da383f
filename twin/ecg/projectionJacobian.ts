import { VELOCITY_PARAMETERS } from '../backend.ts';
import { TERRITORIES, type Territories } from '../eikonal/territories.ts';
import { movingWeights, type Projection } from './projection.ts';

/**
 * ∂ECG/∂parameters from territories. Each parameter's change of the S of `Projection` is gathered on the grid times
 * that its own nodes pass, then goes through the same kernel.
 *
 * @returns mV per ms, mm or mm/ms, rows as in `Backend`'s gradient, [4·pmjs + VELOCITY_PARAMETERS, samples·leads]
 */
export function ecgJacobian(
  projection: Projection,
  tau: Float64Array,
  { sources, derivatives, byVelocity }: Territories,
  pmjs: number,
): Float32Array {
  const { leads, samples, leadVectors, start_ms, step_ms, steps } = projection;
  const rows = 4 * pmjs + VELOCITY_PARAMETERS;
  const jacobian = new Float32Array(rows * samples * leads);
  const { starts, places } = placesByPmj(sources, pmjs);
  const gathered = new Float64Array(steps * 4 * leads);
  const moving = new Float64Array(3);
  for (let pmj = 0; pmj <= pmjs; pmj++) {
    // After the last PMJ come the velocities, which move every node.
    const isVelocity = pmj === pmjs;
    const end = isVelocity ? tau.length : starts[pmj + 1];
    let low = steps;
    let high = 0;
    for (let at = isVelocity ? 0 : starts[pmj]; at < end; at++) {
      const place = isVelocity ? at : places[at];
      const node = isVelocity ? at : (place / TERRITORIES) | 0;
      const numbers = isVelocity ? byVelocity : derivatives;
      const step = movingWeights((tau[node] - start_ms) / step_ms, steps, moving);
      if (step < 0) continue;
      if (step - 1 < low) low = step - 1;
      if (step + 2 > high) high = step + 2;
      for (let neighbour = 0; neighbour < 3; neighbour++) {
        const weight = moving[neighbour] / step_ms;
        let to = (step - 1 + neighbour) * 4 * leads;
        for (let row = 0; row < 4; row++) {
          const factor = weight * numbers[4 * place + row];
          for (let from = node * leads; from < (node + 1) * leads; from++) gathered[to++] += factor * leadVectors[from];
        }
      }
    }
    if (low < high) spreadRows(projection, gathered, low, high, jacobian, 4 * pmj * samples * leads);
    gathered.fill(0, low * 4 * leads, high * 4 * leads);
  }
  return jacobian;
}

/** Sends four gathered rows, non-zero on grid times low … high − 1, through the kernel. */
function spreadRows(
  { leads, samples, halfStep_mV, kernel, width, firsts }: Projection,
  gathered: Float64Array,
  low: number,
  high: number,
  out: Float32Array,
  offset: number,
): void {
  for (let sample = 0; sample < samples; sample++) {
    const first = firsts[sample];
    const begin = Math.max(low, first);
    const end = Math.min(high, first + width);
    if (begin >= end) continue;
    for (let row = 0; row < 4; row++) {
      for (let lead = 0; lead < leads; lead++) {
        let sum = 0;
        let k = sample * width + begin - first;
        let at = (begin * 4 + row) * leads + lead;
        for (let step = begin; step < end; step++) {
          sum += kernel[k++] * gathered[at];
          at += 4 * leads;
        }
        out[offset + (row * samples + sample) * leads + lead] = halfStep_mV * sum;
      }
    }
  }
}

/** Entries of the territories, `4 · node + rank`, by PMJ and ascending. */
function placesByPmj(sources: Int32Array, pmjs: number): { starts: Uint32Array; places: Uint32Array } {
  const starts = new Uint32Array(pmjs + 1);
  for (let place = 0; place < sources.length; place++) if (sources[place] >= 0) starts[sources[place] + 1]++;
  for (let pmj = 0; pmj < pmjs; pmj++) starts[pmj + 1] += starts[pmj];
  const next = starts.slice();
  const places = new Uint32Array(starts[pmjs]);
  for (let place = 0; place < sources.length; place++) if (sources[place] >= 0) places[next[sources[place]]++] = place;
  return { starts, places };
}

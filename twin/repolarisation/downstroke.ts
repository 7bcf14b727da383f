import type { HeartModel } from '../backend.ts';
import { movingWeights, type Projection, projectEcg } from '../ecg/projection.ts';

/** Step of the grid of times, ms: a sixteenth of a usual downstroke, where cubic weights keep the T wave within 1e-4. */
const STEP_ms = 5;
/** Half-width of the changing part in widths ε: 1 − tanh(2 · 5) = 4e-9, so little that no step of the fit sees where it ends. */
const HALF_WIDTH = 5;
/** Grid steps beside it that cubic weights need, and that fronts outside the window are held in. */
const MARGIN = 4;

/** The downstrokes of a heart on an ECG window, and how they change with their width. */
export interface Downstroke {
  /** Projects ρ on `Σ_n b_n A (tanh(2 (t − ρ_n)/ε) + 1)`, mV; to be taken off the upstrokes' ECG */
  readonly projection: Projection;
  /** Projects ρ on the same, differentiated by log ε */
  readonly byWidth: Projection;
}

/**
 * The binned sum of `Projection` for downstrokes of width ε, on a grid that does not depend on ε, so that the derivative by ε is the kernel's own:
 *
 *     K_kj = tanh(u_kj) − tanh(u_k,j+1),   ∂K_kj/∂log ε = −u_kj sech² u_kj + u_k,j+1 sech² u_k,j+1,   u_kj = 2 (t_k − s_j)/ε
 */
export function openDownstroke(
  { leadVectors, leads, window, actionPotential }: Omit<HeartModel, 'mesh'>,
  downstroke_ms: number,
): Downstroke {
  const reach = Math.ceil((HALF_WIDTH * downstroke_ms) / STEP_ms);
  const start_ms = window.start_ms - (reach + MARGIN) * STEP_ms;
  const span_ms = (window.samples - 1) * window.interval_ms;
  const steps = Math.ceil(span_ms / STEP_ms) + 2 * (reach + MARGIN) + 1;
  const width = 2 * reach + 1;
  const kernel = new Float64Array(window.samples * width);
  const change = new Float64Array(window.samples * width);
  const firsts = new Int32Array(window.samples);
  for (let sample = 0; sample < window.samples; sample++) {
    const since_ms = window.start_ms + sample * window.interval_ms - start_ms;
    const first = Math.floor(since_ms / STEP_ms) - reach;
    firsts[sample] = first;
    for (let place = 0; place < width; place++) {
      const u = (2 * (since_ms - (first + place) * STEP_ms)) / downstroke_ms;
      const next = u - (2 * STEP_ms) / downstroke_ms;
      kernel[sample * width + place] = Math.tanh(u) - Math.tanh(next);
      change[sample * width + place] = next / Math.cosh(next) ** 2 - u / Math.cosh(u) ** 2;
    }
  }
  const halfStep_mV = (actionPotential.peak_mV - actionPotential.rest_mV) / 2;
  const grid = {
    leads,
    samples: window.samples,
    leadVectors,
    rest_mV: 0,
    halfStep_mV,
    start_ms,
    step_ms: STEP_ms,
    steps,
  };
  const projection = { ...grid, kernel, width, firsts };
  return { projection, byWidth: { ...projection, kernel: change } };
}

/**
 * ∂ECG/∂parameters of the downstrokes' sum, for fronts that are sums of fields, `ρ = … + Σ_k p_k c_k`, and for log ε in the last row. The fields
 * meet the grid as the front does (`projectEcg`), so that the derivative is that of the binned sum itself.
 *
 * @param fields  c, [nodes, count]
 * @returns mV per ms, the last row mV; [count + 1, samples·leads] row-major
 */
export function downstrokeJacobian(
  { projection, byWidth }: Downstroke,
  front_ms: Float64Array,
  fields: Float64Array,
  count: number,
): Float64Array {
  const { leads, samples, leadVectors, halfStep_mV, start_ms, step_ms, steps, kernel, width, firsts } = projection;
  const row = count * leads;
  const gathered = new Float64Array(steps * row);
  const moving = new Float64Array(3);
  for (let node = 0; node < front_ms.length; node++) {
    const step = movingWeights((front_ms[node] - start_ms) / step_ms, steps, moving);
    if (step < 0) continue;
    for (let neighbour = 0; neighbour < 3; neighbour++) {
      let to = (step - 1 + neighbour) * row;
      for (let field = 0; field < count; field++) {
        const factor = (moving[neighbour] / step_ms) * fields[node * count + field];
        for (let from = node * leads; from < (node + 1) * leads; from++) gathered[to++] += factor * leadVectors[from];
      }
    }
  }
  const out = new Float64Array((count + 1) * samples * leads);
  for (let field = 0; field < count; field++) {
    for (let sample = 0; sample < samples; sample++) {
      for (let lead = 0; lead < leads; lead++) {
        let sum = 0;
        let at = firsts[sample] * row + field * leads + lead;
        for (let k = sample * width; k < (sample + 1) * width; k++) {
          sum += kernel[k] * gathered[at];
          at += row;
        }
        out[(field * samples + sample) * leads + lead] = halfStep_mV * sum;
      }
    }
  }
  out.set(projectEcg(byWidth, front_ms), count * samples * leads);
  return out;
}

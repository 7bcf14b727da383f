import { type HeartModel, VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import { TERRITORIES, type Territories } from '../../twin/eikonal/territories.ts';

/** Half-width of an upstroke's changing part in rise times: 1 − tanh²(2 · 5) = 8e-9. */
const HALF_WIDTH_RISES = 5;

/**
 * ∂ECG/∂parameters from territories, node by node and without bins: the derivative of the very sum that `tensorEcg` takes.
 *
 *     ∂φ_l(t_k)/∂p = −(2A/ε) Σ_n b_nl (1 − tanh²(2 (t_k − τ_n)/ε)) ∂τ_n/∂p
 *
 * @param tau  ms, Infinity where no wave came, [nodes]
 * @returns mV per ms, mm or mm/ms, rows as in `Backend`'s gradient, [4·pmjs + VELOCITY_PARAMETERS, samples·leads]
 */
export function upstrokeJacobian(
  { leadVectors, leads, window, actionPotential }: HeartModel,
  tau: Float64Array,
  { sources, derivatives, byVelocity }: Territories,
  pmjs: number,
): Float32Array {
  const { start_ms, interval_ms, samples } = window;
  const { rest_mV, peak_mV, riseTime_ms } = actionPotential;
  const rate = 2 / riseTime_ms;
  const slope = (-rate * (peak_mV - rest_mV)) / 2;
  const reach = HALF_WIDTH_RISES * riseTime_ms;
  const columns = samples * leads;
  const sums = new Float64Array((4 * pmjs + VELOCITY_PARAMETERS) * columns);
  const changes = new Float64Array(leads * (Math.ceil((2 * reach) / interval_ms) + 1));
  for (let node = 0; node < tau.length; node++) {
    const time = tau[node];
    const first = Math.max(0, Math.ceil((time - reach - start_ms) / interval_ms));
    const last = Math.min(samples - 1, Math.floor((time + reach - start_ms) / interval_ms));
    if (!(first <= last)) continue;
    let count = 0;
    for (let sample = first; sample <= last; sample++) {
      const phase = Math.tanh(rate * (start_ms + sample * interval_ms - time));
      const weight = slope * (1 - phase * phase);
      for (let from = node * leads; from < (node + 1) * leads; from++) changes[count++] = weight * leadVectors[from];
    }
    for (let rank = TERRITORIES * node; rank < TERRITORIES * (node + 1); rank++) {
      if (sources[rank] < 0) break;
      for (let part = 0; part < 4; part++) {
        const factor = derivatives[4 * rank + part];
        let to = (4 * sources[rank] + part) * columns + first * leads;
        for (let at = 0; at < count; at++) sums[to++] += factor * changes[at];
      }
    }
    for (let velocity = 0; velocity < VELOCITY_PARAMETERS; velocity++) {
      const factor = byVelocity[VELOCITY_PARAMETERS * node + velocity];
      if (factor === 0) continue;
      let to = (4 * pmjs + velocity) * columns + first * leads;
      for (let at = 0; at < count; at++) sums[to++] += factor * changes[at];
    }
  }
  return Float32Array.from(sums);
}

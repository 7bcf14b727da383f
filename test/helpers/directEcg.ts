import type { HeartModel } from '../../twin/backend.ts';

/** The ECG as the model defines it, `Σ_n b_n V(t − τ_n)`, node by node; mV, [samples, leads]. */
export function directEcg(
  { leadVectors, leads, window, actionPotential }: HeartModel,
  tau: Float64Array,
): Float64Array {
  const { rest_mV, peak_mV, riseTime_ms } = actionPotential;
  const ecg = new Float64Array(window.samples * leads);
  for (let sample = 0; sample < window.samples; sample++) {
    const time = window.start_ms + sample * window.interval_ms;
    for (let node = 0; node < tau.length; node++) {
      const v = rest_mV + ((peak_mV - rest_mV) / 2) * (Math.tanh((2 * (time - tau[node])) / riseTime_ms) + 1);
      for (let lead = 0; lead < leads; lead++) ecg[sample * leads + lead] += leadVectors[node * leads + lead] * v;
    }
  }
  return ecg;
}

import type { HeartModel } from '../backend.ts';

/** Grid steps in one rise time ε: 0.25 ms at ε = 1 ms, where cubic weights keep the ECG within 1e-4 of the direct sum. */
const STEPS_PER_RISE = 4;
/** Half-width of the upstroke's changing part in rise times: 1 − tanh(2 · 5) = 4e-9. */
const HALF_WIDTH_RISES = 5;
/** Grid steps on either side that cubic weights need, and that waves outside the window are held in. */
const MARGIN = 4;

/**
 * The ECG of an upstroke `V(t) = V0 + A (tanh(2 (t − τ)/ε) + 1)`, `A = (V1 − V0)/2`, as a sum over a grid of times s_j
 * instead of over nodes. `b_n` is shared over the four grid times around τ_n by cubic Lagrange weights, `H_j = Σ_n w_j(τ_n) b_n`;
 * summed by parts with `S_j = Σ_{i ≤ j} H_i`, only the changing part of tanh is left:
 *
 *     φ_l(t_k) = V0 Σ_n b_nl + A Σ_j S_jl K_kj,   K_kj = tanh(2 (t_k − s_j)/ε) − tanh(2 (t_k − s_{j+1})/ε)
 *
 * Waves that pass before or after the grid leave the window unchanged, whenever exactly they pass.
 */
export interface Projection {
  readonly leads: number;
  readonly samples: number;
  /** b, [nodes, leads] */
  readonly leadVectors: Float32Array;
  /** V0 and A, mV */
  readonly rest_mV: number;
  readonly halfStep_mV: number;
  /** s_0, ms */
  readonly start_ms: number;
  readonly step_ms: number;
  readonly steps: number;
  /** K, from grid time `firsts[k]` on, [samples, width] */
  readonly kernel: Float64Array;
  readonly width: number;
  /** [samples] */
  readonly firsts: Int32Array;
}

/** Prepares the grid and kernel of a heart's ECG window. */
export function openProjection({ leadVectors, leads, window, actionPotential }: Omit<HeartModel, 'mesh'>): Projection {
  const { rest_mV, peak_mV, riseTime_ms } = actionPotential;
  const step_ms = riseTime_ms / STEPS_PER_RISE;
  const reach = HALF_WIDTH_RISES * STEPS_PER_RISE;
  const start_ms = window.start_ms - (reach + MARGIN) * step_ms;
  const span_ms = (window.samples - 1) * window.interval_ms;
  const steps = Math.ceil(span_ms / step_ms) + 2 * (reach + MARGIN) + 1;
  const width = 2 * reach + 1;
  const kernel = new Float64Array(window.samples * width);
  const firsts = new Int32Array(window.samples);
  for (let sample = 0; sample < window.samples; sample++) {
    const time = window.start_ms + sample * window.interval_ms;
    const first = Math.floor((time - start_ms) / step_ms) - reach;
    firsts[sample] = first;
    let before = Math.tanh((2 * (time - start_ms - first * step_ms)) / riseTime_ms);
    for (let place = 0; place < width; place++) {
      const after = Math.tanh((2 * (time - start_ms - (first + place + 1) * step_ms)) / riseTime_ms);
      kernel[sample * width + place] = before - after;
      before = after;
    }
  }
  return {
    leads,
    samples: window.samples,
    leadVectors,
    rest_mV,
    halfStep_mV: (peak_mV - rest_mV) / 2,
    start_ms,
    step_ms,
    steps,
    kernel,
    width,
    firsts,
  };
}

/** ECG of an activation, mV, [samples, leads]. @param tau ms, Infinity where no wave came, [nodes] */
export function projectEcg(projection: Projection, tau: Float64Array): Float64Array {
  const { leads, samples, leadVectors, rest_mV, halfStep_mV, start_ms, step_ms, steps, kernel, width, firsts } =
    projection;
  const binned = new Float64Array(steps * leads);
  const place = new Float64Array(1);
  for (let node = 0; node < tau.length; node++) {
    const step = gridPlace((tau[node] - start_ms) / step_ms, steps, place);
    const x = place[0];
    const w0 = (-x * (x - 1) * (x - 2)) / 6;
    const w1 = ((x + 1) * (x - 1) * (x - 2)) / 2;
    const w2 = (-(x + 1) * x * (x - 2)) / 2;
    const w3 = ((x + 1) * x * (x - 1)) / 6;
    const at = (step - 1) * leads;
    const from = node * leads;
    for (let lead = 0; lead < leads; lead++) {
      const b = leadVectors[from + lead];
      binned[at + lead] += w0 * b;
      binned[at + leads + lead] += w1 * b;
      binned[at + 2 * leads + lead] += w2 * b;
      binned[at + 3 * leads + lead] += w3 * b;
    }
  }
  for (let at = leads; at < binned.length; at++) binned[at] += binned[at - leads];
  const total = binned.length - leads;
  const ecg = new Float64Array(samples * leads);
  for (let sample = 0; sample < samples; sample++) {
    for (let lead = 0; lead < leads; lead++) {
      let sum = 0;
      let at = firsts[sample] * leads + lead;
      for (let k = sample * width; k < (sample + 1) * width; k++) {
        sum += kernel[k] * binned[at];
        at += leads;
      }
      ecg[sample * leads + lead] = halfStep_mV * sum + rest_mV * binned[total + lead];
    }
  }
  return ecg;
}

/**
 * ∂loss/∂τ from ∂loss/∂φ: the exact transpose of `projectEcg`'s derivative, zero on waves outside the grid.
 *
 * @param ecgSensitivity  loss/mV, [samples, leads]
 * @returns loss/ms, [nodes]
 */
export function pullBackEcg(projection: Projection, tau: Float64Array, ecgSensitivity: Float64Array): Float64Array {
  const { leads, samples, leadVectors, halfStep_mV, start_ms, step_ms, steps, kernel, width, firsts } = projection;
  const perStep = new Float64Array(steps * leads);
  for (let sample = 0; sample < samples; sample++) {
    for (let lead = 0; lead < leads; lead++) {
      const sensitivity = halfStep_mV * ecgSensitivity[sample * leads + lead];
      let at = firsts[sample] * leads + lead;
      for (let k = sample * width; k < (sample + 1) * width; k++) {
        perStep[at] += kernel[k] * sensitivity;
        at += leads;
      }
    }
  }
  const nodeSensitivity = new Float64Array(tau.length);
  const moving = new Float64Array(3);
  for (let node = 0; node < tau.length; node++) {
    const step = movingWeights((tau[node] - start_ms) / step_ms, steps, moving);
    if (step < 0) continue;
    let at = (step - 1) * leads;
    let sum = 0;
    for (let from = node * leads; from < (node + 1) * leads; from++) {
      sum +=
        leadVectors[from] *
        (moving[0] * perStep[at] + moving[1] * perStep[at + leads] + moving[2] * perStep[at + 2 * leads]);
      at++;
    }
    nodeSensitivity[node] = sum / step_ms;
  }
  return nodeSensitivity;
}

/** Grid time below a place on the grid, and the place's share of the way to the next; times outside are held at the margin. */
function gridPlace(place: number, steps: number, share: Float64Array): number {
  if (!(place >= 1)) {
    share[0] = 0;
    return 1;
  }
  if (place >= steps - 2) {
    share[0] = 1;
    return steps - 3;
  }
  const step = Math.floor(place);
  share[0] = place - step;
  return step;
}

/**
 * How S moves with a place on the grid: the running sums of the cubic weights' derivatives (the fourth is zero).
 *
 * @param out  per grid step, at grid times step − 1, step, step + 1, [3]
 * @returns step, or −1 for times outside the grid, which do not move it
 */
export function movingWeights(place: number, steps: number, out: Float64Array): number {
  if (!(place >= 1) || place >= steps - 2) return -1;
  const step = Math.floor(place);
  const x = place - step;
  out[0] = -(3 * x * x - 6 * x + 2) / 6;
  out[1] = out[0] + (3 * x * x - 4 * x - 1) / 2;
  out[2] = -(3 * x * x - 1) / 6;
  return step;
}

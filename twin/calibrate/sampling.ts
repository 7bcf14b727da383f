import { LEADS } from '../ecg/leads.ts';

/**
 * What of an ECG's course a mesh can tell. On edges of h mm a wave passes nodes one after the other, and what is shorter than the time between them
 * is the mesh's own noise: an ECG is therefore smoothed by a Gaussian of `h / (2 mm/ms)` and thinned before it is compared. The same on model and recording,
 * so that it hides detail and moves nothing; on a coarse mesh it makes the ECG a smoother function of PMJs, and its linear system smaller.
 */
export interface Sampling {
  /** Of the ECG */
  readonly samples: number;
  /** Kept */
  readonly taken: number;
  /** First sample of each kept one's window, [taken] */
  readonly firsts: Int32Array;
  readonly width: number;
  /** Zero beyond the window's ends; scaled so that sums of squares stay about what they were, [taken, width] */
  readonly weights: Float64Array;
}

/** mm/ms: edge over smoothing time. Of 0, 1, 1.5 and 2 ms on 3 mm, 1.5 took the fewest solves that still reach 0.999 (`docs/decisions/0025-smoothed-courses.md`). */
const SMOOTHING_mm_ms = 2;
/** Standard deviations at which the Gaussian is cut. */
const REACH = 3;

/** @param edge_mm mean edge length of the mesh */
export function openSampling(samples: number, interval_ms: number, edge_mm: number): Sampling {
  const deviation = edge_mm / SMOOTHING_mm_ms / interval_ms;
  // Two standard deviations between kept samples lose nothing that the Gaussian has left.
  const every = Math.max(1, Math.floor(2 * deviation));
  const reach = Math.min(Math.ceil(REACH * deviation), samples - 1);
  const width = Math.min(2 * reach + 1, samples);
  const offset = (every - 1) >> 1;
  const taken = Math.ceil((samples - offset) / every);
  const firsts = new Int32Array(taken);
  const weights = new Float64Array(taken * width);
  for (let at = 0; at < taken; at++) {
    const centre = offset + at * every;
    const first = Math.min(Math.max(centre - reach, 0), samples - width);
    firsts[at] = first;
    let sum = 0;
    for (let place = 0; place < width; place++) {
      const distance = (first + place - centre) / deviation;
      const weight = Math.abs(distance) <= REACH + 1e-9 ? Math.exp((-distance * distance) / 2) : 0;
      weights[at * width + place] = weight;
      sum += weight;
    }
    for (let place = 0; place < width; place++) weights[at * width + place] *= Math.sqrt(every) / sum;
  }
  return { samples, taken, firsts, width, weights };
}

/**
 * Smooths and thins eight leads.
 *
 * @param ecg    [samples, 8], from sample `start` on; samples before and after it count as zero
 * @param out    of the kept samples, [taken, 8] from `offset` on
 */
export function takeSamples(
  { taken, firsts, width, weights }: Sampling,
  ecg: Float64Array,
  out: Float64Array | Float32Array,
  start = 0,
  offset = 0,
): void {
  const end = start + ecg.length / LEADS;
  for (let at = 0; at < taken; at++) {
    const from = Math.max(firsts[at], start);
    const to = Math.min(firsts[at] + width, end);
    for (let lead = 0; lead < LEADS; lead++) {
      let sum = 0;
      for (let sample = from; sample < to; sample++) {
        sum += weights[at * width + sample - firsts[at]] * ecg[(sample - start) * LEADS + lead];
      }
      out[offset + at * LEADS + lead] = sum;
    }
  }
}

/** The transpose of `takeSamples`: ∂loss/∂ecg from ∂loss/∂taken. @returns [samples, 8] */
export function pullBackSamples({ samples, taken, firsts, width, weights }: Sampling, sensitivity: Float64Array) {
  const out = new Float64Array(samples * LEADS);
  for (let at = 0; at < taken; at++) {
    for (let place = 0; place < width; place++) {
      const weight = weights[at * width + place];
      for (let lead = 0; lead < LEADS; lead++) {
        out[(firsts[at] + place) * LEADS + lead] += weight * sensitivity[at * LEADS + lead];
      }
    }
  }
  return out;
}

import type { Backend } from '../../twin/backend.ts';
import type { TissueConductivity } from '../../twin/calibrate/twin.ts';
import { BEAT_WINDOW } from '../../twin/counterfactual/simulatedBeat.ts';
import { openLawSimulator } from '../../twin/counterfactual/simulateLaw.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { TwinError } from '../../twin/errors.ts';
import { anatomyInputs } from './anatomyInputs.ts';
import type { InputRange } from './designBox.ts';
import { CHANGE_DIMENSIONS, canVary, changeOf, type VariedAnatomy, varyHeart } from './heartVariant.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS, FUNCTION_INPUTS, fromScale, lawOf, toScale } from './inputs.ts';
import { sobolPoints } from './sobol.ts';

/** What is simulated to learn from. */
export interface DesignSettings {
  /** Beats to simulate, about */
  readonly rows: number;
  /** Of the scrambled sequences */
  readonly seed: number;
  /** Bounds of each number of a law, by FUNCTION_INPUTS */
  readonly box: readonly InputRange[];
}

/** A heart of the run, read when its turn comes. */
export interface DesignHeart {
  readonly subject: string;
  open(): Promise<VariedAnatomy>;
}

/** Simulated beats with what made them. Rows of one heart stand together. */
export interface Design {
  readonly subjects: readonly string[];
  /** Place in `subjects`, [rows] */
  readonly heart: Uint32Array;
  /** 0 is the heart as it is, others are changed and moved, [rows] */
  readonly variant: Uint32Array;
  /** By EMULATOR_INPUTS, [rows, inputs] */
  readonly inputs: Float64Array;
  /** By EMULATOR_OUTPUTS, NaN where a beat has none, [rows, outputs] */
  readonly outputs: Float64Array;
  /** The beat of the independent leads on every `BEAT_STRIDE`-th sample of its window, mV, [rows, samples · 8] */
  readonly beats: Float32Array;
  /** Hearts and laws that could not be simulated, in sentences */
  readonly skipped: readonly string[];
}

/** Beats are kept at 4 ms, which carries 125 Hz. */
export const BEAT_STRIDE = 2;
export const BEAT_SAMPLES = Math.ceil(BEAT_WINDOW.samples / BEAT_STRIDE);
export const BEAT_WIDTH = BEAT_SAMPLES * LEADS;
/** Clock of the kept beats. */
export const KEPT_WINDOW = {
  start_ms: BEAT_WINDOW.start_ms,
  interval_ms: BEAT_WINDOW.interval_ms * BEAT_STRIDE,
  samples: BEAT_SAMPLES,
} as const;

/** Beats of each opened heart: opening one costs about as much as some beats. Ours. */
const ROWS_A_HEART = 6;

export interface DesignContext {
  readonly backend: Backend;
  readonly conductivity: TissueConductivity;
  readonly signal?: AbortSignal;
  onProgress?(rows: number, of: number): void;
}

/**
 * Simulates a design: laws spread over the box by a scrambled Sobol sequence, of which every heart gets a stretch; each heart as it is and, where it lies in a
 * homogeneous medium, changed in size and moved by a second sequence, so that few hearts fill the space between people.
 *
 * @throws TwinError Cancelled
 */
export async function simulateDesign(
  hearts: readonly DesignHeart[],
  { rows, seed, box }: DesignSettings,
  { backend, conductivity, signal, onProgress }: DesignContext,
): Promise<Design> {
  const openings = Math.max(1, Math.round(rows / ROWS_A_HEART / hearts.length));
  const each = Math.max(1, Math.round(rows / (openings * hearts.length)));
  const planned = hearts.length * openings * each;
  const laws = sobolPoints(planned, FUNCTION_INPUTS.length, seed);
  const changes = sobolPoints(hearts.length * openings, CHANGE_DIMENSIONS, seed + 1);
  const grown: GrownDesign = { heart: [], variant: [], inputs: [], outputs: [], beats: [], skipped: [] };
  for (const [heart, { subject, open }] of hearts.entries()) {
    const own = await open();
    const variants = canVary(own) ? openings : 1;
    const perVariant = (openings * each) / variants;
    for (let variant = 0; variant < variants; variant++) {
      if (signal?.aborted) throw new TwinError('Cancelled', 'emulator: its design was ended because it was asked to');
      const first = (heart * openings + variant) * each;
      const point = changes.subarray((heart * openings + variant) * CHANGE_DIMENSIONS);
      try {
        const anatomy = variant === 0 ? own : varyHeart(own, changeOf(point));
        const measured = anatomyInputs(anatomy);
        const simulator = await openLawSimulator({ anatomy, backend, conductivity });
        try {
          for (let row = first; row < first + perVariant; row++) {
            const values = lawAt(laws.subarray(row * FUNCTION_INPUTS.length), box);
            const { features, ecg_mV } = await simulator.simulate(lawOf(values));
            grown.heart.push(heart);
            grown.variant.push(variant);
            grown.inputs.push(...measured, ...values);
            grown.outputs.push(...EMULATOR_OUTPUTS.map(({ name }) => features[name]));
            grown.beats.push(thinned(ecg_mV));
            onProgress?.(row + 1, planned);
          }
        } finally {
          await simulator.close();
        }
      } catch (error) {
        // A changed heart may come to lie on an electrode, and a law beyond the solver: the design goes on without it.
        if (!(error instanceof TwinError) || error.code === 'Cancelled') throw error;
        grown.skipped.push(`${subject}, variant ${variant}: ${error.message}`);
      }
    }
  }
  return frozen(
    hearts.map(({ subject }) => subject),
    grown,
  );
}

interface GrownDesign {
  readonly heart: number[];
  readonly variant: number[];
  readonly inputs: number[];
  readonly outputs: number[];
  readonly beats: Float32Array[];
  readonly skipped: string[];
}

function frozen(subjects: readonly string[], grown: GrownDesign): Design {
  const beats = new Float32Array(grown.beats.length * BEAT_WIDTH);
  for (const [row, beat] of grown.beats.entries()) beats.set(beat, row * BEAT_WIDTH);
  return {
    subjects,
    heart: Uint32Array.from(grown.heart),
    variant: Uint32Array.from(grown.variant),
    inputs: Float64Array.from(grown.inputs),
    outputs: Float64Array.from(grown.outputs),
    beats,
    skipped: grown.skipped,
  };
}

/** A law's numbers at a point of the unit cube; what enters as a logarithm is drawn as one. */
const lawAt = (point: ArrayLike<number>, box: readonly InputRange[]): Float64Array =>
  Float64Array.from(FUNCTION_INPUTS, ({ scale }, at) => {
    const { low, high } = box[at];
    const from = toScale(scale, low);
    return fromScale(scale, from + point[at] * (toScale(scale, high) - from));
  });

function thinned(ecg_mV: Float64Array): Float32Array {
  const out = new Float32Array(BEAT_WIDTH);
  for (let sample = 0; sample < BEAT_SAMPLES; sample++) {
    for (let lead = 0; lead < LEADS; lead++) out[sample * LEADS + lead] = ecg_mV[sample * BEAT_STRIDE * LEADS + lead];
  }
  return out;
}

/** Number of rows. */
export const designRows = ({ heart }: Pick<Design, 'heart'>): number => heart.length;

/** Some rows of a design, in the order given. */
export function rowsOf(
  design: Design,
  rows: ArrayLike<number>,
): Pick<Design, 'heart' | 'inputs' | 'outputs' | 'beats'> {
  const pick = <A extends Float64Array | Float32Array>(values: A, width: number, out: A): A => {
    for (let row = 0; row < rows.length; row++)
      out.set(values.subarray(rows[row] * width, (rows[row] + 1) * width), row * width);
    return out;
  };
  const [d, o] = [EMULATOR_INPUTS.length, EMULATOR_OUTPUTS.length];
  return {
    heart: Uint32Array.from(rows, (row) => design.heart[row]),
    inputs: pick(design.inputs, d, new Float64Array(rows.length * d)),
    outputs: pick(design.outputs, o, new Float64Array(rows.length * o)),
    beats: pick(design.beats, BEAT_WIDTH, new Float32Array(rows.length * BEAT_WIDTH)),
  };
}

import type { LinearProblem } from './calibrate/dataSpaceStep.ts';
import type { ActivationParameters } from './calibrate/twin.ts';
import type { TetMesh } from './mesh/tetMesh.ts';

/**
 * The compute port. A backend opens a heart once (tables, device buffers), then answers for any parameters. Answers are pure functions of
 * heart and parameters: no warm state leaks from one call into the next, so that a resumed calibration gives the same bytes.
 *
 * Calls on one heart may overlap, as in an ensemble of calibrations. A backend may answer overlapping calls together (in lanes, threads, one
 * dispatch); what it answers to each is the same as alone.
 */
export interface Backend {
  readonly name: string;
  /** What it computes on, in words, where that differs by machine */
  readonly runsOn?: string;
  open(heart: HeartModel): Promise<OpenHeart>;
  /** Its own solver of the linear step of Levenberg–Marquardt; absent = `openConjugateStep` */
  readonly step?: LeastSquares;
}

/** Solves linearised least-squares problems. */
export interface LeastSquares {
  /** What `dataSpaceStep` gives, within 1e-4 of the step; undefined where that gives none. */
  step(problem: LinearProblem, damping: number): Float64Array | undefined;
}

/** What the physics needs of one heart and one ECG window. */
export interface HeartModel {
  /** With its `speed`, where parts of the muscle conduct faster or slower than their region */
  readonly mesh: TetMesh;
  /** `b = K_σi Z`: projection of nodal potentials on the leads, mV of ECG per mV of transmembrane potential, [nodes, leads] */
  readonly leadVectors: Float32Array;
  readonly leads: number;
  /** The ECG's clock: sample k is at `k · interval_ms` after QRS onset plus `start_ms`. */
  readonly window: { readonly start_ms: number; readonly interval_ms: number; readonly samples: number };
  readonly actionPotential: ActionPotential;
}

/** Upstroke `V = V0 + (V1 − V0)/2 (tanh(2 (t − τ)/ε) + 1)`. */
export interface ActionPotential {
  readonly rest_mV: number;
  readonly peak_mV: number;
  /** ε */
  readonly riseTime_ms: number;
}

/** Columns of a Jacobian: per PMJ its time and x, y, z (4 · pmjs), then `lv.fibre, lv.transverse, rv.fibre, rv.transverse`. */
export const VELOCITY_PARAMETERS = 4;

export interface OpenHeart {
  /** Activation and ECG. @throws TwinError NoConvergence when a PMJ lies outside the mesh or a reachable node was not reached */
  solve(parameters: ActivationParameters): Promise<Solution>;
  /** `∂loss/∂parameters` from `∂loss/∂ecg`, by the adjoint, [4·pmjs + VELOCITY_PARAMETERS] */
  gradient(parameters: ActivationParameters, ecgSensitivity: Float64Array): Promise<Float64Array>;
  /** `∂ecg/∂parameters` by territories, [4·pmjs + VELOCITY_PARAMETERS, samples·leads] row-major */
  jacobian(parameters: ActivationParameters): Promise<Float32Array>;
  /** `∂reading/∂parameters`, [4·pmjs + VELOCITY_PARAMETERS, taken·leads] row-major; absent = `jacobian`, read by the caller */
  readJacobian?(parameters: ActivationParameters, reading: EcgReading): Promise<Float32Array>;
  /** Territory of each PMJ: number of nodes whose earliest wave comes mostly from it, [pmjs] */
  territories(parameters: ActivationParameters): Promise<Uint32Array>;
  close(): Promise<void>;
}

/** What is taken of an ECG: leads mixed, then sums over windows of samples. */
export interface EcgReading {
  /** Share of lead m in mixed lead l, [leads l, leads m] row-major */
  readonly mix: Float64Array;
  /** Number of windows */
  readonly taken: number;
  /** First sample of each window, [taken] */
  readonly firsts: Int32Array;
  /** Samples of a window */
  readonly width: number;
  /** [taken, width] */
  readonly weights: Float64Array;
}

export interface Solution {
  /** ms, [nodes]; Infinity on nodes that no tetrahedron uses */
  readonly activation_ms: Float64Array;
  /** mV, [samples, leads] */
  readonly ecg_mV: Float64Array;
  /** Seeded nodes and their initial times */
  readonly sources: { readonly nodes: Uint32Array; readonly times_ms: Float64Array };
}

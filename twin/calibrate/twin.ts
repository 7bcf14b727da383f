/** Conduction velocities of one ventricle's muscle, mm/ms (= m/s): along and across the fibre. */
export interface ConductionVelocity {
  readonly fibre_mm_ms: number;
  readonly transverse_mm_ms: number;
}

/** All that a twin's activation is made of. Purkinje–muscle junctions (PMJs) start the wave at places inside the subendocardial layer. */
export interface ActivationParameters {
  /** mm, [pmjs, 3] */
  readonly pmjPositions: Float64Array;
  /** ms ≥ 0 after QRS onset, [pmjs] */
  readonly pmjTimes_ms: Float64Array;
  readonly lv: ConductionVelocity;
  readonly rv: ConductionVelocity;
}

/** Default start of the velocities (Grandits et al., Med Image Anal 2025). */
export const DEFAULT_VELOCITY: ConductionVelocity = { fibre_mm_ms: 0.61, transverse_mm_ms: 0.225 };

/** A calibrated heart. */
export interface Twin {
  readonly parameters: ActivationParameters;
  /** One factor between model and recording; 1 when the recording's gain is known. */
  readonly gain: number;
  /** ms after QRS onset, [nodes]; NaN on nodes without tetrahedra */
  readonly activation_ms: Float64Array;
  /** Simulated ECG on the beat's window, mV, [samples, 8 independent leads] */
  readonly ecg_mV: Float64Array;
  /** Nodes where the wave was seeded and their initial times, for outside checking. */
  readonly sources: { readonly nodes: Uint32Array; readonly times_ms: Float64Array };
  readonly fit: {
    /** Over all samples of the QRS window and the twelve leads */
    readonly correlation: number;
    readonly rmse_mV: number;
    /** By standard lead, [12] */
    readonly leadCorrelation: Float64Array;
    readonly leadRmse_mV: Float64Array;
    readonly iterations: number;
    readonly stoppedBecause: 'fitted' | 'stalled' | 'iteration-limit';
  };
  readonly seed: number;
}

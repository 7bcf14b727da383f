import type { FastEndocardium } from '../anatomy/conductionSpeed.ts';
import type { PWaveSettings, SimulatedPWave } from '../atria/pWave.ts';
import type { EnsembleSummary } from '../ensemble/summary.ts';
import type { Repolarisation, RepolarisationSettings } from '../repolarisation/repolarisation.ts';

/** Conduction velocities of one ventricle's muscle, mm/ms (= m/s): along and across the fibre. */
export interface ConductionVelocity {
  readonly fibre_mm_ms: number;
  readonly transverse_mm_ms: number;
}

/** All that a twin's activation is made of. Purkinje–muscle junctions (PMJs) start the wave at places inside the subendocardial layer. */
export interface ActivationParameters {
  /** mm, [pmjs, 3] */
  readonly pmjPositions: Float64Array;
  /** ms after QRS onset, at least `EARLIEST_PMJ_ms`, [pmjs] */
  readonly pmjTimes_ms: Float64Array;
  readonly lv: ConductionVelocity;
  readonly rv: ConductionVelocity;
}

/** No PMJ is earlier than this, ms after QRS onset: the first muscle is active before its small wave shows in any lead. */
export const EARLIEST_PMJ_ms = -15;

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
  /** Fitted to the T wave after all of the above; absent where the recording shows none. */
  readonly repolarisation?: Repolarisation;
  /** The atria's activation and P wave; absent where the subject's files show no atria */
  readonly pWave?: SimulatedPWave;
  /** Spread of the explanations of this ECG; absent where no ensemble was asked for */
  readonly ensemble?: EnsembleSummary;
}

/** How twins are calibrated; the same for a whole study. */
export interface CalibrationSettings {
  /** Number of Purkinje–muscle junctions. */
  readonly pmjs: number;
  /** Thickness of the subendocardial layer that holds them, mm (Grandits et al. 2025). */
  readonly layer_mm: number;
  readonly seed: number;
  readonly maxIterations: number;
  /** Stop when the correlation over twelve leads reaches this. */
  readonly targetCorrelation: number;
  /** Mean edge lengths of the coarser meshes on which the fit starts, mm, coarsest first; those not clearly coarser than the subject's mesh are left out. */
  readonly coarseEdges_mm: readonly number[];
  /** Gaussian prior on the logarithm of each velocity: its median is DEFAULT_VELOCITY, this is its relative spread. 0 holds velocities fixed. */
  readonly velocitySpread: number;
  /** A layer under the endocardia that conducts faster; none when absent. */
  readonly endocardium?: FastEndocardium | undefined;
  /** Velocity in scar, mm/ms; SCAR_VELOCITY_mm_ms when absent. */
  readonly scarVelocity_mm_ms?: number | undefined;
  /** Members of the ensemble that tells how well the ECG determines the twin; 0 for none. */
  readonly ensembleMembers: number;
  readonly conductivity: TissueConductivity;
  /** Velocities of atria and priors of the P wave, where a subject's files show atria. */
  readonly pWave: PWaveSettings;
  /** Priors of the repolarisation. */
  readonly repolarisation: RepolarisationSettings;
}

/** Conductivities of the homogeneous torso model, S/m. */
export interface TissueConductivity {
  readonly intracellularFibre_S_m: number;
  readonly intracellularTransverse_S_m: number;
  readonly torso_S_m: number;
}

/** What a calibration tells while it runs. `checkpoint` holds its whole state: given back, it goes on to the same bytes. */
export interface CalibrationProgress {
  readonly iteration: number;
  readonly maxIterations: number;
  readonly correlation: number;
  readonly checkpoint: CalibrationCheckpoint;
}
export interface CalibrationCheckpoint {
  readonly level: number;
  readonly iteration: number;
  readonly damping: number;
  readonly gain: number;
  readonly pmjPositions: readonly number[];
  readonly pmjTimes_ms: readonly number[];
  readonly velocities_mm_ms: readonly number[];
  /** What the optimiser remembers of its level; absent where it remembers nothing */
  readonly memory?: readonly (readonly number[])[];
}

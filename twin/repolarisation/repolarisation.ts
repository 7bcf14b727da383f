/**
 * Activation–recovery intervals of a heart and the shape of its downstroke. The front of repolarisation follows that of activation,
 *
 *     ρ(x) = τ(x) + ARI(x),   ARI = ari + Σ_k gradient_k · c_k(x) + coupling · (τ(x) − mean of τ)
 *
 * with four fields c_k over the ventricular coordinates (`ariFields`), each of mean zero over the muscle and one unit long from one end to the other.
 * With a coupling of −1 all of the activation's delay is made up for, and the gradients alone make the T wave; below −1 the last muscle to be activated is the
 * first to recover, as Franz et al. (Circulation 1987) found in man.
 */
export interface RepolarisationParameters {
  /** Mean over the muscle, by volume, ms */
  readonly ari_ms: number;
  /** Base less apex, ms */
  readonly apicobasal_ms: number;
  /** Epicardium less endocardium, ms */
  readonly transmural_ms: number;
  /** RV less LV, ms */
  readonly interventricular_ms: number;
  /** Anterior less posterior wall, ms */
  readonly anteroposterior_ms: number;
  /** Change of ARI per delay of activation, a pure number */
  readonly coupling: number;
  /** ε of the downstroke's tanh, as the rise time is of the upstroke's, ms */
  readonly downstroke_ms: number;
}

/** The parameters' order in every vector of the fit; the downstroke enters it as a logarithm. */
export const REPOLARISATION_PARAMETERS = [
  'ari_ms',
  'apicobasal_ms',
  'transmural_ms',
  'interventricular_ms',
  'anteroposterior_ms',
  'coupling',
  'downstroke_ms',
] as const satisfies readonly (keyof RepolarisationParameters)[];

/** A heart's repolarisation, fitted to the T wave of its recording. */
export interface Repolarisation {
  readonly parameters: RepolarisationParameters;
  /** Standard deviation of each parameter that prior and T wave leave, in its own unit (Laplace's approximation) */
  readonly spread: RepolarisationParameters;
  /** Share of each prior variance that the T wave has taken away: 0 nothing was learned, 1 the prior plays no part */
  readonly contraction: RepolarisationParameters;
  /** ρ, ms after QRS onset, [nodes]; NaN on nodes without tetrahedra */
  readonly repolarisation_ms: Float64Array;
  /** Simulated ECG on the beat's QRS–T window, mV, [samples, 8 independent leads] */
  readonly ecg_mV: Float64Array;
  /** From the end of the QRS to the end of the window */
  readonly fit: {
    /** Over all samples and twelve leads */
    readonly correlation: number;
    readonly rmse_mV: number;
    /** By standard lead, [12] */
    readonly leadCorrelation: Float64Array;
    readonly leadRmse_mV: Float64Array;
    readonly iterations: number;
  };
}

/** Middle and standard deviation of a Gaussian prior. */
export interface Prior {
  readonly mean: number;
  readonly sd: number;
}

/** Priors of the repolarisation; the same for a whole study. A deviation of 0 holds a parameter at its mean. */
export interface RepolarisationSettings {
  readonly ari_ms: Prior;
  readonly apicobasal_ms: Prior;
  readonly transmural_ms: Prior;
  readonly interventricular_ms: Prior;
  readonly anteroposterior_ms: Prior;
  readonly coupling: Prior;
  /** `sd` is relative: of the logarithm */
  readonly downstroke_ms: Prior;
}

/**
 * Mean ARI, and RV less LV: means of seven healthy people by electrocardiographic imaging of the epicardium (Ramanathan et al., PNAS 2006), who
 * found 42 ms between apex and base as well; we take that as the spread of either sign. They saw recovery not follow activation, a coupling of −1. All other
 * values are ours, and all spreads are weak.
 */
export const DEFAULT_REPOLARISATION: RepolarisationSettings = {
  ari_ms: { mean: 235, sd: 50 },
  apicobasal_ms: { mean: 0, sd: 42 },
  transmural_ms: { mean: 0, sd: 25 },
  interventricular_ms: { mean: -32, sd: 32 },
  anteroposterior_ms: { mean: 0, sd: 25 },
  coupling: { mean: -1, sd: 0.7 },
  downstroke_ms: { mean: 80, sd: 0.4 },
};

import type { Anatomy } from '../anatomy/anatomy.ts';
import type { HeartModel } from '../backend.ts';
import { VENTRICULAR_UPSTROKE } from '../calibrate/calibrate.ts';
import { factorCholesky, solveCholesky } from '../calibrate/cholesky.ts';
import { fitFewParameters } from '../calibrate/fewParameters.ts';
import { compareEcgs } from '../calibrate/fit.ts';
import { sumOfSquares } from '../calibrate/loss.ts';
import type { TissueConductivity, Twin } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';
import { leadVectorsOf } from '../ecg/leadField.ts';
import { LEADS, standardLeads, TWELVE, weighLeads } from '../ecg/leads.ts';
import { openProjection, projectEcg } from '../ecg/projection.ts';
import { ARI_FIELDS, ariFields, repolarisationTimes } from './ariFields.ts';
import { downstrokeJacobian, openDownstroke } from './downstroke.ts';
import {
  REPOLARISATION_PARAMETERS,
  type Repolarisation,
  type RepolarisationParameters,
  type RepolarisationSettings,
} from './repolarisation.ts';

const PARAMETERS = REPOLARISATION_PARAMETERS.length;
const WIDTH = PARAMETERS - 1;
/** Least share of the T wave's root mean square that the model is thought to miss; what the fit leaves counts where it is more. Ours. */
const MODEL_ERROR = 0.05;
/** Where the iterations begin to weigh data against priors, before it is known what is missed. */
const FIRST_MODEL_ERROR = 0.2;
/** What is missed at one moment is missed alike for this long, ms: as many data count as the window has such stretches. Ours, half a usual downstroke. */
const CORRELATED_ms = 40;
/** Times the model error is taken anew from what is left. */
const REWEIGHTINGS = 4;
const MAX_ITERATIONS = 30;
/** Steps below this share of each standard deviation end an iteration. */
const SMALL_STEP = 0.01;
const FIRST_DAMPING = 1e-3;
const MOST_DAMPING = 1e6;
/** No step is longer than this: ms, and a relative width. */
const LONGEST_STEP_ms = 30;
const LONGEST_STEP = 0.3;
/** Widths stay between these, ms. */
const NARROWEST_ms = 20;
const WIDEST_ms = 250;

export interface RepolarisationInput {
  readonly anatomy: Pick<Anatomy, 'mesh' | 'coordinates' | 'electrodes'>;
  readonly beat: Pick<Beat, 'interval_ms' | 'qrsOnset_ms' | 'qrsOffset_ms' | 'qrst'>;
  readonly twin: Pick<Twin, 'activation_ms' | 'gain'>;
  readonly settings: RepolarisationSettings;
  readonly conductivity: TissueConductivity;
}

/**
 * Fits a heart's repolarisation to the recorded T wave, its activation and gain held:
 *
 *     minimise Σ_t mean over 12 leads (gain · φ(t) − recorded(t))² · Δt/(40 ms)/σ² + Σ_p (p − mean_p)²/sd_p²
 *
 * over the samples after the QRS offset (the J point), so that the ST segment counts as it was recorded, by Levenberg–Marquardt on seven parameters. σ is
 * what the fit itself leaves, at least 5 % of the T wave. The posterior is Laplace's: the inverse of the Gauss–Newton Hessian.
 *
 * @returns undefined where the beat has no T wave
 */
export function fitRepolarisation(input: RepolarisationInput): Repolarisation | undefined {
  const { beat, twin } = input;
  if (beat.qrst === undefined) return undefined;
  const problem = openProblem(input, beat.qrst.voltage_mV);
  let theta = startOf(input, problem, beat.qrst.tPeak_ms - beat.qrsOnset_ms);
  let sigma = FIRST_MODEL_ERROR * problem.rms;
  let iterations = 0;
  for (let pass = 0; pass < REWEIGHTINGS; pass++) {
    const ended = iterate(problem, theta, sigma);
    theta = ended.theta;
    iterations += ended.iterations;
    const left = Math.sqrt(sumOfSquares(residualOf(problem, theta)) / problem.samples);
    sigma = Math.max(MODEL_ERROR * problem.rms, left);
  }
  const parameters = parametersOf(theta);
  const ecg_mV = simulate(problem, theta);
  const { correlation, rmse_mV, leadCorrelation, leadRmse_mV } = compareEcgs(
    standardLeads(ecg_mV).subarray(problem.first * TWELVE),
    standardLeads(beat.qrst.voltage_mV).subarray(problem.first * TWELVE),
  );
  return {
    parameters,
    ...posterior(problem, theta, sigma),
    repolarisation_ms: repolarisationTimes(twin.activation_ms, problem.fields, parameters),
    ecg_mV,
    fit: { correlation, rmse_mV, leadCorrelation, leadRmse_mV, iterations },
  };
}

/** What an iteration works on. Samples of the fit are those from `first` on. */
interface Problem {
  readonly heart: Omit<HeartModel, 'mesh'>;
  readonly activation_ms: Float64Array;
  readonly gain: number;
  readonly fields: Float64Array;
  /** ECG of the upstrokes alone, before the gain, mV, [all samples, 8] */
  readonly upstroke_mV: Float64Array;
  /** Recorded, weighted leads, mV, [all samples, 8] */
  readonly target: Float64Array;
  readonly first: number;
  /** Of the fit */
  readonly samples: number;
  /** Of the recorded T wave over samples, mean over 12 leads, mV */
  readonly rms: number;
  /** Weight of a sample, √(Δt / 40 ms) */
  readonly weight: number;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

function openProblem(input: RepolarisationInput, voltage_mV: Float64Array): Problem {
  const { anatomy, beat, twin, settings, conductivity } = input;
  const all = voltage_mV.length / LEADS;
  const heart = {
    leadVectors: leadVectorsOf(anatomy, anatomy.electrodes, conductivity),
    leads: LEADS,
    window: { start_ms: -beat.qrsOnset_ms, interval_ms: beat.interval_ms, samples: all },
    actionPotential: VENTRICULAR_UPSTROKE,
  };
  const target = voltage_mV.slice();
  weighLeads(target);
  const first = Math.min(all - 1, Math.ceil(beat.qrsOffset_ms / beat.interval_ms));
  const priors = REPOLARISATION_PARAMETERS.map((name) => settings[name]);
  return {
    heart,
    activation_ms: twin.activation_ms,
    gain: twin.gain,
    fields: ariFields(anatomy, twin.activation_ms),
    upstroke_mV: projectEcg(openProjection(heart), twin.activation_ms),
    target,
    first,
    samples: all - first,
    rms: Math.sqrt(sumOfSquares(target.subarray(first * LEADS)) / (all - first)),
    weight: Math.sqrt(beat.interval_ms / CORRELATED_ms),
    mean: Float64Array.from(priors, ({ mean }, at) => (at === WIDTH ? Math.log(mean) : mean)),
    sd: Float64Array.from(priors, ({ sd }) => sd),
  };
}

/** The priors' means, with the mean ARI that puts the middle of repolarisation under the recorded T peak. */
function startOf({ settings }: RepolarisationInput, { activation_ms, mean }: Problem, tPeak_ms: number): Float64Array {
  const theta = mean.slice();
  const known = activation_ms.filter(Number.isFinite);
  if (settings.ari_ms.sd > 0) theta[0] = tPeak_ms - known.reduce((sum, time) => sum + time, 0) / known.length;
  return theta;
}

const parametersOf = (theta: Float64Array): RepolarisationParameters =>
  named((_, at) => (at === WIDTH ? Math.exp(theta[at]) : theta[at]));

const named = (value: (name: string, at: number) => number): RepolarisationParameters =>
  Object.fromEntries(
    REPOLARISATION_PARAMETERS.map((name, at) => [name, value(name, at)]),
  ) as unknown as RepolarisationParameters;

const frontOf = ({ activation_ms, fields }: Problem, theta: Float64Array): Float64Array =>
  repolarisationTimes(activation_ms, fields, parametersOf(theta));

/** gain · (upstrokes − downstrokes), mV, [all samples, 8] */
function simulate(problem: Problem, theta: Float64Array): Float64Array {
  const { projection } = openDownstroke(problem.heart, Math.exp(theta[WIDTH]));
  const down = projectEcg(projection, frontOf(problem, theta));
  return problem.upstroke_mV.map((value, at) => problem.gain * (value - down[at]));
}

/** Simulated less recorded, weighted leads, mV, [samples, 8] */
function residualOf(problem: Problem, theta: Float64Array): Float64Array {
  const residual = simulate(problem, theta);
  weighLeads(residual);
  return residual.map((value, at) => value - problem.target[at]).subarray(problem.first * LEADS);
}

/** Data and priors. */
function lossOf({ weight, mean, sd }: Problem, theta: Float64Array, residual: Float64Array, sigma: number): number {
  let loss = sumOfSquares(residual) * (weight / sigma) ** 2;
  for (let p = 0; p < PARAMETERS; p++) if (sd[p] > 0) loss += ((theta[p] - mean[p]) / sd[p]) ** 2;
  return loss;
}

/** Gauss–Newton Hessian `Jᵀ J + P⁻¹`, [7, 7], and half the gradient, [7]; a held parameter has a unit row and no gradient. */
function normalEquations(problem: Problem, theta: Float64Array, residual: Float64Array, sigma: number) {
  const { heart, first, samples, gain, weight, mean, sd } = problem;
  const all = heart.window.samples * LEADS;
  const jacobian = downstrokeJacobian(
    openDownstroke(heart, Math.exp(theta[WIDTH])),
    frontOf(problem, theta),
    problem.fields,
    ARI_FIELDS,
  );
  weighLeads(jacobian);
  const rows = Array.from({ length: PARAMETERS }, (_, p) =>
    jacobian.subarray(p * all + first * LEADS, p * all + (first + samples) * LEADS),
  );
  const scale = weight / sigma;
  const hessian = new Float64Array(PARAMETERS * PARAMETERS);
  const gradient = new Float64Array(PARAMETERS);
  for (let p = 0; p < PARAMETERS; p++) {
    if (sd[p] === 0) {
      hessian[p * PARAMETERS + p] = 1;
      continue;
    }
    for (let q = 0; q < PARAMETERS; q++) {
      if (sd[q] === 0) continue;
      let sum = 0;
      for (let at = 0; at < rows[p].length; at++) sum += rows[p][at] * rows[q][at];
      hessian[p * PARAMETERS + q] = sum * (gain * scale) ** 2;
    }
    let sum = 0;
    for (let at = 0; at < residual.length; at++) sum -= rows[p][at] * residual[at];
    hessian[p * PARAMETERS + p] += 1 / sd[p] ** 2;
    gradient[p] = sum * gain * scale ** 2 + (theta[p] - mean[p]) / sd[p] ** 2;
  }
  return { hessian, gradient };
}

function iterate(problem: Problem, start: Float64Array, sigma: number): { theta: Float64Array; iterations: number } {
  return fitFewParameters(
    {
      residualOf: (theta) => residualOf(problem, theta),
      lossOf: (theta, residual) => lossOf(problem, theta, residual, sigma),
      normalEquations: (theta, residual) => normalEquations(problem, theta, residual, sigma),
      stepped,
      maxIterations: MAX_ITERATIONS,
      smallStep: SMALL_STEP,
      firstDamping: FIRST_DAMPING,
      mostDamping: MOST_DAMPING,
    },
    start,
  );
}

/** A step, shortened as a whole so that no part of it is too long; widths stay plausible. */
function stepped(theta: Float64Array, step: Float64Array): Float64Array {
  let share = 1;
  for (let p = 0; p < PARAMETERS; p++) {
    const longest = p === WIDTH ? LONGEST_STEP : LONGEST_STEP_ms;
    share = Math.min(share, longest / Math.max(longest, Math.abs(step[p])));
  }
  const next = theta.map((value, p) => value + share * step[p]);
  next[WIDTH] = Math.min(Math.max(next[WIDTH], Math.log(NARROWEST_ms)), Math.log(WIDEST_ms));
  return next;
}

/** Laplace's approximation at the fit: standard deviations and what the data contributed to them. */
function posterior(
  problem: Problem,
  theta: Float64Array,
  sigma: number,
): Pick<Repolarisation, 'spread' | 'contraction'> {
  const { hessian } = normalEquations(problem, theta, residualOf(problem, theta), sigma);
  factorCholesky(hessian, PARAMETERS);
  const variance = Float64Array.from({ length: PARAMETERS }, (_, p) => {
    if (problem.sd[p] === 0) return 0;
    const unit = new Float64Array(PARAMETERS);
    unit[p] = 1;
    solveCholesky(hessian, PARAMETERS, unit);
    return unit[p];
  });
  return {
    spread: named((_, p) => Math.sqrt(variance[p]) * (p === WIDTH ? Math.exp(theta[p]) : 1)),
    contraction: named((_, p) => (problem.sd[p] === 0 ? 0 : 1 - variance[p] / problem.sd[p] ** 2)),
  };
}

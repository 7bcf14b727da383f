import { factorCholesky, solveCholesky } from '../calibrate/cholesky.ts';
import { fitFewParameters } from '../calibrate/fewParameters.ts';
import { compareEcgs } from '../calibrate/fit.ts';
import { sumOfSquares } from '../calibrate/loss.ts';
import type { Beat } from '../ecg/beat.ts';
import { LEADS, standardLeads, TWELVE, weighLeads } from '../ecg/leads.ts';
import { openProjection, type Projection, projectEcg } from '../ecg/projection.ts';
import type { Atria } from './atria.ts';
import { openAtrialActivation } from './atrialWave.ts';
import {
  ATRIAL_UPSTROKE,
  P_WAVE_PARAMETERS,
  type PWaveParameters,
  type PWaveSettings,
  type SimulatedPWave,
} from './pWave.ts';

const PARAMETERS = P_WAVE_PARAMETERS.length;
const [START, VELOCITY, BACHMANN, AMPLITUDE] = [0, 1, 2, 3];
/** Least share of the P wave's root mean square that the model is thought to miss; what the fit leaves counts where it is more. Ours. */
const MODEL_ERROR = 0.1;
/** What is missed at one moment is missed alike for this long, ms; ours, an eighth of a usual P wave. */
const CORRELATED_ms = 12;
/** Times the model error is taken anew from what is left. */
const REWEIGHTINGS = 3;
const MAX_ITERATIONS = 15;
/** Steps below this share of each standard deviation end an iteration. */
const SMALL_STEP = 0.02;
const FIRST_DAMPING = 1e-3;
const MOST_DAMPING = 1e5;
/** Differences of the derivatives' quotients: ms, and of logarithms. */
const STEP = [0.5, 0.01, 0.05, 0.01] as const;
/** No step is longer than this: ms, and of logarithms. */
const LONGEST_STEP = [15, 0.25, 0.25, 0.7] as const;
/** The muscle beside the sinus node is active for this long before any lead shows it, ms; ours. */
const HIDDEN_START_ms = 10;
/** Kept of the recording before the P onset and after the P offset, ms: later it shows the atria's repolarisation, which is not simulated. */
const MARGIN_ms = 10;
/** Window where no P wave was recorded, ms: from before the wave's start on for as long as slow atria need. */
const LEAD_IN_ms = 20;
const UNRECORDED_ms = 240;

export interface PWaveInput {
  readonly atria: Pick<Atria, 'mesh' | 'sinusNode'>;
  readonly beat: Pick<Beat, 'interval_ms' | 'qrsOnset_ms' | 'pWave'>;
  /** Of the atria's mesh (`leadVectorsOf`), [nodes, 8] */
  readonly leadVectors: Float32Array;
  /** The twin's gain; 1 where the recording's is known */
  readonly gain: number;
  readonly settings: PWaveSettings;
}

/**
 * Activates the atria from the sinus node and fits a few numbers to the recorded P wave:
 *
 *     minimise Σ_t mean over 12 leads (gain · amplitude · φ(t) − recorded(t))² · Δt/(12 ms)/σ² + Σ_p (p − mean_p)²/sd_p²
 *     τ = start + τ₁(bachmann)/velocity,   τ₁ the activation from the sinus node at the settings' velocities
 *
 * both ECGs less the mean of each lead over the samples,
 *
 * by Levenberg–Marquardt with difference quotients. Where no P wave was recorded the settings' means are the answer: the wave then starts a usual PR interval before
 * the QRS. The atria's repolarisation is left out: it lies under the PR segment and the QRS.
 *
 * @throws TwinError NoConvergence when a place of the atria is not reached
 */
export function fitPWave(input: PWaveInput): SimulatedPWave {
  const problem = openProblem(input);
  let theta: Float64Array = problem.mean.slice();
  let iterations = 0;
  let sigma = Number.POSITIVE_INFINITY;
  if (problem.target !== undefined) {
    sigma = problem.rms;
    for (let pass = 0; pass < REWEIGHTINGS; pass++) {
      const ended = iterate(problem, theta, sigma);
      theta = ended.theta;
      iterations += ended.iterations;
      const left = Math.sqrt(sumOfSquares(residualOf(problem, theta)) / problem.samples);
      sigma = Math.max(MODEL_ERROR * problem.rms, left);
    }
  }
  const ecg_mV = simulate(problem, theta);
  return {
    parameters: named((at) => parameterOf(theta, at)),
    spread: spreadOf(problem, theta, sigma),
    activation_ms: activationOf(problem, theta),
    ecg_mV,
    start_ms: problem.start_ms,
    interval_ms: input.beat.interval_ms,
    fit: { ...agreement(problem, ecg_mV), iterations },
  };
}

interface Problem {
  readonly activation: (bachmannFactor: number) => Float64Array;
  readonly projection: Projection;
  readonly gain: number;
  /** ms after QRS onset */
  readonly start_ms: number;
  /** Recorded, weighted leads, mV, [samples of the fit, 8]; absent where no P wave was recorded */
  readonly target?: Float64Array;
  /** Recorded, plain */
  readonly recorded?: Float64Array;
  readonly first: number;
  /** Of the fit */
  readonly samples: number;
  /** Of the recorded P wave, mean over 12 leads, mV */
  readonly rms: number;
  /** Weight of a sample, √(Δt / 12 ms) */
  readonly weight: number;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

function openProblem({ atria, beat, leadVectors, gain, settings }: PWaveInput): Problem {
  const { interval_ms, qrsOnset_ms, pWave } = beat;
  const samples = pWave ? pWave.voltage_mV.length / LEADS : Math.floor(UNRECORDED_ms / interval_ms) + 1;
  const start_ms = pWave ? pWave.start_ms - qrsOnset_ms : settings.start_ms.mean - LEAD_IN_ms;
  const window = { start_ms, interval_ms, samples };
  const priors = P_WAVE_PARAMETERS.map((name) => settings[name]);
  const mean = Float64Array.from(priors, (prior, at) => (at === START ? prior.mean : Math.log(prior.mean)));
  if (pWave) mean[START] = pWave.onset_ms - qrsOnset_ms - HIDDEN_START_ms;
  const open = {
    activation: openAtrialActivation(atria, settings),
    projection: openProjection({ leadVectors, leads: LEADS, window, actionPotential: ATRIAL_UPSTROKE }),
    gain,
    start_ms,
    weight: Math.sqrt(interval_ms / CORRELATED_ms),
    mean,
    sd: Float64Array.from(priors, ({ sd }) => sd),
  };
  if (!pWave) return { ...open, first: 0, samples: 0, rms: Number.NaN };
  const sampleAt = (time_ms: number) => (time_ms - pWave.start_ms) / interval_ms;
  const first = Math.max(0, Math.ceil(sampleAt(pWave.onset_ms - MARGIN_ms)));
  const end = Math.min(samples, Math.floor(sampleAt(pWave.offset_ms + MARGIN_ms)) + 1);
  const recorded = pWave.voltage_mV.slice(first * LEADS, end * LEADS);
  const target = levelled(recorded);
  const rms = Math.sqrt(sumOfSquares(target) / (end - first));
  return { ...open, target, recorded, first, samples: end - first, rms };
}

const parameterOf = (theta: Float64Array, at: number): number => (at === START ? theta[at] : Math.exp(theta[at]));

const named = (value: (at: number) => number): PWaveParameters => ({
  start_ms: value(START),
  velocityFactor: value(VELOCITY),
  bachmannFactor: value(BACHMANN),
  amplitude: value(AMPLITUDE),
});

function activationOf({ activation }: Problem, theta: Float64Array): Float64Array {
  const start = theta[START];
  const slowness = Math.exp(-theta[VELOCITY]);
  return activation(Math.exp(theta[BACHMANN])).map((time) => start + slowness * time);
}

/** mV, [all samples, 8] */
function simulate(problem: Problem, theta: Float64Array): Float64Array {
  const factor = problem.gain * Math.exp(theta[AMPLITUDE]);
  return projectEcg(problem.projection, activationOf(problem, theta)).map((value) => factor * value);
}

/** Samples of the fit, weighted leads. */
function fitted(problem: Problem, theta: Float64Array): Float64Array {
  const { first, samples } = problem;
  return levelled(simulate(problem, theta).subarray(first * LEADS, (first + samples) * LEADS));
}

/** Each lead less its mean, then weighted. The recording's zero was set where its P wave was thought to begin, which is a little too late or too early. */
function levelled(voltage_mV: Float64Array): Float64Array {
  const mean = new Float64Array(LEADS);
  for (let at = 0; at < voltage_mV.length; at++) mean[at % LEADS] += (voltage_mV[at] * LEADS) / voltage_mV.length;
  const out = voltage_mV.map((value, at) => value - mean[at % LEADS]);
  weighLeads(out);
  return out;
}

function residualOf(problem: Problem, theta: Float64Array): Float64Array {
  const { target } = problem;
  return fitted(problem, theta).map((value, at) => value - (target?.[at] ?? 0));
}

function lossOf({ weight, mean, sd }: Problem, theta: Float64Array, residual: Float64Array, sigma: number): number {
  let loss = sumOfSquares(residual) * (weight / sigma) ** 2;
  for (let p = 0; p < PARAMETERS; p++) if (sd[p] > 0) loss += ((theta[p] - mean[p]) / sd[p]) ** 2;
  return loss;
}

/** Gauss–Newton Hessian `Jᵀ J + P⁻¹`, [4, 4], and half the gradient, [4]; a held parameter has a unit row and no gradient. */
function normalEquations(problem: Problem, theta: Float64Array, residual: Float64Array, sigma: number) {
  const { weight, mean, sd } = problem;
  const rows = P_WAVE_PARAMETERS.map((_, p) => {
    if (sd[p] === 0) return new Float64Array(residual.length);
    const moved = (step: number) =>
      fitted(
        problem,
        theta.map((value, at) => (at === p ? value + step : value)),
      );
    const ahead = moved(STEP[p]);
    const behind = moved(-STEP[p]);
    return ahead.map((value, at) => (value - behind[at]) / (2 * STEP[p]));
  });
  const scale = (weight / sigma) ** 2;
  const hessian = new Float64Array(PARAMETERS * PARAMETERS);
  const gradient = new Float64Array(PARAMETERS);
  for (let p = 0; p < PARAMETERS; p++) {
    for (let q = 0; q < PARAMETERS; q++) {
      let sum = 0;
      for (let at = 0; at < residual.length; at++) sum += rows[p][at] * rows[q][at];
      hessian[p * PARAMETERS + q] = scale * sum;
    }
    let sum = 0;
    for (let at = 0; at < residual.length; at++) sum += rows[p][at] * residual[at];
    hessian[p * PARAMETERS + p] += sd[p] > 0 ? 1 / sd[p] ** 2 : 1;
    gradient[p] = scale * sum + (sd[p] > 0 ? (theta[p] - mean[p]) / sd[p] ** 2 : 0);
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

/** A step, shortened as a whole so that no part of it is too long. */
function stepped(theta: Float64Array, step: Float64Array): Float64Array {
  const share = step.reduce((most, value, p) => Math.min(most, LONGEST_STEP[p] / Math.abs(value || 1e-9)), 1);
  return theta.map((value, p) => value + share * step[p]);
}

/** Laplace's approximation at the fit; without a recording the priors. */
function spreadOf(problem: Problem, theta: Float64Array, sigma: number): PWaveParameters {
  const { sd, target } = problem;
  const inOwnUnit = (at: number, deviation: number) => deviation * (at === START ? 1 : Math.exp(theta[at]));
  if (target === undefined) return named((at) => inOwnUnit(at, sd[at]));
  const { hessian } = normalEquations(problem, theta, residualOf(problem, theta), sigma);
  factorCholesky(hessian, PARAMETERS);
  return named((at) => {
    if (sd[at] === 0) return 0;
    const unit = new Float64Array(PARAMETERS);
    unit[at] = 1;
    solveCholesky(hessian, PARAMETERS, unit);
    return inOwnUnit(at, Math.sqrt(unit[at]));
  });
}

function agreement({ recorded, first, samples }: Problem, ecg_mV: Float64Array) {
  if (recorded === undefined) {
    const none = () => new Float64Array(TWELVE).fill(Number.NaN);
    return { correlation: Number.NaN, rmse_mV: Number.NaN, leadCorrelation: none(), leadRmse_mV: none() };
  }
  const simulated = ecg_mV.subarray(first * LEADS, (first + samples) * LEADS);
  return compareEcgs(standardLeads(simulated), standardLeads(recorded));
}

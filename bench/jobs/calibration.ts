import { openBackend } from '../../backends/index.ts';
import type { Backend, HeartModel, OpenHeart } from '../../twin/backend.ts';
import { type CalibrateInput, calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { compareEcgs } from '../../twin/calibrate/fit.ts';
import type { OptimiserName } from '../../twin/calibrate/optimisers/index.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { BENCH_WINDOW, benchHeartModel, openBenchTruths } from '../benchTruth.ts';

export interface CalibrationJob {
  readonly backend: string;
  readonly optimiser: OptimiserName;
  /** Edge length of the mesh that is fitted, mm */
  readonly edge_mm: number;
  /** Of the coarser meshes before it, coarsest first */
  readonly coarserEdges_mm: readonly number[];
  /** Of the mesh that the ECG is made on */
  readonly truthEdge_mm: number;
  readonly truthSeed: number;
  readonly start: 'random' | 'front';
  readonly startSeed: number;
  readonly targetCorrelation: number;
  readonly maxIterations: number;
  readonly cacheFolder: string;
}

/** Correlations that are waited for, over twelve leads. */
const GOOD = 0.994;
const VERY_GOOD = 0.999;

/** CPU seconds and calls of one calibration. */
class Meter {
  solves = 0;
  jacobians = 0;
  gradients = 0;
  good_s = Number.NaN;
  veryGood_s = Number.NaN;
  private readonly began = process.cpuUsage();

  /** CPU seconds since the calibration was called: leads, tables, start and everything else are in it. */
  seconds(): number {
    const { user, system } = process.cpuUsage(this.began);
    return (user + system) / 1e6;
  }

  reached(correlation: number): void {
    if (Number.isNaN(this.good_s) && correlation >= GOOD) this.good_s = this.seconds();
    if (Number.isNaN(this.veryGood_s) && correlation >= VERY_GOOD) this.veryGood_s = this.seconds();
  }
}

/** One calibration of a planted activation from a given kind of start: what it took to good fits, and what it says of the activation. */
export async function calibration(job: CalibrationJob) {
  const { edge_mm, coarserEdges_mm, truthEdge_mm, cacheFolder } = job;
  const backend = await openBackend(job.backend);
  const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
  const coarser = await Promise.all(coarserEdges_mm.map((edge) => openBenchAnatomy(edge, cacheFolder)));
  const truthAnatomy = truthEdge_mm === edge_mm ? anatomy : await openBenchAnatomy(truthEdge_mm, cacheFolder);
  const truth = openBenchTruths([truthAnatomy, anatomy])(job.truthSeed);
  const solved = await solveOnce(backend, benchHeartModel(truthAnatomy), truth);
  const planted_ms =
    truthAnatomy === anatomy
      ? solved.activation_ms
      : (await solveOnce(backend, benchHeartModel(anatomy), truth)).activation_ms;
  const standard = standardLeads(solved.ecg_mV);
  const qrs = delineateQrs(standard, BENCH_WINDOW.samples, TWELVE, BENCH_WINDOW.interval_ms);
  const beat: Beat = {
    interval_ms: BENCH_WINDOW.interval_ms,
    voltage_mV: solved.ecg_mV,
    qrsOnset_ms: qrs.onset_ms,
    qrsOffset_ms: qrs.offset_ms,
    isCalibrated: true,
    findings: [],
  };
  const input: CalibrateInput = {
    anatomy,
    beat,
    coarser,
    backend,
    start: job.start,
    optimiser: job.optimiser,
    settings: {
      ...DEFAULT_CALIBRATION,
      seed: job.startSeed,
      targetCorrelation: job.targetCorrelation,
      maxIterations: job.maxIterations,
    },
  };
  // Model time zero is the recorded onset; the planted activation counts from the window's.
  const shift_ms = BENCH_WINDOW.start_ms + qrs.onset_ms;
  const errorOf = (activation_ms: Float64Array) => rootMeanSquare(activation_ms, planted_ms, shift_ms);
  const begun = await calibrate({ ...input, settings: { ...input.settings, maxIterations: 0 } });
  const meter = new Meter();
  let level = 0;
  const twin = await calibrate({
    ...input,
    backend: metered(backend, meter, anatomy.mesh, standard),
    onProgress({ correlation, checkpoint }) {
      if (level === coarser.length) meter.reached(correlation);
      level = checkpoint.level;
    },
  });
  return {
    nodes: anatomy.mesh.points.length / 3,
    cpu_s: meter.seconds(),
    good_s: meter.good_s,
    veryGood_s: meter.veryGood_s,
    iterations: twin.fit.iterations,
    solves: meter.solves,
    jacobians: meter.jacobians,
    gradients: meter.gradients,
    correlation: twin.fit.correlation,
    startCorrelation: begun.fit.correlation,
    rmse_ms: errorOf(twin.activation_ms),
    startRmse_ms: errorOf(begun.activation_ms),
    stoppedBecause: twin.fit.stoppedBecause,
  };
}

async function solveOnce(backend: Backend, model: HeartModel, truth: ActivationParameters) {
  const heart = await backend.open(model);
  const solution = await heart.solve(truth);
  await heart.close();
  return solution;
}

/** The backend with its calls counted; the first solve on the fitted mesh is looked at, since no iteration reports it. */
function metered(backend: Backend, meter: Meter, mesh: HeartModel['mesh'], standard: Float64Array): Backend {
  const watch = (heart: OpenHeart, isFitted: boolean): OpenHeart => {
    let isFirst = isFitted;
    const { readJacobian } = heart;
    return {
      async solve(parameters) {
        meter.solves++;
        const solution = await heart.solve(parameters);
        if (isFirst) meter.reached(compareEcgs(standardLeads(solution.ecg_mV), standard).correlation);
        isFirst = false;
        return solution;
      },
      jacobian(parameters) {
        meter.jacobians++;
        return heart.jacobian(parameters);
      },
      ...(readJacobian && {
        readJacobian(...asked: Parameters<typeof readJacobian>) {
          meter.jacobians++;
          return readJacobian.apply(heart, asked);
        },
      }),
      gradient(parameters, sensitivity) {
        meter.gradients++;
        return heart.gradient(parameters, sensitivity);
      },
      territories: (parameters) => heart.territories(parameters),
      close: () => heart.close(),
    };
  };
  return {
    ...backend,
    open: async (model) =>
      watch(await backend.open(model), model.mesh === mesh && model.window.samples === BENCH_WINDOW.samples),
  };
}

function rootMeanSquare(activation_ms: Float64Array, planted_ms: Float64Array, shift_ms: number): number {
  let squares = 0;
  let count = 0;
  for (let node = 0; node < planted_ms.length; node++) {
    const error = activation_ms[node] + shift_ms - planted_ms[node];
    if (!Number.isFinite(error)) continue;
    squares += error * error;
    count++;
  }
  return Math.sqrt(squares / count);
}

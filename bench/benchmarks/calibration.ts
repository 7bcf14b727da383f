import type { OptimiserName } from '../../twin/calibrate/optimisers/index.ts';
import type { Benchmark, BenchRow, Measured } from '../benchmark.ts';
import { median } from '../clock.ts';
import type { JobAnswer } from '../jobs/index.ts';

type Run = Measured<JobAnswer<'calibration'>>;

/** Meshes fitted, those before them, and the one that makes the ECG: the next finer one, or at the finest the same. */
const FITS = [
  { edge_mm: 3.2, coarserEdges_mm: [], truthEdge_mm: 2.15 },
  { edge_mm: 2.15, coarserEdges_mm: [3.2], truthEdge_mm: 1.3 },
  { edge_mm: 1.08, coarserEdges_mm: [3.2, 2.15], truthEdge_mm: 1.08 },
] as const;

/** Iterations over all meshes; as many as in the published method for Adam. */
const ITERATIONS: Readonly<Record<OptimiserName, number>> = { 'levenberg-marquardt': 60, adam: 400, lbfgs: 150 };
/** Nodes past which first-order methods take minutes. */
const FIRST_ORDER_EDGE_mm = 2;

/** How long a calibration takes, from random starts and from physiological ones, by each optimiser. */
export const calibration: Benchmark = {
  name: 'calibration',
  description: 'CPU seconds of a calibration to correlations of 0.994 and 0.999, and what it says of the activation',
  async run({ backends, cacheFolder, isQuick, run, tell }) {
    const rows: BenchRow[] = [];
    const seeds = isQuick ? [1] : [1, 2, 3];
    // Backends agree to rounding: one tells what a calibration takes, and the slow ones would take an hour.
    const backend = backends.includes('wasm') ? 'wasm' : backends[0];
    for (const fit of isQuick ? FITS.slice(0, 1) : FITS) {
      for (const optimiser of Object.keys(ITERATIONS) as OptimiserName[]) {
        if (optimiser !== 'levenberg-marquardt' && fit.edge_mm < FIRST_ORDER_EDGE_mm) continue;
        for (const start of ['random', 'front'] as const) {
          const settings = { backend, optimiser, start, ...fit, cacheFolder, targetCorrelation: 0.999 };
          const runs: Run[] = [];
          for (const seed of seeds) {
            const job = { ...settings, truthSeed: seed, startSeed: seed + 100, maxIterations: ITERATIONS[optimiser] };
            runs.push(await run('calibration', job));
          }
          const row = { optimiser, start, ...medians(runs) };
          rows.push(row);
          const [good, veryGood] = [row.good_s.toFixed(1), row.veryGood_s.toFixed(1)];
          tell(`${optimiser} from ${start}, ${row.nodes} nodes: 0.994 in ${good} s, 0.999 in ${veryGood} s`);
        }
      }
    }
    return [
      {
        name: 'calibration',
        title: 'Calibration',
        caption:
          `CPU seconds from the call of a calibration (lead fields, tables and start are in it) until its ECG correlates by 0.994 and 0.999 with the planted one, over twelve leads and 130 ms on the fitted mesh; medians of ` +
          `${seeds.length} planted activations of 300 PMJs, whose places and law the calibration does not know. ∞: not reached. ECGs are made on the next finer mesh (40k and 150k nodes), at 258k nodes on the same mesh. ` +
          'Random starts are places in the layer and times within 0–40 ms without a prior; front starts are the Purkinje front fitted to QRS duration and onset. RMSE is that of the activation over all muscle, beside its start’s: ' +
          'a good fit of the ECG is not a good map.',
        columns: [
          { key: 'nodes', title: 'nodes' },
          { key: 'optimiser', title: 'optimiser' },
          { key: 'start', title: 'start' },
          { key: 'good_s', title: '0.994, CPU s', digits: 2 },
          { key: 'veryGood_s', title: '0.999, CPU s', digits: 2 },
          { key: 'cpu_s', title: 'whole, CPU s', digits: 2 },
          { key: 'iterations', title: 'iterations' },
          { key: 'solves', title: 'solves' },
          { key: 'correlation', title: 'correlation', digits: 4 },
          { key: 'startRmse_ms', title: 'RMSE of the start, ms', digits: 1 },
          { key: 'rmse_ms', title: 'RMSE, ms', digits: 1 },
          { key: 'peakMemory_MB', title: 'peak memory, MB', digits: 0 },
        ],
        rows,
      },
    ];
  },
};

/** Medians over runs; a correlation that a run did not reach took it infinitely long. */
function medians(runs: readonly Run[]) {
  const of = (value: (answer: Run['answer']) => number) => median(runs.map(({ answer }) => value(answer)));
  const reached = (seconds: number) => (Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : seconds);
  return {
    nodes: of(({ nodes }) => nodes),
    good_s: of(({ good_s }) => reached(good_s)),
    veryGood_s: of(({ veryGood_s }) => reached(veryGood_s)),
    cpu_s: of(({ cpu_s }) => cpu_s),
    iterations: of(({ iterations }) => iterations),
    solves: of(({ solves }) => solves),
    correlation: of(({ correlation }) => correlation),
    startRmse_ms: of(({ startRmse_ms }) => startRmse_ms),
    rmse_ms: of(({ rmse_ms }) => rmse_ms),
    peakMemory_MB: Math.max(...runs.map(({ peakMemory_MB }) => peakMemory_MB)),
  };
}

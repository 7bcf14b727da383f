import type { Benchmark, BenchRow } from '../benchmark.ts';
import { withJobProcessOf } from '../checkout.ts';
import { median } from '../clock.ts';
import { runJob } from '../runJob.ts';

/** Pairs of runs, this code and the other's in turn, so that a machine that grows slower meanwhile slows both. */
const PAIRS = 3;

/** This code against a git ref: the same jobs, in turn. */
export const regression: Benchmark = {
  name: 'regression',
  description: 'forward solve, gradient iteration and Jacobian of this checkout against a git ref (--against)',
  async run({ edges_mm, backends, cacheFolder, against, isQuick, tell }) {
    if (against === undefined) return [];
    const rows: BenchRow[] = [];
    await withJobProcessOf(against, async (jobProcess) => {
      for (const edge_mm of edges_mm) {
        for (const backend of backends) {
          const input = { backend, edge_mm, cacheFolder, solves: 3 };
          const ours = { forward: [] as number[], gradient: [] as number[], jacobian: [] as number[] };
          const theirs = { forward: [] as number[], gradient: [] as number[], jacobian: [] as number[] };
          let nodes = 0;
          for (let pair = 0; pair < (isQuick ? 1 : PAIRS); pair++) {
            for (const [seconds, file] of [
              [ours, undefined],
              [theirs, jobProcess],
            ] as const) {
              const forward = await runJob('forward', input, file);
              const { answer } = await runJob('gradient', input, file);
              nodes = answer.nodes;
              seconds.forward.push(forward.answer.median_s);
              seconds.gradient.push(answer.iteration_s);
              seconds.jacobian.push(answer.jacobian_s);
            }
          }
          for (const what of ['forward', 'gradient', 'jacobian'] as const) {
            const [ours_s, theirs_s] = [median(ours[what]), median(theirs[what])];
            tell(`${backend}, ${nodes} nodes, ${what}: ${(ours_s / theirs_s).toFixed(2)} × ${against}`);
            rows.push({ nodes, backend, what, ours_s, theirs_s, ratio: ours_s / theirs_s });
          }
        }
      }
    });
    return [
      {
        name: 'regression',
        title: `This code against ${against}`,
        caption: 'Median CPU seconds over runs taken in turn, each in a process of its own; a ratio below 1 is faster.',
        columns: [
          { key: 'nodes', title: 'nodes' },
          { key: 'backend', title: 'backend' },
          { key: 'what', title: 'what' },
          { key: 'ours_s', title: 'this, CPU s', digits: 4 },
          { key: 'theirs_s', title: `${against}, CPU s`, digits: 4 },
          { key: 'ratio', title: 'ratio', digits: 2 },
        ],
        rows,
      },
    ];
  },
};

import type { Benchmark, BenchRow } from '../benchmark.ts';
import { median } from '../clock.ts';

/** Edge lengths compared, and the one that they are compared with, mm. */
const COARSE_mm = [3, 2, 1.2];
const FINEST_mm = 1.08;

/** How far a coarse mesh's ECG is from a fine one's for the same PMJs: what a coarse fit is worth on a fine mesh. */
export const transfer: Benchmark = {
  name: 'transfer',
  description: 'ECG of the same PMJs on 3, 2 and 1.2 mm meshes against about 1 mm',
  async run({ backends, cacheFolder, isQuick, run, tell }) {
    const rows: BenchRow[] = [];
    const edges_mm = isQuick ? [3, 2] : [...COARSE_mm, FINEST_mm];
    const seeds = isQuick ? [1, 2] : [1, 2, 3, 4, 5, 6];
    for (const backend of backends) {
      const { answer } = await run('transfer', { backend, edges_mm, cacheFolder, seeds });
      for (const { edge_mm, nodes, correlation, rmse_mV } of answer) {
        rows.push({
          backend,
          edge_mm,
          nodes,
          median: median(correlation),
          lowest: correlation[0],
          rmse_mV: median(rmse_mV),
        });
        tell(`${backend}, ${edge_mm} mm: correlation ${median(correlation).toFixed(5)}`);
      }
    }
    return [
      {
        name: 'transfer',
        title: 'Coarse meshes against a fine one',
        caption: `Correlation over twelve leads and 130 ms between the ECG on a mesh and that on ${edges_mm.at(-1)} mm, the same PMJs, times and velocities; ${seeds.length} planted activations.`,
        columns: [
          { key: 'backend', title: 'backend' },
          { key: 'edge_mm', title: 'edge, mm' },
          { key: 'nodes', title: 'nodes' },
          { key: 'median', title: 'correlation, median', digits: 5 },
          { key: 'lowest', title: 'lowest', digits: 5 },
          { key: 'rmse_mV', title: 'RMSE, mV', digits: 4 },
        ],
        rows,
      },
    ];
  },
};

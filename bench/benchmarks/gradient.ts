import { openBenchAnatomy } from '../benchHearts.ts';
import type { Benchmark, BenchRow } from '../benchmark.ts';
import { solvesOn } from '../jobs/forward.ts';
import { runTorch } from '../peers.ts';

/** A torch iteration takes a minute on meshes finer than 2 mm. */
const TORCH_NODES = 50_000;
const TORCH = 'torch re-implementation';

/** How long an iteration with a gradient takes, beside a torch re-implementation of the published method. */
export const gradient: Benchmark = {
  name: 'gradient',
  description: 'CPU seconds of one gradient iteration (forward solve and adjoint), and of one Jacobian',
  async run({ edges_mm, backends, cacheFolder, peers, isQuick, run, tell }) {
    const rows: BenchRow[] = [];
    for (const edge_mm of edges_mm) {
      const before = rows.length;
      for (const backend of backends) {
        const { answer, peakMemory_MB } = await run('gradient', {
          backend,
          edge_mm,
          cacheFolder,
          solves: solvesOn(edge_mm, isQuick),
        });
        tell(`${backend}, ${answer.nodes} nodes: ${answer.iteration_s.toFixed(3)} s an iteration`);
        rows.push({ method: backend, ...answer, peakMemory_MB });
      }
      const nodes = Number(rows[before]?.nodes);
      if (peers === undefined || nodes > TORCH_NODES || (isQuick && nodes > 20_000)) continue;
      const torch = await runTorch(peers, await openBenchAnatomy(edge_mm, cacheFolder), isQuick ? 1 : 3);
      tell(`torch re-implementation, ${nodes} nodes: ${torch.cpu_s.toFixed(1)} s an iteration`);
      rows.push({ method: TORCH, nodes, iteration_s: torch.cpu_s });
    }
    const torchOf = (nodes: unknown) => rows.find((row) => row.method === TORCH && row.nodes === nodes);
    return [
      {
        name: 'gradient',
        title: 'Gradient iteration',
        caption:
          'CPU seconds of one iteration as of Adam: a cold forward solve from new PMJs, the squared mismatch, and its gradient by 300 PMJs’ times and places and the velocities; the Jacobian is the further ' +
          'cost of a Gauss–Newton iteration. The peer is a torch re-implementation of the published method’s vectorised fixed point with automatic differentiation, on one thread; it is not its authors’ code.',
        columns: [
          { key: 'nodes', title: 'nodes' },
          { key: 'method', title: 'method' },
          { key: 'iteration_s', title: 'iteration, CPU s', digits: 4 },
          { key: 'ratio', title: 'torch ÷ this', digits: 0 },
          { key: 'jacobian_s', title: 'Jacobian, CPU s', digits: 4 },
          { key: 'peakMemory_MB', title: 'peak memory, MB', digits: 0 },
          { key: 'checksum', title: 'checksum', digits: 3 },
        ],
        rows: rows.map((row) => ({ ...row, ratio: Number(torchOf(row.nodes)?.iteration_s) / Number(row.iteration_s) })),
        chart: { x: 'nodes', y: 'iteration_s', series: 'method', isLogarithmic: true },
      },
    ];
  },
};

import { openBenchAnatomy } from '../benchHearts.ts';
import type { Benchmark, BenchRow } from '../benchmark.ts';
import { solvesOn } from '../jobs/forward.ts';
import { runC, runFim } from '../peers.ts';

/** fim-python takes a minute at 2 mm, and more than a benchmark may on finer meshes. */
const FIM_NODES = 50_000;

/** How long a forward solve takes, on every backend and beside C and fim-python. */
export const forward: Benchmark = {
  name: 'forward',
  description: 'CPU seconds of one forward solve: activation from a cold start, and its ECG',
  async run({ edges_mm, backends, cacheFolder, peers, isQuick, run, tell }) {
    const rows: BenchRow[] = [];
    for (const edge_mm of edges_mm) {
      const solves = solvesOn(edge_mm, isQuick);
      const ours: BenchRow[] = [];
      for (const backend of backends) {
        const { answer, peakMemory_MB } = await run('forward', { backend, edge_mm, cacheFolder, solves });
        tell(`${backend}, ${answer.nodes} nodes: ${answer.median_s.toFixed(3)} s`);
        ours.push({ method: backend, ...answer, peakMemory_MB });
      }
      rows.push(...ours);
      const nodes = Number(ours[0]?.nodes);
      if (peers === undefined) continue;
      const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
      const c = await runC(peers, anatomy, solves);
      rows.push({ method: 'C prototype, gcc -O3', nodes, median_s: c.cpu_s, rms_ms: c.rms_ms });
      tell(`C, ${nodes} nodes: ${c.cpu_s.toFixed(3)} s`);
      if (nodes > FIM_NODES || (isQuick && nodes > 20_000)) continue;
      const fim = await runFim(peers, anatomy);
      rows.push({ method: 'fim-python', nodes, median_s: fim.cpu_s, rms_ms: fim.rms_ms });
      tell(`fim-python, ${nodes} nodes: ${fim.cpu_s.toFixed(1)} s`);
    }
    const reference = (nodes: unknown) =>
      Number(rows.find((row) => row.method === 'reference' && row.nodes === nodes)?.median_s);
    return [
      {
        name: 'forward',
        title: 'Forward solve',
        caption:
          'CPU seconds of one process, median over solves from different PMJs (seeding 300 PMJs, cold start, ECG on eight leads), the first quarter left out and the very first told apart; ' +
          'fim-python gets the seeded nodes and solves the activation only. RMS is the difference of activation from the reference backend: for the same seeds with fim-python, for the same PMJs seeded by its own rule (one ring of tetrahedra) with C.',
        columns: [
          { key: 'nodes', title: 'nodes' },
          { key: 'method', title: 'method' },
          { key: 'median_s', title: 'CPU s', digits: 4 },
          { key: 'ratio', title: '× reference', digits: 2 },
          { key: 'first_s', title: 'first, CPU s', digits: 3 },
          { key: 'rms_ms', title: 'RMS, ms', digits: 6 },
          { key: 'peakMemory_MB', title: 'peak memory, MB', digits: 0 },
          { key: 'checksum', title: 'checksum', digits: 3 },
        ],
        rows: rows.map((row) => ({ ...row, ratio: Number(row.median_s) / reference(row.nodes) })),
        chart: { x: 'nodes', y: 'median_s', series: 'method', isLogarithmic: true },
      },
    ];
  },
};

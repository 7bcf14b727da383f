import type { Benchmark, BenchRow } from '../benchmark.ts';

/** Edge length at which numbers of PMJs, members and threads are varied, mm. */
const EDGE_mm = 2.15;

/** How the cost grows with PMJs, with members that overlap, and with threads. */
export const scaling: Benchmark = {
  name: 'scaling',
  description: 'forward solves and Jacobians by number of PMJs; overlapping solves by members and threads',
  async run({ backends, cacheFolder, isQuick, run, tell }) {
    const pmjRows: BenchRow[] = [];
    for (const backend of backends) {
      const pmjs = isQuick ? [100, 300] : [50, 100, 300, 600, 1200];
      const { answer } = await run('byPmjs', { backend, edge_mm: EDGE_mm, cacheFolder, pmjs });
      pmjRows.push(...answer.rows.map((row) => ({ backend, nodes: answer.nodes, ...row })));
      tell(`${backend}: ${pmjs.at(-1)} PMJs in ${answer.rows.at(-1)?.solve_s.toFixed(3)} s`);
    }
    const memberRows: BenchRow[] = [];
    for (const threads of [1, 2]) {
      for (const members of isQuick ? [4] : [1, 4, 16, 32]) {
        const { answer, peakMemory_MB } = await run('byMembers', { edge_mm: EDGE_mm, cacheFolder, members, threads });
        memberRows.push({ threads, members, ...answer, each_s: answer.wall_s / members, peakMemory_MB });
        tell(`${members} members on ${threads} threads: ${answer.wall_s.toFixed(2)} s`);
      }
    }
    return [
      {
        name: 'scaling-pmjs',
        title: 'Number of PMJs',
        caption: 'CPU seconds of one cold forward solve and one Jacobian, median of three sets of PMJs.',
        columns: [
          { key: 'backend', title: 'backend' },
          { key: 'nodes', title: 'nodes' },
          { key: 'pmjs', title: 'PMJs' },
          { key: 'solve_s', title: 'solve, CPU s', digits: 4 },
          { key: 'jacobian_s', title: 'Jacobian, CPU s', digits: 4 },
          { key: 'checksum', title: 'checksum', digits: 3 },
        ],
        rows: pmjRows,
        chart: { x: 'pmjs', y: 'solve_s', series: 'backend', isLogarithmic: true },
      },
      {
        name: 'scaling-members',
        title: 'Members and threads',
        caption:
          'Wall-clock seconds of forward solves that overlap on one opened heart, on threads of the WebAssembly backend; the checksum shows the same answers for any number of threads. Wall-clock times need a machine with nothing else to do.',
        columns: [
          { key: 'nodes', title: 'nodes' },
          { key: 'threads', title: 'threads' },
          { key: 'members', title: 'members' },
          { key: 'wall_s', title: 'wall, s', digits: 3 },
          { key: 'each_s', title: 'a member, wall s', digits: 4 },
          { key: 'cpu_s', title: 'CPU s', digits: 3 },
          { key: 'peakMemory_MB', title: 'peak memory, MB', digits: 0 },
          { key: 'checksum', title: 'checksum', digits: 3 },
        ],
        rows: memberRows,
      },
    ];
  },
};

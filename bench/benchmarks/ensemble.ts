import type { Benchmark, BenchRow } from '../benchmark.ts';

/** Meshes of the heart and of its ECG, mm. */
const EDGE_mm = 2.15;
const TRUTH_EDGE_mm = 1.3;

/** What an ensemble costs beside one calibration. */
export const ensemble: Benchmark = {
  name: 'ensemble',
  description: 'an ensemble of 32 beside one calibration, on one core and on two',
  async run({ isQuick, run, tell }) {
    const members = isQuick ? 4 : 32;
    const heart = { edge_mm: EDGE_mm, truthEdge_mm: TRUTH_EDGE_mm };
    const rows: BenchRow[] = [];
    const tellRow = (row: BenchRow) => {
      rows.push(row);
      tell(`${row.what}: ${Number(row.wall_s).toFixed(1)} s`);
    };
    const one = await run('ensemble', { ...heart, members: 0, firstMember: 0, threads: 1 });
    tellRow({ what: 'one calibration', members: 1, ...one.answer, peakMemory_MB: one.peakMemory_MB });
    for (const threads of [1, 2]) {
      const { answer, peakMemory_MB } = await run('ensemble', { ...heart, members, firstMember: 0, threads });
      tellRow({
        what: `ensemble, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
        members,
        ...answer,
        peakMemory_MB,
      });
    }
    const parts = await Promise.all(
      [0, 1].map((part) =>
        run('ensemble', { ...heart, members: members / 2, firstMember: (part * members) / 2, threads: 1 }),
      ),
    );
    const sum = (key: 'cpu_s' | 'checksum') => parts.reduce((total, { answer }) => total + answer[key], 0);
    tellRow({
      what: 'ensemble, halves in two processes',
      members,
      nodes: one.answer.nodes,
      wall_s: Math.max(...parts.map(({ answer }) => answer.wall_s)),
      cpu_s: sum('cpu_s'),
      coarse_s: Math.max(...parts.map(({ answer }) => answer.coarse_s)),
      checksum: sum('checksum'),
      peakMemory_MB: parts.reduce((total, { peakMemory_MB }) => total + peakMemory_MB, 0),
    });
    return [
      {
        name: 'ensemble',
        title: 'An ensemble beside one calibration',
        caption:
          'Wall-clock seconds on a machine with nothing else to do, of a calibration with a study’s defaults (from the physiological front to a correlation of 0.997, from 3 mm) and of an ensemble of the same ECG; ' +
          'members are fits of their own, from fronts and places of their own. Opening the hearts is in all of them; the coarse mesh that each needs is made before, in the CPU seconds of the last but one column. “× one” compares without it, “× one, whole” with it.',
        columns: [
          { key: 'nodes', title: 'nodes' },
          { key: 'what', title: 'what' },
          { key: 'members', title: 'members' },
          { key: 'wall_s', title: 'wall, s', digits: 2 },
          { key: 'ratio', title: '× one', digits: 1 },
          { key: 'whole', title: '× one, whole', digits: 1 },
          { key: 'cpu_s', title: 'CPU s', digits: 2 },
          { key: 'coarse_s', title: 'coarse mesh, CPU s', digits: 2 },
          { key: 'peakMemory_MB', title: 'peak memory, MB', digits: 0 },
          { key: 'checksum', title: 'checksum', digits: 3 },
        ],
        rows: rows.map((row) => ({
          ...row,
          ratio: Number(row.wall_s) / one.answer.wall_s,
          whole: (Number(row.wall_s) + Number(row.coarse_s)) / (one.answer.wall_s + one.answer.coarse_s),
        })),
      },
    ];
  },
};

import { conductorFields } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR, DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import { ellipsoidBody } from './ellipsoidBody.ts';
import { markdownTable, timed } from './markdown.ts';

/** Edges in the heart and far from it, mm. */
const EDGES: readonly (readonly [number, number])[] = [
  [6, 16],
  [4.5, 12],
  [3.5, 12],
];

/** Seconds and memory of one body with lungs, by edge length and number of electrodes. */
export function costTable(): string {
  const rows = EDGES.flatMap(([heartEdge_mm, farEdge_mm]) =>
    [9, 128].map((electrodes) => {
      const input = ellipsoidBody({ electrodes, skinParts: 24, lungParts: 12, spacing_mm: 3 }, DEFAULT_CONDUCTOR);
      const settings = { ...DEFAULT_CONDUCTOR_SETTINGS, heartEdge_mm, farEdge_mm };
      const { answer, cpu_s } = timed(() => conductorFields({ ...input, settings }));
      const { nodes, tets, iterations } = answer.report;
      const resident_MB = process.memoryUsage().rss / 1e6;
      return [
        `${heartEdge_mm} / ${farEdge_mm}`,
        electrodes,
        nodes,
        tets,
        iterations,
        cpu_s.toFixed(1),
        resident_MB.toFixed(0),
      ];
    }),
  );
  return markdownTable(
    ['edges heart / far, mm', 'electrodes', 'nodes', 'tetrahedra', 'iterations', 'CPU s', 'resident MB'],
    rows,
  );
}

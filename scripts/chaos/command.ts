// `twinfold run` on a chaos run: the command line's own code, with the science and the patience of the chaos suite.
import { parseArgs } from 'node:util';
import { buildCohort } from '../../cli/buildCohort.ts';
import { EXIT, explain } from '../../cli/console.ts';

const { values } = parseArgs({
  options: {
    study: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
    slots: { type: 'string', default: '2' },
    heartbeat: { type: 'string', default: '8' },
  },
});
try {
  process.exitCode = await buildCohort(
    values.study,
    values.out,
    {
      workers: Number(values.workers),
      slots: Number(values.slots),
      backend: 'reference',
      report: false,
      edgeModule: new URL('./edge.ts', import.meta.url),
      heartbeatTimeout_s: Number(values.heartbeat),
    },
    false,
  );
} catch (error) {
  explain(error);
  process.exitCode = EXIT.wrong;
}

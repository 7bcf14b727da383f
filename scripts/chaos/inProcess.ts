import type { Control as JobControl } from '../../activities/edge.ts';
import { type JobInput, type JobName, type JobResult, runJob } from '../../activities/jobs.ts';
import type { RunRecord } from '../../activities/records/runRecord.ts';
import { getPlan, type SubjectPlace } from '../../activities/records/study.ts';
import { ARTIFACT_LOST } from '../../activities/stores/artifactLost.ts';
import { TwinError } from '../../twin/errors.ts';
import { openControl } from './control.ts';
import { chaosEdge } from './edge.ts';
import type { Scene } from './scene.ts';

type Where = Pick<Scene, 'store' | 'isReal'>;

const control: JobControl = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  resumeFrom: undefined,
};

/** The edge of this process, on a run's store, without faults. */
const edgeOf = ({ store, isReal }: Where) =>
  chaosEdge({ store, backend: 'reference', pool: 'cpu' }, openControl(undefined), isReal);

async function doJob<N extends JobName>(where: Where, name: N, input: JobInput<N>): Promise<JobResult<N>> {
  return runJob(await edgeOf(where), name, input, control, { attempt: 1, worker: 'chaos' });
}

/** Builds one subject as a worker would. Gives how many stages were computed. @throws what its stages throw */
export async function buildSubject(where: Where, place: SubjectPlace): Promise<number> {
  const prepared = await doJob(where, 'prepare', place);
  const calibrate = (start: number) => doJob(where, 'calibrate', { place, prepared, start });
  const calibrated = await calibrate(0).catch((error: unknown) => {
    if (error instanceof TwinError && error.code === 'NoConvergence') return calibrate(1);
    throw error;
  });
  const measured = await doJob(where, 'measure', { place, prepared, calibrated });
  return [prepared, calibrated, measured].filter(({ wasCached }) => !wasCached).length;
}

export const publishTables = (where: Where, { run, study }: RunRecord) => doJob(where, 'publish', { run, study });

/** Goes through a finished run once more, in this process. Gives how many stages of subjects that end well were computed again. */
export async function buildAgain(where: Where, { run, study }: RunRecord): Promise<number> {
  const plan = await getPlan((await edgeOf(where)).store, study);
  let computed = 0;
  for (let page = 0; page < plan.pages.length; page++) {
    const { positions } = await doJob(where, 'openPage', { run, study, page, subjects: 'all' });
    for (const position of positions) {
      for (let trial = 0; trial < 3; trial++) {
        try {
          computed += await buildSubject(where, { run, study, page, position });
          break;
        } catch (error) {
          if (error instanceof TwinError) break; // refused, as it was in the run: its row says why
          if (!(error instanceof Error) || error.name !== ARTIFACT_LOST) throw error;
        }
      }
    }
  }
  await publishTables(where, { run, study });
  return computed;
}

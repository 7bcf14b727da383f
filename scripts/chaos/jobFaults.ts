import { setTimeout as sleep } from 'node:timers/promises';
import { parseRunRecord } from '../../activities/records/runRecord.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { cancelCohort, pauseCohort, resizeCohort, resumeCohort } from '../../workers/client.ts';
import { cohortId, pageId } from '../../workflows/ids.ts';
import type { Fault, Moment } from './fault.ts';
import { buildSubject, publishTables } from './inProcess.ts';
import { asking, below, between, order, type Scene, until } from './scene.ts';

const WORKING: readonly Moment[] = ['early', 'middle', 'late'];
const PAGE = 100;

/** The plan that the run works on. */
async function studyOf({ store }: Scene) {
  const folder = openFolderStore(store);
  for await (const { uri } of folder.list('records/run/')) {
    const record = parseRunRecord((await folder.readListed(uri)) ?? '');
    if (record !== undefined) return record;
  }
  return undefined;
}

/** Jobs that are done twice, late, or fail; orders given to the run; clocks. */
export const jobFaults: readonly Fault[] = [
  {
    name: 'duplicate-subjects',
    description: 'three subjects are built by a second process while the run is building them',
    moments: WORKING,
    async inject(scene) {
      const record = await studyOf(scene);
      if (record === undefined) return false;
      const begin = below(scene.random, scene.study.rows - 3);
      for (let index = begin; index < begin + 3; index++) {
        const place = { run: record.run, study: record.study, page: Math.floor(index / PAGE), position: index % PAGE };
        await buildSubject(scene, place).catch(() => undefined); // refused subjects, and places behind the last one
      }
      return true;
    },
  },
  {
    name: 'duplicate-publish',
    description: 'a second process publishes while the run does',
    moments: ['publish'],
    async inject(scene) {
      const before = scene.orders.count('publish');
      scene.orders.begin('publish-pause', '400'); // between two files, so that both write at the same time
      const hasBegun = await until(scene, () => scene.orders.count('publish') > before, 600_000);
      const record = hasBegun ? await studyOf(scene) : undefined;
      if (record !== undefined) await publishTables(scene, record);
      scene.orders.end('publish-pause');
      return record !== undefined;
    },
  },
  ...(
    [
      ['delay-prepare', 'a heart takes 5–20 s longer to make'],
      ['delay-begin-calibrate', 'a calibration begins 5–20 s late'],
    ] as const
  ).map(
    ([name, description]): Fault => ({
      name,
      description,
      moments: WORKING,
      async inject(scene) {
        const delay_ms = between(scene.random, 5000, 20_000);
        scene.orders.begin(`${name}-ms`, `${delay_ms}`);
        return (await order(scene, name, 1 + below(scene.random, 3))) > 0;
      },
    }),
  ),
  ...(
    [
      ['throw-in-prepare', 'preparing fails with an error of the program, once', WORKING],
      ['throw-in-calibrate', 'calibrating fails between two checkpoints, once', WORKING],
      ['throw-in-measure', 'measuring fails, once', WORKING],
      ['throw-in-publish', 'publishing fails, once', ['publish']],
    ] as const
  ).map(
    ([name, description, moments]): Fault => ({
      name,
      description,
      moments,
      inject: async (scene) => (await order(scene, name)) > 0,
    }),
  ),
  {
    name: 'cancel',
    description: 'the run is cancelled, and the command started again',
    moments: WORKING,
    inject: (scene) => telling(scene, 'cancelled', (cohorts, run) => cancelCohort(cohorts, run)),
  },
  {
    name: 'pause-storm',
    description: 'ten times paused and resumed',
    moments: WORKING,
    async inject(scene) {
      let told = 0;
      for (let turn = 0; turn < 10 && !scene.isOver(); turn++) {
        await asking(scene, async (cohorts) => {
          await pauseCohort(cohorts, scene.study.name);
          told++;
        });
        await sleep(between(scene.random, 20, 400));
      }
      // Whatever becomes of this process, the run must not stay paused.
      const resume = () =>
        asking(scene, async (cohorts) => {
          await resumeCohort(cohorts, scene.study.name);
          return true;
        });
      await until(scene, async () => (await resume()) === true, 120_000);
      return told > 0;
    },
  },
  {
    name: 'resize-storm',
    description: 'the window is set to ten sizes from 1 to 200',
    moments: WORKING,
    async inject(scene) {
      let told = 0;
      for (let turn = 0; turn < 10 && !scene.isOver(); turn++) {
        const window = turn === 9 ? 8 : 1 + below(scene.random, 200);
        await asking(scene, async (cohorts) => {
          await resizeCohort(cohorts, scene.study.name, window);
          told++;
        });
        await sleep(between(scene.random, 20, 400));
      }
      return told > 0;
    },
  },
  {
    name: 'page-terminated',
    description: 'the workflow of a page is terminated, and the command started again',
    moments: WORKING,
    inject: (scene) =>
      telling(scene, 'page terminated', async ({ client }, run) => {
        const record = await studyOf(scene);
        await client.workflow.getHandle(pageId(run, record?.study.sha256 ?? '', 0, 0)).terminate('chaos');
      }),
  },
  {
    name: 'cohort-terminated',
    description: 'the workflow of the cohort is terminated, its pages go on, and the command is started again',
    moments: WORKING,
    inject: (scene) =>
      telling(scene, 'cohort terminated', async ({ client }, run) => {
        await client.workflow.getHandle(cohortId(run)).terminate('chaos');
      }),
  },
  {
    name: 'clocks-ahead-and-behind',
    description:
      'the clocks of half of the workers jump hours ahead, those of the others as far behind, and back after 5–15 s',
    moments: WORKING,
    inject: (scene) => turnClocks(scene, between(scene.random, 1, 12) * 3_600_000),
  },
  {
    name: 'clocks-a-minute-off',
    description: 'the same by 61 s: more than a heartbeat, less than a stage',
    moments: WORKING,
    inject: (scene) => turnClocks(scene, 61_000),
  },
];

async function turnClocks(scene: Scene, shift_ms: number): Promise<boolean> {
  if (scene.isOver()) return false;
  scene.orders.begin('clock', `${shift_ms}`);
  await sleep(between(scene.random, 5000, 15_000));
  scene.orders.end('clock');
  return true;
}

async function telling(
  scene: Scene,
  reason: string,
  tell: (cohorts: Parameters<Parameters<typeof asking>[1]>[0], run: string) => Promise<void>,
): Promise<boolean> {
  scene.expectEnd(reason);
  const told = await asking(scene, async (cohorts) => {
    await tell(cohorts, scene.study.name);
    return true;
  });
  return told === true;
}

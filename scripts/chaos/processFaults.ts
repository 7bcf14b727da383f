import { setTimeout as sleep } from 'node:timers/promises';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { collectGarbage } from '../../activities/sweep/collectGarbage.ts';
import { isAlive } from '../../infra/temporal/processes.ts';
import { processesOf } from '../kills/processes.ts';
import type { Fault, Moment } from './fault.ts';
import { below, between, freeze, kill, order, pick, processesIn, type Scene, strike, until } from './scene.ts';

const ANY: readonly Moment[] = ['early', 'middle', 'late', 'publish'];
const WORKING: readonly Moment[] = ['early', 'middle', 'late'];
/** How much longer than the heartbeat timeout a process is silent that shall be taken for lost. */
const SILENT = 1.5;

const oneOf = async (scene: Scene, role: 'cpu' | 'workflow') => pick(scene.random, await processesIn(scene, role));
const command = async (scene: Scene) => (await processesIn(scene, 'command'))[0];

/** Processes that are killed, stopped, asked to end, or kill themselves at a point of their work. */
export const processFaults: readonly Fault[] = [
  {
    name: 'kill-server',
    description: 'SIGKILL of the Temporal server; its guardian starts it again',
    moments: ['start', ...ANY],
    inject: async (scene) => kill(await scene.server.processOf('temporal')),
  },
  {
    name: 'kill-postgres',
    description: 'SIGKILL of PostgreSQL’s postmaster',
    moments: ANY,
    needs: 'postgres',
    inject: async (scene) => kill(await scene.server.processOf('postgres')),
  },
  {
    name: 'freeze-server',
    description: 'SIGSTOP of the Temporal server for 3–12 s, then SIGCONT',
    moments: ANY,
    inject: async (scene) => freeze(await scene.server.processOf('temporal'), between(scene.random, 3000, 12_000)),
  },
  {
    name: 'kill-guardian',
    description: 'SIGKILL of the process that holds the server',
    moments: WORKING,
    needs: 'own',
    inject: async (scene) => kill(await scene.server.processOf('guardian')),
  },
  {
    name: 'kill-worker',
    description: 'SIGKILL of a process that computes',
    moments: ['start', ...ANY],
    inject: async (scene) => kill(await oneOf(scene, 'cpu')),
  },
  {
    name: 'kill-workflow-worker',
    description: 'SIGKILL of the process that runs workflows',
    moments: ANY,
    inject: async (scene) => kill(await oneOf(scene, 'workflow')),
  },
  {
    name: 'kill-all-workers',
    description: 'SIGKILL of all worker processes in the same instant',
    moments: ANY,
    async inject(scene) {
      const all = [...(await processesIn(scene, 'cpu')), ...(await processesIn(scene, 'workflow'))];
      return (await Promise.all(all.map(kill))).some((isKilled) => isKilled);
    },
  },
  {
    name: 'drain-worker',
    description: 'SIGTERM to a process that computes: it lets go of its work, and another one takes over',
    moments: ANY,
    async inject(scene) {
      const target = await oneOf(scene, 'cpu');
      if (target === undefined || !(await strike(target, 'SIGTERM'))) return false;
      await until(scene, async () => !(await isAlive(target)), 60_000);
      return true;
    },
  },
  {
    name: 'freeze-worker',
    description:
      'SIGSTOP of a process that computes for longer than its heartbeat timeout, then SIGCONT: it ends late what others have done',
    moments: ANY,
    inject: async (scene) => freeze(await oneOf(scene, 'cpu'), SILENT * scene.heartbeat_ms),
  },
  {
    name: 'freeze-workflow-worker',
    description: 'SIGSTOP of the process that runs workflows for longer than a workflow task may take',
    moments: WORKING,
    inject: async (scene) => freeze(await oneOf(scene, 'workflow'), between(scene.random, 10_000, 14_000)),
  },
  {
    name: 'lose-heartbeats',
    description:
      'a worker’s event loop stands for longer than the heartbeat timeout while its threads compute on and store',
    moments: WORKING,
    async inject(scene) {
      scene.orders.begin('block-main-ms', `${SILENT * scene.heartbeat_ms}`);
      return (await order(scene, 'block-main')) > 0;
    },
  },
  {
    name: 'kill-command',
    description: 'SIGKILL of the command line, which is started again at once',
    moments: ['start', ...ANY],
    inject: async (scene) => kill(await command(scene)),
  },
  {
    name: 'interrupt-command',
    description: 'Ctrl-C of the command line, which is started again',
    moments: ANY,
    async inject(scene) {
      const target = await command(scene);
      return target !== undefined && (await strike(target, 'SIGINT'));
    },
  },
  {
    name: 'collect-between',
    description: 'SIGKILL of the command line, twinfold gc with no time of grace, then the command again',
    moments: WORKING,
    inject: (scene) =>
      scene.holding(async () => {
        if (!(await kill(await command(scene)))) return false;
        // Workers and server end by themselves when they notice; gc is for stores that nobody writes to.
        for (let waited_ms = 0; (await processesOf(scene.mark)).length > 0 && waited_ms < 60_000; waited_ms += 100) {
          await sleep(100);
        }
        const options = { now_ms: Date.now(), grace_ms: 0, plans: 2, isDryRun: false };
        await collectGarbage(openFolderStore(scene.store), options);
        return true;
      }),
  },
  {
    name: 'collect-during',
    description: 'twinfold gc with an hour of grace while the run is under way',
    moments: WORKING,
    async inject(scene) {
      const options = { now_ms: Date.now(), grace_ms: 3_600_000, plans: 2, isDryRun: false };
      await collectGarbage(openFolderStore(scene.store), options);
      return true;
    },
  },
  ...(
    [
      ['die-in-prepare', 'a worker dies while it makes a heart', WORKING],
      ['die-in-calibrate', 'a worker dies between two checkpoints', WORKING],
      ['die-in-measure', 'a worker dies while it measures', WORKING],
      ['die-while-writing', 'a worker dies in the middle of a file', WORKING],
      ['die-after-artifact', 'a worker dies when an artifact is stored, and nothing names it yet', WORKING],
      ['die-after-stage', 'a worker dies when a stage is on record, and nobody was told', WORKING],
      ['die-after-row', 'a worker dies when a row is written, and nobody was told', WORKING],
      ['die-in-publish', 'a worker dies when it begins to publish', ['publish']],
      ['die-between-tables', 'a worker dies when half of the published files are new', ['publish']],
    ] as const
  ).map(
    ([name, description, moments]): Fault => ({
      name,
      description,
      moments,
      inject: async (scene) => (await order(scene, name, 1 + below(scene.random, 2))) > 0,
    }),
  ),
];

import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from '../activities/stores/openStore.ts';
import { TwinError } from '../twin/errors.ts';
import { audit } from './audit.ts';
import { chooseCompute } from './computeChoice.ts';
import { EXIT, PROGRAM, say } from './console.ts';
import { writeHome } from './home.ts';
import { runFolder } from './runFolder.ts';
import { serverSentence } from './serverSentence.ts';
import { startEngine } from './startEngine.ts';

export interface ServeOptions {
  readonly workers: number;
  readonly slots: number;
  readonly backend: string;
  readonly store?: string;
  readonly queues?: string;
  /** Calibrate on graphics devices */
  readonly gpu?: boolean;
  /** There is a pool `large` elsewhere */
  readonly large?: boolean;
  /** The science; the real one where it is not said */
  readonly edgeModule?: URL;
}

/** A timer that keeps the process up; nothing else does while nobody asks anything. */
const WATCH_ms = 60_000;

/** Keeps a server and workers up until it is interrupted, so that schedules fire and visits are built. Gives the exit code. */
export async function serve(home: string, options: ServeOptions): Promise<number> {
  const folder = runFolder(home);
  const store = addressOf(options.store ?? folder.store);
  const { backend, reason, devices } = await chooseCompute(options);
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) return;
    say('\ndraining: what runs ends, or goes on from its checkpoint the next time …');
    stop.abort(new TwinError('Cancelled', 'interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const engine = await startEngine({
      databaseFile: folder.databaseFile,
      store,
      ...(options.queues === undefined ? {} : { queues: options.queues }),
      logs: folder.logs,
      workers: options.workers,
      slots: options.slots,
      backend,
      devices,
      ...(options.edgeModule === undefined ? {} : { edgeModule: options.edgeModule }),
      events: {
        server: (event) => {
          const sentence = serverSentence(event);
          if (sentence !== undefined) say(sentence);
        },
        serverReady: ({ uiUrl, address }) => say(uiUrl === undefined ? `server: ${address}` : `web UI: ${uiUrl}`),
        worker: (event) => {
          if (event.type === 'ended') say(`worker ${event.name} ended (${event.reason}); starting it again`);
        },
      },
      signal: stop.signal,
    });
    try {
      const slots = Math.max(1, options.workers) * options.slots;
      const pools = {
        ...(options.gpu ? { calibrateOn: 'gpu' as const } : {}),
        ...(options.large ? { hasLargePool: true } : {}),
      };
      writeHome(home, { store, queues: engine.queues, backend, slots, ...pools });
      const { workers, queues = null } = options;
      await audit(home, { command: 'serve', details: { backend, workers, slots, queues }, outcome: 'begun' }, 'new');
      const on = devices.map((device) => `; calibrating on ${device}`).join('');
      say(`${workers} CPU workers, ${options.slots} at a time each, on the ${backend} backend (${reason})${on}`);
      say(`up; ${PROGRAM} schedule create STUDY --home ${home} brings a study up to date by itself; Ctrl-C ends`);
      await Promise.race([untilRaised(stop.signal), engine.workers.ended]);
    } finally {
      await engine.stop();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  return EXIT.done;
}

async function untilRaised(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(WATCH_ms, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
}

import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from '../activities/stores/openStore.ts';
import { audit } from './audit.ts';
import { chooseCompute } from './computeChoice.ts';
import { EXIT, PROGRAM, say } from './console.ts';
import { writeHome } from './home.ts';
import { interruptible } from './interruptible.ts';
import { runFolder } from './runFolder.ts';
import { engineTold } from './serverSentence.ts';
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
  const drain = () => say('\ndraining: what runs ends, or goes on from its checkpoint the next time …');
  await interruptible(drain, (signal) =>
    keepUp(home, options, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    }),
  );
  return EXIT.done;
}

async function keepUp(home: string, options: ServeOptions, signal: AbortSignal): Promise<void> {
  const folder = runFolder(home);
  const store = addressOf(options.store ?? folder.store);
  const { backend, reason, devices } = await chooseCompute(options);
  const { databaseFile, logs } = folder;
  const engine = await startEngine({
    ...options,
    ...{ databaseFile, logs, store, backend, devices, signal },
    events: {
      ...engineTold(say),
      serverReady: ({ uiUrl, address }) => say(uiUrl === undefined ? `server: ${address}` : `web UI: ${uiUrl}`),
    },
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
    await Promise.race([untilRaised(signal), engine.workers.ended]);
  } finally {
    await engine.stop();
  }
}

async function untilRaised(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(WATCH_ms, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
}

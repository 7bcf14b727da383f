import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A stretch of network between a run and its server that can be cut, reset, slowed, or made to swallow what it is given. */
export interface Network {
  readonly address: string;
  /** Refuses connections, and ends those there are. */
  cut(): void;
  /** Ends the connections there are in mid-stream; new ones are let through. */
  reset(): number;
  /** Delivers nothing, and says nothing about it; what was sent meanwhile is lost with its connection. */
  swallow(): void;
  /** Delays every piece, each way, ms */
  slow(delay_ms: number): void;
  open(): void;
  close(): Promise<void>;
}

/** @param target  `host:port` of the server */
export async function openNetwork(target: string): Promise<Network> {
  const [host = '127.0.0.1', port] = target.split(':');
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'cut' | 'swallow' = 'open';
  let delay_ms = 0;
  const end = () => {
    const ended = pairs.size;
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    pairs.clear();
    return ended;
  };
  const server = createServer((near) => {
    if (state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host, port: Number(port) });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      let before: Promise<unknown> = Promise.resolve(); // pieces keep their order
      from.on('data', (piece) => {
        const wait_ms = delay_ms;
        before = before.then(async () => {
          if (wait_ms > 0) await sleep(wait_ms);
          if (state !== 'swallow' && !to.destroyed) to.write(piece);
        });
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        before.then(() => to.destroy());
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = server.address();
  const ownPort = typeof listening === 'object' && listening !== null ? listening.port : 0;
  return {
    address: `127.0.0.1:${ownPort}`,
    cut() {
      state = 'cut';
      end();
    },
    reset: end,
    swallow() {
      state = 'swallow';
    },
    slow(next_ms) {
      delay_ms = next_ms;
    },
    open() {
      if (state === 'swallow') end(); // a stream with a hole in it is of no use to either end
      state = 'open';
      delay_ms = 0;
    },
    async close() {
      end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports on the loopback interface that nobody listens on: the preferred ones where they are free, others where not. All differ. */
export async function freePorts(preferred: readonly (number | undefined)[]): Promise<number[]> {
  const servers = [];
  try {
    for (const port of preferred) servers.push((await listen(port ?? 0)) ?? (await listen(0)));
    return servers.map((server) => {
      const address = server?.address();
      if (typeof address !== 'object' || address === null) throw new Error('no free port on the loopback interface');
      return address.port;
    });
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server?.close(resolve))));
  }
}

/** First port that a system gives to outgoing connections (Linux), and one past the largest that fits into 16 bits with a sign. */
const FIRST_EPHEMERAL = 32_768;
const FIRST_TRIED = 10_000;
const MOST_TRIALS = 1000;

/**
 * As `freePorts`, but below those that outgoing connections are given: a server that is started again finds them free, and they fit where a port
 * is kept in a signed 16-bit number, as Temporal's tables in PostgreSQL do.
 */
export async function freeLowPorts(preferred: readonly (number | undefined)[]): Promise<number[]> {
  const chosen: number[] = [];
  for (const wished of preferred) {
    let candidate = wished ?? randomInt(FIRST_TRIED, FIRST_EPHEMERAL);
    for (let trial = 0; chosen.includes(candidate) || (await freePorts([candidate]))[0] !== candidate; trial++) {
      if (trial === MOST_TRIALS) throw new Error(`no free port from ${FIRST_TRIED} to ${FIRST_EPHEMERAL - 1}`);
      candidate = randomInt(FIRST_TRIED, FIRST_EPHEMERAL);
    }
    chosen.push(candidate);
  }
  return chosen;
}

function listen(port: number) {
  return new Promise<ReturnType<typeof createServer> | undefined>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined)); // taken by somebody else
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

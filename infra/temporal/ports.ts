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

function listen(port: number) {
  return new Promise<ReturnType<typeof createServer> | undefined>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined)); // taken by somebody else
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

// Carries connections between a port of a network namespace and a socket in the file system, which belongs to no namespace: all that a worker in a
// namespace of its own reaches. `node scripts/infra/forward.ts FROM=TO …`, each end a port of 127.0.0.1 or the path of a socket.
import { connect, createServer, type ListenOptions, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';

const endOf = (text: string): ListenOptions & { readonly port?: number; readonly path?: string } =>
  /^\d+$/.test(text) ? { host: '127.0.0.1', port: Number(text) } : { path: text };

/** Listens at one end and carries what comes to the other. */
export function forward(from: string, to: string): Promise<Server> {
  const server = createServer((incoming) => {
    const { port, path = '' } = endOf(to);
    const outgoing = port === undefined ? connect(path) : connect(port, '127.0.0.1');
    incoming.pipe(outgoing).pipe(incoming);
    // An end that breaks closes the other: both sides try again by themselves.
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(endOf(from), () => resolve(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const pair of process.argv.slice(2)) {
    const [from = '', to = ''] = pair.split('=');
    await forward(from, to);
  }
}

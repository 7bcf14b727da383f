import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request on its way to a server of object storage. */
export type Fault =
  /** Nothing: it is passed on */
  | 'none'
  /** Answers of a store in trouble, without asking it */
  | 'slow-down'
  | 'internal-error'
  /** Of a store that knows no conditions */
  | 'not-implemented'
  /** Of a store where another is writing the same object */
  | 'conflict'
  /** The store has it, and a cache on the way says that it has not */
  | 'stale-404'
  /** The connection ends in the middle of the body */
  | 'reset'
  /** Half of the body, announced as if it were all */
  | 'cut-short'
  /** One byte of the body is another one */
  | 'damaged'
  /** The store does what it is asked, and the answer is lost */
  | 'answer-lost'
  /** Nothing is heard any more */
  | 'silence'
  /** The connection ends while the request is still being sent */
  | 'hang-up';

export interface ProxiedRequest {
  readonly method: string;
  /** With its query */
  readonly path: string;
  /** From 0, of all that came */
  readonly number: number;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** Requests that came, in order. */
  readonly requests: readonly ProxiedRequest[];
  /** Most connections that were open at the same time. */
  mostConnections(): number;
  /** Decides from now on what becomes of requests. */
  decide(choose: (asked: ProxiedRequest) => Fault): void;
  /** Lets every request come this much later from now on. */
  delay(latency_ms: number): void;
  stop(): Promise<void>;
}

/** A server between a client and a store, which counts what is asked and breaks what it is told to. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let latency_ms = 0;
  const requests: ProxiedRequest[] = [];
  let choose: (asked: ProxiedRequest) => Fault = () => 'none';
  let open = 0;
  let most = 0;
  const server = createServer((incoming, outgoing) => {
    const asked = { method: incoming.method ?? '', path: incoming.url ?? '', number: requests.length };
    requests.push(asked);
    const fault = choose(asked);
    setTimeout(() => answer(target, fault, incoming, outgoing), latency_ms);
  });
  server.on('connection', (socket) => {
    most = Math.max(most, ++open);
    socket.once('close', () => open--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    mostConnections: () => most,
    decide(next) {
      choose = next;
    },
    delay(next_ms) {
      latency_ms = next_ms;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const ANSWERS = {
  'slow-down': [503, 'SlowDown'],
  'internal-error': [500, 'InternalError'],
  'not-implemented': [501, 'NotImplemented'],
  conflict: [409, 'ConditionalRequestConflict'],
  'stale-404': [404, 'NoSuchKey'],
} as const;

const isAnswer = (fault: Fault): fault is keyof typeof ANSWERS => fault in ANSWERS;

function answer(target: string, fault: Fault, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault === 'silence') return;
  if (fault === 'hang-up') {
    outgoing.destroy();
    return;
  }
  if (isAnswer(fault)) {
    const [status, code] = ANSWERS[fault];
    incoming.resume().once('end', () => {
      const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>on purpose</Message></Error>`;
      outgoing.writeHead(status, { 'content-type': 'application/xml', 'content-length': text.length });
      outgoing.end(incoming.method === 'HEAD' ? '' : text);
    });
    return;
  }
  // The host's name is signed: it is passed on as the client gave it.
  const url = new URL(incoming.url ?? '/', target);
  const { method, headers } = incoming;
  const onward = request(url, { method, headers, setHost: false }, (found) => {
    const chunks: Buffer[] = [];
    found.on('data', (chunk: Buffer) => chunks.push(chunk));
    found.on('end', () => give(fault, found, Buffer.concat(chunks), outgoing));
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

function give(fault: Fault, found: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
  if (fault === 'answer-lost') {
    outgoing.destroy();
    return;
  }
  const { 'transfer-encoding': _, ...headers } = found.headers;
  const half = body.subarray(0, Math.floor(body.length / 2));
  const sent = fault === 'cut-short' ? half : body;
  const length = found.headers['content-length'] ?? body.length; // an answer to HEAD has a length and no body
  outgoing.writeHead(found.statusCode ?? 500, { ...headers, 'content-length': sent === body ? length : sent.length });
  if (fault === 'reset') {
    outgoing.write(half, () => outgoing.destroy());
    return;
  }
  if (fault === 'damaged' && body.length > 0) body[0] = (body[0] ?? 0) ^ 1;
  outgoing.end(sent);
}

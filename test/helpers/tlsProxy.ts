import { writeFile } from 'node:fs/promises';
import { connect, constants, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Files in PEM of a certificate authority, and of a server and a client that it signed. */
export interface Certificates {
  readonly caFile: string;
  readonly cert: string;
  readonly key: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
}

const EC = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate authority of a test's own, for 127.0.0.1 and localhost. */
export async function certificates(folder: string, name: string): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...EC,
    ca,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
      { name: 'extKeyUsage', serverAuth: true },
    ],
  });
  const client = await generate([{ name: 'commonName', value: 'worker' }], {
    ...EC,
    ca,
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  const files = { caFile: `${name}-ca.pem`, clientCertFile: `${name}-client.pem`, clientKeyFile: `${name}-client.key` };
  const placed = Object.fromEntries(
    Object.entries(files).map(([what, file]) => [what, join(folder, file)]),
  ) as typeof files;
  await writeFile(placed.caFile, authority.cert);
  await writeFile(placed.clientCertFile, client.cert);
  await writeFile(placed.clientKeyFile, client.private, { mode: 0o600 });
  return { ...placed, cert: server.cert, key: server.private };
}

export interface TlsProxy {
  readonly address: string;
  /** `authorization` of every call that came through */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

const END_STREAM = constants.NGHTTP2_FLAG_END_STREAM;

/** Ends TLS before a server that speaks plain gRPC, as a load balancer does. */
export async function startTlsProxy(
  upstreamAddress: string,
  { cert, key, clientCaFile }: Pick<Certificates, 'cert' | 'key'> & { readonly clientCaFile?: Buffer },
): Promise<TlsProxy> {
  const authorizations: (string | undefined)[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const upstream = connect(`http://${upstreamAddress}`);
  upstream.on('error', () => undefined); // the server ends before the proxy
  const server = createSecureServer({
    cert,
    key,
    ...(clientCaFile === undefined ? {} : { ca: clientCaFile, requestCert: true, rejectUnauthorized: true }),
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined); // a client that is refused resets its connection
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    authorizations.push(headers.authorization);
    const call = upstream.request(headers);
    let trailers: IncomingHttpHeaders = {};
    call.on('response', ({ ':status': status, ...others }, flags) => {
      const isWhole = (flags & END_STREAM) !== 0; // a refusal of gRPC is headers alone
      if (stream.destroyed) return;
      stream.respond({ ':status': status, ...others }, isWhole ? { endStream: true } : { waitForTrailers: true });
    });
    call.on('trailers', (found) => {
      trailers = found;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const side of [stream, call]) side.on('error', () => undefined); // either end may go first
    stream.on('close', () => call.close());
    call.on('close', () => stream.end());
    stream.pipe(call);
    call.pipe(stream);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    authorizations,
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { TwinError } from '../twin/errors.ts';
import { connectionOptions, type ServerAccess } from './access.ts';

const PROBE_TIMEOUT_ms = 5000;
/** A client of HTTP/2 speaks first; a server that lets it in answers. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/**
 * Shakes hands with a server as `access` says, since the client library says no more of a refusal than that time is up. A server that cannot be reached now
 * passes: it may be starting.
 *
 * @throws TwinError BadStudy with what is wrong where trying again would not mend it
 */
export async function checkTls(access: ServerAccess): Promise<void> {
  const { address, tls } = access;
  const options = await connectionOptions(access);
  if (options.tls === undefined) return;
  const { serverRootCACertificate: ca, clientCertPair, serverNameOverride } = options.tls;
  const answer = await shakeHands(address, {
    ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
    ...(clientCertPair === undefined
      ? {}
      : { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
    ...(serverNameOverride === undefined ? {} : { servername: serverNameOverride }),
  });
  if (answer === 'welcome' || answer === 'unreachable') return;
  throw new TwinError('BadStudy', `${address}: ${sentence(answer, tls ?? {})}`);
}

/** Asked after a connection without TLS has failed. @throws TwinError BadStudy where the server speaks TLS */
export async function refusePlain({ address, tls, apiKeyFile }: ServerAccess): Promise<void> {
  if (tls !== undefined || apiKeyFile !== undefined) return;
  if ((await shakeHands(address, { rejectUnauthorized: false })) !== 'welcome') return;
  throw new TwinError(
    'BadStudy',
    `${address}: speaks TLS, and was called without it; name who signed it by TEMPORAL_TLS_SERVER_CA_CERT_PATH, or set TEMPORAL_TLS=true where this machine trusts it`,
  );
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

function sentence(
  { code, message }: Refusal,
  { serverCaFile, certFile, serverName }: NonNullable<ServerAccess['tls']>,
): string {
  if (/SELF_SIGNED|UNABLE_TO|ISSUER|UNTRUSTED/.test(code)) {
    const trusted = serverCaFile ?? 'this machine’s authorities';
    return `its certificate is not signed by ${trusted} (${code}); TEMPORAL_TLS_SERVER_CA_CERT_PATH names the file of who signed it`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `its certificate is not for ${serverName ?? 'that name'} (${message}); TEMPORAL_TLS_SERVER_NAME says what it is for`;
  }
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return `its certificate is not valid today (${code}); have it renewed`;
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/.test(code)) {
    return 'does not speak TLS, and was called by it; unset the TEMPORAL_TLS_… variables or give the address that does';
  }
  const shown = certFile === undefined ? 'no client certificate was shown' : `the one shown was ${certFile}`;
  return `refuses this client (${code}): ${shown}; TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH name one that it was told to trust`;
}

function shakeHands(address: string, options: ConnectionOptions): Promise<'welcome' | 'unreachable' | Refusal> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    let isSecure = false;
    const socket: TLSSocket = connect({
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...options,
      host,
      port: Number(address.slice(at + 1)),
      ALPNProtocols: ['h2'],
    });
    const end = (answer: 'welcome' | 'unreachable' | Refusal) => {
      resolve(answer);
      socket.destroy();
    };
    socket.setTimeout(PROBE_TIMEOUT_ms, () => end('unreachable'));
    socket.once('secureConnect', () => {
      isSecure = true;
      socket.write(PREFACE);
    });
    socket.once('data', () => end('welcome'));
    socket.once('error', ({ code = 'closed', message }: NodeJS.ErrnoException) => {
      const isNetwork = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code);
      end(isNetwork || (code === 'ECONNRESET' && !isSecure) ? 'unreachable' : { code, message });
    });
    // Closed after the handshake without a word: some servers refuse a client's certificate like that.
    socket.once('close', () => end(isSecure ? { code: 'closed', message: '' } : 'unreachable'));
  });
}

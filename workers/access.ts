import { readFile } from 'node:fs/promises';
import type { DataConverter } from '@temporalio/common';
import { z } from 'zod';

const path = z.string().min(1);

/**
 * How a Temporal server is reached. Secrets stand in files, which are named here and read where they are used, so that no secret is an
 * argument of a process, part of a log, or in the environment of a child.
 */
export const serverAccess = z.strictObject({
  /** gRPC, `host:port` */
  address: z.string(),
  namespace: z.string(),
  /** Files in PEM: who signed the server, and who we are; null for a connection without TLS */
  tls: z
    .strictObject({
      serverCaFile: path.exactOptional(),
      certFile: path.exactOptional(),
      keyFile: path.exactOptional(),
      /** Name that the server's certificate is for, where it is not the address's */
      serverName: z.string().exactOptional(),
    })
    .exactOptional(),
  /** File that holds an API key */
  apiKeyFile: path.exactOptional(),
  /** File that holds the keys that histories are encrypted with */
  codecKeyFile: path.exactOptional(),
});
export type ServerAccess = z.infer<typeof serverAccess>;

/** Access to a server that was started or found here: nothing is secret between processes of one machine's user. */
export const accessOf = ({ address, namespace }: Pick<ServerAccess, 'address' | 'namespace'>): ServerAccess => ({
  address,
  namespace,
});

/** Options that a client's and a worker's connection share. */
export async function connectionOptions({ address, tls, apiKeyFile }: ServerAccess) {
  const apiKey = apiKeyFile === undefined ? undefined : (await readFile(apiKeyFile, 'utf8')).trim();
  return {
    address,
    ...(tls === undefined ? {} : { tls: await tlsOf(tls) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

async function tlsOf({ serverCaFile, certFile, keyFile, serverName }: NonNullable<ServerAccess['tls']>) {
  const clientCertPair =
    certFile === undefined || keyFile === undefined
      ? undefined
      : { crt: await readFile(certFile), key: await readFile(keyFile) };
  return {
    ...(serverCaFile === undefined ? {} : { serverRootCACertificate: await readFile(serverCaFile) }),
    ...(clientCertPair === undefined ? {} : { clientCertPair }),
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
  };
}

/** How payloads become bytes and back. */
export async function dataConverterOf(_access: ServerAccess): Promise<DataConverter> {
  return {};
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TLSConfig } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { z } from 'zod';
import { TwinError } from '../twin/errors.ts';
import { encryptingCodec, plainCodec } from './codec.ts';
import { type KeyProvider, openKeyFile } from './keys.ts';
import { readSecretFile } from './secretFile.ts';

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

/** What a client's and a worker's connection have in common. */
export interface SharedConnection {
  readonly address: string;
  readonly tls?: TLSConfig;
  readonly apiKey?: string;
}

/**
 * Options that a client's and a worker's connection share. An API key travels over TLS only.
 *
 * @throws TwinError BadStudy where a file is missing, a secret's file is open to others, or a certificate has no key
 */
export async function connectionOptions({ address, tls, apiKeyFile }: ServerAccess): Promise<SharedConnection> {
  const apiKey = apiKeyFile === undefined ? undefined : (await readSecretFile(apiKeyFile, 'an API key')).trim();
  if (apiKey === '') throw new TwinError('BadStudy', `${apiKeyFile}: is empty; an API key was expected`);
  const secured = tls ?? (apiKey === undefined ? undefined : {});
  return {
    address,
    ...(secured === undefined ? {} : { tls: await tlsOf(secured) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

async function tlsOf({
  serverCaFile,
  certFile,
  keyFile,
  serverName,
}: NonNullable<ServerAccess['tls']>): Promise<TLSConfig> {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const given = certFile ?? keyFile;
    const missing = certFile === undefined ? 'certificate' : 'private key';
    throw new TwinError('BadStudy', `${given}: is half of a client's identity; name its ${missing} too`);
  }
  const clientCertPair =
    certFile === undefined || keyFile === undefined
      ? undefined
      : { crt: await readPem(certFile), key: Buffer.from(await readSecretFile(keyFile, 'a private key')) };
  return {
    ...(serverCaFile === undefined ? {} : { serverRootCACertificate: await readPem(serverCaFile) }),
    ...(clientCertPair === undefined ? {} : { clientCertPair }),
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
  };
}

const readPem = (path: string): Promise<Buffer> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new TwinError('BadStudy', `${path}: a certificate was expected there (${error.code ?? error.message})`);
  });

/** How payloads become bytes and back: as JSON, and encrypted where keys are given. */
export async function dataConverterOf({ codecKeyFile }: ServerAccess): Promise<DataConverter> {
  return codecKeyFile === undefined ? { payloadCodecs: [plainCodec] } : encryptedBy(await openKeyFile(codecKeyFile));
}

/** Payloads and the texts of failures encrypted with keys from anywhere. */
export const encryptedBy = (keys: KeyProvider): DataConverter => ({
  payloadCodecs: [encryptingCodec(keys)],
  failureConverterPath,
});

/** The module that makes failures' texts payloads. */
export const failureConverterPath = fileURLToPath(new URL('./codecFailures.ts', import.meta.url));

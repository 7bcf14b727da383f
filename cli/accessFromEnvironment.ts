import { resolve } from 'node:path';
import { TwinError } from '../twin/errors.ts';
import { connectionOptions, type ServerAccess } from '../workers/access.ts';
import { checkTls, refusePlain } from '../workers/tlsProbe.ts';

/** Variables that would hold a secret itself. Whatever is in an environment, every child inherits and every administrator can list. */
const SECRETS: Readonly<Record<string, string>> = {
  TEMPORAL_API_KEY: 'TEMPORAL_API_KEY_FILE',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
};

/**
 * How a server is reached, by the names that Temporal's own tools use where they have one (docs/security.md#what-the-environment-says). TLS and API key are
 * for the server that TEMPORAL_ADDRESS names; the codec's keys are for any.
 *
 * @param server  as `startServer` or `findServer` gave it
 * @throws TwinError BadStudy where a variable holds a secret rather than a file's name, or TLS is asked for and refused at once
 */
export function accessFromEnvironment(
  { address, namespace }: Pick<ServerAccess, 'address' | 'namespace'>,
  environment: NodeJS.ProcessEnv = process.env,
): ServerAccess {
  for (const [name, file] of Object.entries(SECRETS)) {
    if (!environment[name]) continue;
    throw new TwinError(
      'BadStudy',
      `${name}: holds a secret, which every process started from here would inherit; write it to a file of mode 0600, name that by ${file} and unset ${name}`,
    );
  }
  const { TWINFOLD_CODEC_KEY_FILE: codecKeyFile } = environment;
  const access: ServerAccess = { address, namespace, ...(codecKeyFile ? { codecKeyFile: resolve(codecKeyFile) } : {}) };
  if (!environment.TEMPORAL_ADDRESS || environment.TEMPORAL_ADDRESS !== address) return access;
  const { TEMPORAL_API_KEY_FILE: apiKeyFile } = environment;
  const tls = tlsFrom(environment);
  if (tls === 'off' && apiKeyFile) {
    throw new TwinError(
      'BadStudy',
      'TEMPORAL_TLS=false: an API key (TEMPORAL_API_KEY_FILE) goes over TLS only; leave TEMPORAL_TLS away',
    );
  }
  return {
    ...access,
    ...(tls === undefined || tls === 'off' ? {} : { tls }),
    ...(apiKeyFile ? { apiKeyFile: resolve(apiKeyFile) } : {}),
  };
}

/** Undefined where nothing asks for TLS. */
function tlsFrom(environment: NodeJS.ProcessEnv): NonNullable<ServerAccess['tls']> | 'off' | undefined {
  const {
    TEMPORAL_TLS: asked,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: serverCaFile,
    TEMPORAL_TLS_CLIENT_CERT_PATH: certFile,
    TEMPORAL_TLS_CLIENT_KEY_PATH: keyFile,
    TEMPORAL_TLS_SERVER_NAME: serverName,
  } = environment;
  const tls = {
    ...(serverCaFile ? { serverCaFile: resolve(serverCaFile) } : {}),
    ...(certFile ? { certFile: resolve(certFile) } : {}),
    ...(keyFile ? { keyFile: resolve(keyFile) } : {}),
    ...(serverName ? { serverName } : {}),
  };
  const isConfigured = Object.keys(tls).length > 0;
  if (asked && !/^(true|false|1|0)$/i.test(asked)) {
    throw new TwinError('BadStudy', `TEMPORAL_TLS=${asked}: expected true or false`);
  }
  if (asked && /^(false|0)$/i.test(asked)) {
    if (!isConfigured) return 'off';
    throw new TwinError(
      'BadStudy',
      'TEMPORAL_TLS=false: other TEMPORAL_TLS_… variables ask for TLS; unset one or the other',
    );
  }
  return asked || isConfigured ? tls : undefined;
}

/**
 * TLS and key of the server that TEMPORAL_ADDRESS names, tried once.
 *
 * @throws TwinError BadStudy where it refuses them
 */
export async function givenConnection(): Promise<
  Pick<Awaited<ReturnType<typeof connectionOptions>>, 'tls' | 'apiKey'>
> {
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = 'default' } = process.env;
  const access = accessFromEnvironment({ address, namespace });
  await checkTls(access);
  await refusePlain(access);
  const { address: _given, ...connection } = await connectionOptions(access);
  return connection;
}

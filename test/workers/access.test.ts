import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { accessFromEnvironment } from '../../cli/accessFromEnvironment.ts';
import { connectionOptions, type ServerAccess } from '../../workers/access.ts';
import { connectClient } from '../../workers/client.ts';
import { checkTls } from '../../workers/tlsProbe.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { type Certificates, certificates, startTlsProxy, type TlsProxy } from '../helpers/tlsProxy.ts';

let server: TestServer;
let ours: Certificates;
let others: Certificates;
let proxy: TlsProxy;
let strictProxy: TlsProxy;

test.before(async () => {
  server = await testServer();
  ours = await certificates(server.folder, 'ours');
  others = await certificates(server.folder, 'others');
  proxy = await startTlsProxy(server.address, ours);
  strictProxy = await startTlsProxy(server.address, { ...ours, clientCaFile: await readFile(ours.caFile) });
});

test.after.always(async () => {
  await proxy?.close();
  await strictProxy?.close();
  await server?.stop();
});

/** The namespace, as the server behind the proxy tells it. */
async function reach(access: Omit<ServerAccess, 'namespace'>): Promise<string | null | undefined> {
  const { client, close } = await connectClient({ namespace: 'default', ...access });
  try {
    const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace: 'default' });
    return namespaceInfo?.name;
  } finally {
    await close();
  }
}

test('a server is reached over TLS when its authority is the one that was named', async (t) => {
  t.is(await reach({ address: proxy.address, tls: { serverCaFile: ours.caFile } }), 'default');
});

test('a server that another authority signed is refused at once, with what to name', async (t) => {
  const { address } = proxy;
  const began_ms = performance.now();
  for (const tls of [{ serverCaFile: others.caFile }, {}]) {
    await t.throwsAsync(reach({ address, tls }), { message: /is not signed by .*TEMPORAL_TLS_SERVER_CA_CERT_PATH/ });
  }
  t.true(performance.now() - began_ms < 3000); // the client library alone waits 10 s and says that time is up
});

test('a certificate for another name is refused', async (t) => {
  const tls = { serverCaFile: ours.caFile, serverName: 'temporal.example' };
  await t.throwsAsync(reach({ address: proxy.address, tls }), { message: /is not for temporal\.example/ });
});

test('TLS towards a server that speaks none is refused', async (t) => {
  const access = { address: server.address, namespace: 'default', tls: { serverCaFile: ours.caFile } };
  await t.throwsAsync(checkTls(access), { message: /does not speak TLS/ });
});

test('a server that demands to know its clients lets in the one that it was told of', async (t) => {
  const tls = { serverCaFile: ours.caFile, certFile: ours.clientCertFile, keyFile: ours.clientKeyFile };
  t.is(await reach({ address: strictProxy.address, tls }), 'default');
});

test('a server that demands to know its clients refuses strangers and those without a certificate', async (t) => {
  const { address } = strictProxy;
  const stranger = { certFile: others.clientCertFile, keyFile: others.clientKeyFile };
  const refused = /refuses this client .*TEMPORAL_TLS_CLIENT_CERT_PATH/;
  await t.throwsAsync(reach({ address, tls: { serverCaFile: ours.caFile } }), { message: refused });
  await t.throwsAsync(reach({ address, tls: { serverCaFile: ours.caFile, ...stranger } }), { message: refused });
});

test('half of a client’s identity is refused before anything is sent', async (t) => {
  const tls = { serverCaFile: ours.caFile, certFile: ours.clientCertFile };
  await t.throwsAsync(reach({ address: strictProxy.address, tls }), { message: /name its private key too/ });
});

test('an API key reaches the server as a bearer token, and is nowhere else', async (t) => {
  const apiKeyFile = join(server.folder, 'api.key');
  await writeFile(apiKeyFile, 'key-of-the-test\n', { mode: 0o600 });
  const access = { address: proxy.address, tls: { serverCaFile: ours.caFile }, apiKeyFile };
  t.is(await reach(access), 'default');
  t.true(proxy.authorizations.includes('Bearer key-of-the-test'));
  t.false(JSON.stringify(access).includes('key-of-the-test')); // what workers are given as an argument
});

test('an API key alone means TLS: it never travels in the clear', async (t) => {
  const apiKeyFile = join(server.folder, 'alone.key');
  await writeFile(apiKeyFile, 'alone', { mode: 0o600 });
  t.deepEqual((await connectionOptions({ address: 'a:1', namespace: 'n', apiKeyFile })).tls, {});
});

test('secrets in files that others can read are refused', async (t) => {
  const apiKeyFile = join(server.folder, 'open.key');
  await writeFile(apiKeyFile, 'k', { mode: 0o644 });
  const access = { address: 'a:1', namespace: 'n' };
  await t.throwsAsync(connectionOptions({ ...access, apiKeyFile }), { message: /mode 0644 .* chmod 600/ });
  const keyFile = join(server.folder, 'open-client.key');
  await writeFile(keyFile, 'k', { mode: 0o640 });
  const tls = { certFile: ours.clientCertFile, keyFile };
  const asRoot = process.getuid?.() === 0; // the group of root's files may read them
  const reading = connectionOptions({ ...access, tls });
  await (asRoot ? t.notThrowsAsync(reading) : t.throwsAsync(reading, { message: /mode 0640/ }));
});

const given = { address: 'temporal:7233', namespace: 'hearts' };

test('the environment’s TLS and API key are for the server that it names, the codec’s keys for any', (t) => {
  const environment = {
    TEMPORAL_ADDRESS: 'temporal:7233',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/etc/ca.pem',
    TEMPORAL_TLS_CLIENT_CERT_PATH: '/etc/me.pem',
    TEMPORAL_TLS_CLIENT_KEY_PATH: '/etc/me.key',
    TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
    TEMPORAL_API_KEY_FILE: '/etc/api.key',
    TWINFOLD_CODEC_KEY_FILE: '/etc/codec.keys',
  };
  t.deepEqual(accessFromEnvironment(given, environment), {
    ...given,
    tls: {
      serverCaFile: '/etc/ca.pem',
      certFile: '/etc/me.pem',
      keyFile: '/etc/me.key',
      serverName: 'temporal.example',
    },
    apiKeyFile: '/etc/api.key',
    codecKeyFile: '/etc/codec.keys',
  });
  const own = { address: '127.0.0.1:40001', namespace: 'default' };
  t.deepEqual(accessFromEnvironment(own, environment), { ...own, codecKeyFile: '/etc/codec.keys' });
  t.deepEqual(accessFromEnvironment(given, { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_TLS: 'true' }), {
    ...given,
    tls: {},
  });
  t.deepEqual(accessFromEnvironment(given, { TEMPORAL_ADDRESS: 'temporal:7233' }), given);
});

test('a secret in the environment is refused by its name, without repeating it', (t) => {
  for (const name of ['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA']) {
    const error = t.throws(() => accessFromEnvironment(given, { [name]: 'hunter2' }), {
      message: new RegExp(`^${name}: `),
    });
    t.false(error?.message.includes('hunter2'));
  }
});

test('an environment that asks for TLS and against it is refused', (t) => {
  const environment = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_TLS: 'false' };
  t.throws(() => accessFromEnvironment(given, { ...environment, TEMPORAL_API_KEY_FILE: 'f' }), { message: /TLS only/ });
  t.throws(() => accessFromEnvironment(given, { ...environment, TEMPORAL_TLS_SERVER_NAME: 'f' }), {
    message: /unset one/,
  });
  t.throws(() => accessFromEnvironment(given, { ...environment, TEMPORAL_TLS: 'maybe' }), { message: /true or false/ });
});

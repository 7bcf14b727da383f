// Runs the tests of stores and a small study on real S3 servers, and compares the tables' bytes with a folder's run:
// `node scripts/checkS3.ts [--subjects 3] [--servers gofakes3,versitygw] [--latency 0]`. Builds the servers with Go where it has to (minutes,
// once); takes about five minutes.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Files, openFolderFiles } from '../activities/stores/files.ts';
import { openS3Files } from '../activities/stores/s3Files.ts';
import { openS3Store } from '../activities/stores/s3Store.ts';
import { runFolder } from '../cli/runFolder.ts';
import { PUBLISHED } from './kills/studyRun.ts';
import { type EndedCommand, environmentOf, runCli } from './s3/bucketRun.ts';
import { type Fault, startFaultProxy } from './s3/faultProxy.ts';
import { countRequests, measureRequests } from './s3/requests.ts';
import { BUCKET, buildS3Server, CREDENTIALS, S3_SERVERS, type S3ServerName, startS3Server } from './s3/servers.ts';
import { writeSmallPopulation } from './smallPopulation.ts';

const NAME = 'buckets';
const BROKEN = 1;
const QUARANTINED = 3;
/** One request in so many meets one of these, in turn. */
const FAULT_EVERY = 9;
const FAULTS: readonly Fault[] = [
  'slow-down',
  'internal-error',
  'stale-404',
  'reset',
  'cut-short',
  'damaged',
  'answer-lost',
];
const BUILD_s = 1200;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REQUEST_SUBJECTS = 20;

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '3' },
    servers: { type: 'string', default: Object.keys(S3_SERVERS).join(',') },
    /** Added to every request, ms: how far away the store is */
    latency: { type: 'string', default: '0' },
    /** Leaves the tests out */
    'run-only': { type: 'boolean', default: false },
  },
});
const size = Number(values.subjects);
const names = Object.keys(S3_SERVERS).filter((name) => values.servers.split(',').includes(name)) as S3ServerName[];
const folder = mkdtempSync(join(tmpdir(), 'twinfold-s3-'));
const population = join(folder, 'population');
const study = join(population, 'study.yaml');
let failures = 0;

function tell(what: string, seconds: number, problems: readonly string[], note = ''): void {
  if (problems.length > 0) failures++;
  const result = problems.length === 0 ? `as expected${note}` : problems.join('; ');
  console.log(`  ${what.padEnd(44)} ${seconds.toFixed(1).padStart(6)} s  ${result}`);
}

async function hashesOf(files: Files): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of PUBLISHED) {
    const bytes = await files.read(name);
    hashes[name] = bytes === undefined ? 'absent' : createHash('sha256').update(bytes).digest('hex');
  }
  return hashes;
}

/** What is wrong with a run that came to its end. */
async function problemsOf(
  end: EndedCommand,
  places: readonly Files[],
  { isAgain }: { readonly isAgain: boolean },
): Promise<string[]> {
  if (end.code !== QUARANTINED) return [`exit code ${end.code}, expected ${QUARANTINED}:\n${end.output}`];
  const problems: string[] = [];
  for (const place of places) {
    const found = await hashesOf(place);
    const others = PUBLISHED.filter((name) => found[name] !== expected[name]);
    if (others.length > 0) problems.push(`other bytes in ${place.address}: ${others.join(', ')}`);
  }
  if (isAgain && !end.output.includes('nothing was computed')) problems.push(`computed again:\n${end.output}`);
  return problems;
}

async function copyAll(from: Files, to: Files): Promise<void> {
  for await (const { path } of from.list()) await to.write(path, (await from.read(path)) ?? new Uint8Array(0));
}

async function checkServer(name: S3ServerName): Promise<void> {
  console.log(`\n${name} (${S3_SERVERS[name].module})`);
  const server = await startS3Server(name, mkdtempSync(join(folder, `${name}-`)));
  const proxy = await startFaultProxy(server.endpoint);
  proxy.delay(Number(values.latency));
  const settings = { endpoint: server.endpoint, credentials: CREDENTIALS };
  const open = (prefix: string) => openS3Files(`s3://${BUCKET}/${prefix}`, settings);
  try {
    await copyAll(openFolderFiles(population), await open('data'));
    const told = async (what: string, store: string, isAgain: boolean, args: readonly string[]) => {
      const before = proxy.requests.length;
      const end = await runCli([...args, ...QUICK], environmentOf(proxy.endpoint));
      const tables = [await open(`published-${store}`), openFolderFiles(runFolder(outOf(store)).published)];
      const note = `; requests a subject: ${countRequests(proxy.requests.slice(before), size + BROKEN)}`;
      tell(what, end.seconds, await problemsOf(end, tables, { isAgain }), note);
    };
    const outOf = (store: string) => join(folder, `${name}-${store}`);
    const run = (what: string, store: string, isAgain: boolean) => {
      const places = ['--data', `s3://${BUCKET}/data`, '--store', `s3://${BUCKET}/${store}`];
      const publish = ['--publish', `s3://${BUCKET}/published-${store}`];
      return told(what, store, isAgain, ['run', study, '--out', outOf(store), ...places, ...publish]);
    };
    const check = ['check', study, '--json'];
    const [inFolder, inBucket] = [
      await runCli(check, environmentOf(proxy.endpoint)),
      await runCli([...check, '--data', `s3://${BUCKET}/data`], environmentOf(proxy.endpoint)),
    ];
    const isSame = inFolder.output === inBucket.output && inFolder.code === inBucket.code;
    tell('the check of the inputs', inBucket.seconds, isSame ? [] : [`other answer:\n${inBucket.output}`]);
    await run('inputs, store and tables in the bucket', 'store', false);
    await run('the same again', 'store', true);
    await told('its quarantined subject once more', 'store', false, ['retry', outOf('store')]);
    await copyAll(openFolderFiles(runFolder(first).store), await open('moved'));
    await run('a folder’s store moved into the bucket', 'moved', true);
    let met = 0;
    proxy.decide(({ number }) => (number % FAULT_EVERY === 0 ? (FAULTS[met++ % FAULTS.length] ?? 'none') : 'none'));
    await run(`each ${FAULT_EVERY}th request meets a fault`, 'faulty', false);
    proxy.decide(() => 'none');
    tell('faults that were met', 0, met < FAULTS.length ? [`only ${met}`] : [], `: ${met}, of ${FAULTS.length} kinds`);
    const store = await openS3Store(`s3://${BUCKET}/store`, settings);
    const left: string[] = [];
    for await (const { uri } of store.listHalfWritten?.() ?? []) left.push(uri);
    tell('uploads left half done', 0, left);
  } finally {
    await proxy.stop();
    await server.stop();
  }
}

const QUICK = ['--workers', '2', '--slots', '1', '--no-report'];
const first = join(folder, 'first');
let expected: Readonly<Record<string, string>> = {};
try {
  for (const name of names) {
    const began_ms = performance.now();
    const program = await buildS3Server(name, BUILD_s).catch((error: unknown) => {
      failures++;
      console.log(
        `${name}: cannot be built (${error instanceof Error ? error.message : String(error)}); it needs Go and its module proxy`,
      );
      return undefined;
    });
    if (program !== undefined)
      console.log(`${name}: ${program} (${((performance.now() - began_ms) / 1000).toFixed(0)} s)`);
  }
  if (failures > 0) throw new Error('without its servers there is nothing to check');
  if (!values['run-only']) {
    const tests = ['test/activities/stores/s3.test.ts', 'test/activities/stores/s3Faults.test.ts'];
    const ava = fileURLToPath(new URL('../node_modules/ava/entrypoints/cli.js', import.meta.url));
    const child = spawn(process.execPath, [ava, ...tests], { cwd: ROOT, stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    if (code !== 0) failures++;
  }
  await writeSmallPopulation({ out: population, name: NAME, size, broken: BROKEN });
  console.log(`\n${size} subjects and ${BROKEN} broken, every request ${values.latency} ms late`);
  const end = await runCli(['run', study, '--out', first, ...QUICK], environmentOf('http://127.0.0.1:1'));
  expected = await hashesOf(openFolderFiles(runFolder(first).published));
  tell('everything in folders', end.seconds, await problemsOf(end, [], { isAgain: false }));
  for (const name of names) await checkServer(name);
  const [near] = names;
  if (near !== undefined) {
    console.log(
      `\nrequests of ${REQUEST_SUBJECTS} subjects whose science takes no time, one after another, on ${near}`,
    );
    const server = await startS3Server(near, mkdtempSync(join(folder, 'requests-')));
    for (const line of await measureRequests(server.endpoint, REQUEST_SUBJECTS).finally(server.stop))
      console.log(`  ${line}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(failures === 0 ? '\nbuckets and folders agree' : `\n${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

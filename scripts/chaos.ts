// Runs a cohort again and again under faults at random moments, and compares what each run publishes with an undisturbed run's bytes:
// `node scripts/chaos.ts [--faults 200] [--seed 1] [--subjects 120] [--kinds kill-server,no-space] [--server embedded|postgres] [--real]
// [--out FILE]`. Ends with 1 where a row was lost, doubled or changed, or a byte differs. Linux. docs/faults.md says what it found.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRandom } from '../twin/random.ts';
import { runUnderFaults } from './chaos/chaosRun.ts';
import { readTables, type Tables } from './chaos/compare.ts';
import { faults as allFaults } from './chaos/faults.ts';
import { judgeRun } from './chaos/judge.ts';
import { FaultBag, type PlannedFault, type Stage } from './chaos/plan.ts';
import { thaw } from './chaos/scene.ts';
import { type ChaosServer, embeddedServer, ownServer, postgresServer } from './chaos/servers.ts';
import { mountStore, unmountAll, unmountStore } from './chaos/storeMount.ts';
import { writePlantedStudy, writeRealStudy } from './chaos/study.ts';
import { ChaosTally } from './chaos/tally.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '200' },
    'per-run': { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    subjects: { type: 'string' },
    kinds: { type: 'string' },
    server: { type: 'string', default: 'embedded' },
    real: { type: 'boolean', default: false },
    out: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.faults);
const perRun = Number(values['per-run']);
const seed = Number(values.seed);
const isReal = values.real;
const isPostgres = values.server === 'postgres';
const subjects = Number(values.subjects ?? (isReal ? 6 : 120));
const names = values.kinds?.split(',');
const unknown = names?.filter((name) => !allFaults.some((fault) => fault.name === name)) ?? [];
if (unknown.length > 0 || !['embedded', 'postgres'].includes(values.server)) {
  console.error(`no such ${unknown.length > 0 ? `kind: ${unknown.join(', ')}` : `server: ${values.server}`}`);
  console.error(`kinds: ${allFaults.map(({ name }) => name).join(', ')}; servers: embedded, postgres`);
  process.exit(1);
}
const kinds = names === undefined ? allFaults : allFaults.filter(({ name }) => names.includes(name));
const workers = 2;
const slots = isReal ? 1 : 2;
const heartbeat_s = 8;
/** A run that is not at its end by then never will be. */
const DEADLINE_ms = (isReal ? 20 : 8) * 60_000;
const STORE_MB = isReal ? 2000 : 64;
/** A run of which faults never find an occasion: what is asked for cannot be injected. */
const MOST_IDLE_RUNS = 5;

const folder = mkdtempSync(join(tmpdir(), 'twinfold-chaos-'));
const began_ms = performance.now();
const tally = new ChaosTally();
const problems: string[] = [];
const random = openRandom(seed, 'chaos: kinds');
const bag = new FaultBag(kinds, random);
const probe = join(folder, 'probe');
const canMount = mountStore(probe, 1);
unmountStore(probe);
let lasting: ChaosServer | undefined;
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    console.log('\nstopping after this run …');
    isStopping = true;
  });
}
process.on('exit', () => {
  thaw();
  unmountAll();
});

const elapsed = () => `${((performance.now() - began_ms) / 1000).toFixed(0)} s`.padStart(6);

try {
  const study = isReal
    ? await writeRealStudy(join(folder, 'population'), subjects, seed)
    : writePlantedStudy(join(folder, 'population'), subjects, seed);
  if (isPostgres) chmodSync(folder, 0o711); // PostgreSQL's own user passes through
  if (isPostgres) lasting = await postgresServer(join(folder, 'postgres'), (line) => console.log(line));
  const run = async (name: string, server: ChaosServer, planned: readonly PlannedFault[]) => {
    const out = join(folder, name);
    mkdirSync(out, { recursive: true });
    const store = join(out, 'store');
    const isStoreMounted = planned.some(({ fault }) => fault.needs === 'mount') && mountStore(store, STORE_MB);
    const end = await runUnderFaults({
      study,
      out,
      server,
      faults: planned,
      random: openRandom(seed, `chaos: ${name}`),
      heartbeat_s,
      workers,
      slots,
      isReal,
      isStoreMounted,
      deadline_ms: DEADLINE_ms,
    });
    return { out, store, end };
  };

  console.log(`${study.rows} subjects, ${workers} workers, server: ${values.server}, seed ${seed}; ${folder}`);
  const first = await run('undisturbed', lasting ?? ownServer(join(folder, 'undisturbed')), []);
  if (first.end.problem !== undefined || first.end.failures.length > 0) {
    throw new Error(`the undisturbed run did not end well: ${first.end.problem ?? first.end.failures.join('\n')}`);
  }
  const expected: Tables = readTables(first.out);
  if (expected.rows.length !== study.rows) throw new Error(`${expected.rows.length} rows, expected ${study.rows}`);
  console.log(`${elapsed()}  undisturbed: ${first.end.seconds.toFixed(1)} s`);
  for (const [name, hash] of Object.entries(expected.hashes)) console.log(`        ${hash?.slice(0, 16)} ${name}`);

  for (let number = 1, idle = 0; tally.total.injected < wanted && !isStopping && idle < MOST_IDLE_RUNS; number++) {
    const name = `run-${String(number).padStart(3, '0')}`;
    const isOwn = !isPostgres && (number % 2 === 1 || !kinds.some((fault) => fault.needs === 'network'));
    const stage: Stage = { server: isOwn ? 'own' : 'given', hasPostgres: isPostgres, canMount };
    const planned = bag.draw(Math.min(perRun, wanted - tally.total.injected), stage);
    const start = () => (isOwn ? ownServer(join(folder, name)) : embeddedServer(join(folder, name, 'temporal')));
    const server = lasting ?? (await start());
    const { out, store, end } = await run(name, server, planned);
    for (const missed of end.missed) bag.putBack(missed);
    const judged = await judgeRun({ end, out, store, expected, isReal });
    if (lasting === undefined) await server.stop();
    unmountStore(store);
    tally.add(judged);
    idle = end.injected.length === 0 ? idle + 1 : 0;
    const isGood = judged.problems.length === 0;
    const what = end.injected.map(({ fault, moment }) => `${fault.name}@${moment}`).join(' ');
    const times = `${end.seconds.toFixed(0)} s, ${end.starts} ${end.starts === 1 ? 'start' : 'starts'}`;
    console.log(
      `${elapsed()}  ${String(tally.total.injected).padStart(4)}/${wanted}  ${name} ${isGood ? 'same' : 'FAILED'} (${times}): ${what}`,
    );
    for (const failure of end.failures) console.log(`          ended by itself, started again: ${failure}`);
    for (const problem of judged.problems) {
      console.log(`        ! ${problem}`);
      problems.push(`${name}: ${problem}`);
    }
    if (isGood && !values.keep) rmSync(out, { recursive: true, force: true, maxRetries: 5 });
  }
  if (tally.total.injected < wanted && !isStopping) problems.push('the faults asked for find no occasion');
} finally {
  await lasting?.stop();
}

const seconds = (performance.now() - began_ms) / 1000;
console.log(`\n${tally.lines().join('\n')}\n`);
const { orphans, starts, failures, leftRunning, computedAgain } = tally;
console.log(
  `${tally.kinds.size} kinds at ${[...tally.kinds.values()].reduce((sum, kind) => sum + Object.keys(kind.moments).length, 0)} moments; ` +
    `${starts} starts of the command, ${failures} ends of its own; ${leftRunning} processes left running`,
);
console.log(
  `gc collected ${orphans.artifacts} orphaned artifacts and ${orphans.halfWritten} half-written files (${orphans.bytes} bytes); ` +
    `${computedAgain} stages computed again after it`,
);
const skipped = kinds.filter((fault) => !tally.kinds.has(fault.name)).map(({ name }) => name);
if (skipped.length > 0) console.log(`not injected: ${skipped.join(', ')}`);
console.log(`${seconds.toFixed(0)} s`);
if (values.out !== undefined) {
  const facts = {
    seed,
    server: values.server,
    isReal,
    subjects,
    cores: availableParallelism(),
    seconds: Math.round(seconds),
    total: tally.total,
    kinds: [...tally.kinds.values()],
    orphans,
    starts,
    failures,
    leftRunning,
    computedAgain,
    problems,
  };
  writeFileSync(values.out, `${JSON.stringify(facts, null, 2)}\n`);
}
if (problems.length > 0) {
  console.log(`\n${problems.length} problems; what they left is in ${folder}`);
  console.log(
    `again: node scripts/chaos.ts ${process.argv.slice(2).join(' ')}${values.seed === '1' ? ' --seed 1' : ''}`,
  );
  process.exitCode = 1;
} else {
  if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  console.log('every run ended in the same bytes');
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { compareTables, isSame } from '../../scripts/chaos/compare.ts';
import { openControl, openOrders } from '../../scripts/chaos/control.ts';
import { faults } from '../../scripts/chaos/faults.ts';
import { faultyStore } from '../../scripts/chaos/faultyStore.ts';
import { openNetwork } from '../../scripts/chaos/network.ts';
import { FaultBag, fits, type Stage } from '../../scripts/chaos/plan.ts';
import { openRandom } from '../../twin/random.ts';

function newFolder(t: { teardown: (end: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-chaos-test-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

const line = (subject: string, text = 'same') => ({ subject, line: text });

test('rows that are lost, doubled or changed are told apart, and other bytes are told by file', (t) => {
  const expected = { hashes: { 'cohort.csv': 'a' }, rows: ['a', 'b', 'c', 'd'].map((subject) => line(subject)) };
  const found = { hashes: { 'cohort.csv': 'b' }, rows: [line('a'), line('b', 'other'), line('c'), line('c')] };
  const difference = compareTables(expected, found);
  t.deepEqual(difference, { lost: ['d'], doubled: ['c'], changed: ['b'], otherFiles: ['cohort.csv'] });
  t.false(isSame(difference));
  t.true(isSame(compareTables(expected, expected)));
});

test('an order is taken once, by one of those who ask', (t) => {
  const orders = openOrders(newFolder(t));
  const takers = [openControl(orders.folder), openControl(orders.folder), openControl(undefined)];
  orders.give('write-eio', 2);
  const taken = [...takers, ...takers].map((control) => control.take('write-eio'));
  t.is(taken.filter(Boolean).length, 2);
  t.is(orders.count('write-eio'), 2);
  orders.give('write-eio');
  t.is(orders.withdraw('write-eio'), 1);
  t.false(takers[0]?.take('write-eio'));
});

test('a faulty store fails as a disk does, and is sound again afterwards', async (t) => {
  const orders = openOrders(newFolder(t));
  const store = faultyStore(openMemoryStore(), orders.folder, openControl(orders.folder));
  const bytes = new TextEncoder().encode('heart');
  orders.give('write-eio');
  await t.throwsAsync(store.put(bytes, 'json'), { message: /^EIO: / });
  orders.begin('no-space');
  await t.throwsAsync(store.writeRecord('row:a:b', '1'), { message: /^ENOSPC: / });
  orders.end('no-space');
  const ref = await store.put(bytes, 'json');
  orders.give('read-eio');
  await t.throwsAsync(store.get(ref), { message: /^EIO: / });
  t.deepEqual(Buffer.from((await store.get(ref)) ?? []), Buffer.from('heart'));
});

test('every kind of fault comes at every one of its moments before any comes again', (t) => {
  const stage: Stage = { server: 'given', hasPostgres: true, canMount: true };
  const possible = faults.filter((fault) => fits(fault, stage));
  const pairs = possible.flatMap(({ name, moments }) => moments.map((moment) => `${name}@${moment}`));
  const bag = new FaultBag(possible, openRandom(1, 'test'));
  const drawn: string[] = [];
  while (drawn.length < pairs.length) {
    drawn.push(...bag.draw(1, stage).map(({ fault, moment }) => `${fault.name}@${moment}`));
  }
  t.deepEqual(drawn.sort(), pairs.sort());
  t.true(new Set(faults.map(({ name }) => name)).size === faults.length && faults.length > 40);
});

test('docs/faults.md tells every kind of fault, and no other', (t) => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/faults.md'), 'utf8');
  const told = [...page.matchAll(/^\| `([\w-]+)` \| (.+) \((.+)\) \|$/gm)].map(([, name, what, when]) => [
    name,
    what,
    when,
  ]);
  t.deepEqual(
    told,
    faults.map(({ name, description, moments }) => [name, description, moments.join(', ')]),
  );
});

test('the same seed draws the same faults, and no kind twice for one run', (t) => {
  const stage: Stage = { server: 'own', hasPostgres: false, canMount: false };
  const draw = () => {
    const bag = new FaultBag(faults, openRandom(7, 'test'));
    return [1, 2, 3].map(() => bag.draw(6, stage).map(({ fault, moment }) => `${fault.name}@${moment}`));
  };
  t.deepEqual(draw(), draw());
  for (const run of draw()) t.is(new Set(run.map((name) => name.split('@')[0])).size, 6);
  t.false(
    draw()
      .flat()
      .some((name) => /^(network|kill-postgres|disk-full)/.test(name)),
  );
});

test('a network passes on what it is given, in order; cut, it refuses; reset, it ends what was open', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const network = await openNetwork(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  t.teardown(async () => {
    await network.close();
    server.close();
  });
  const [host = '', port] = network.address.split(':');
  const open = () => connect({ host, port: Number(port) });
  const socket = open();
  const echoed = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
      if (text.length === 6) resolve(text);
    });
  });
  network.slow(5);
  for (const piece of ['one', 'two']) socket.write(piece);
  t.is(await echoed, 'onetwo');
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.on('close', () => resolve('closed'));
  });
  t.is(network.reset(), 1);
  t.is(await ended, 'ECONNRESET');
  network.cut();
  const refused = new Promise<boolean>((resolve) => {
    const late = open();
    late.on('error', () => resolve(true));
    late.on('data', () => resolve(false));
    late.write('x');
  });
  t.true(await refused);
});

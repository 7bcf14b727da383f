import test from 'ava';
import fc from 'fast-check';
import { memoryBudget, openGate } from '../../workers/admission.ts';

const { signal } = new AbortController();
const ask = (memory_MB: number, isAlone = false) => ({ memory_MB, isAlone, signal });

/** Who is in, by name, in the order of entering. */
function openRoom(budget_MB: number) {
  const gate = openGate(budget_MB);
  const entered: string[] = [];
  const leave = new Map<string, () => void>();
  const come = (name: string, memory_MB: number, isAlone = false) =>
    void gate.admit(ask(memory_MB, isAlone)).then((go) => {
      entered.push(name);
      leave.set(name, go);
    });
  return { gate, entered, come, go: (name: string) => leave.get(name)?.() };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('jobs are at work together as long as memory holds them, and in the order in which they came', async (t) => {
  const { entered, come, go } = openRoom(100);
  come('a', 60);
  come('b', 60);
  come('c', 10); // would fit beside a, and does not overtake b
  await settle();
  t.deepEqual(entered, ['a']);
  go('a');
  await settle();
  t.deepEqual(entered, ['a', 'b', 'c']);
});

test('a job that asks for it has the worker to itself, however little it takes', async (t) => {
  const { entered, come, go } = openRoom(100);
  come('a', 1);
  come('alone', 1, true);
  come('c', 1);
  await settle();
  t.deepEqual(entered, ['a']);
  go('a');
  await settle();
  t.deepEqual(entered, ['a', 'alone']);
  go('alone');
  go('alone'); // leaving twice gives nothing twice
  await settle();
  t.deepEqual(entered, ['a', 'alone', 'c']);
});

test('a job larger than the whole budget is refused at once, with both figures', async (t) => {
  const error = await t.throwsAsync(openGate(100).admit(ask(101)), { message: /at most 100 MB.* about 101 MB/ });
  t.like(error, { code: 'OutOfMemory', details: { memory_MB: 101, budget_MB: 100 } });
});

test('who stops waiting leaves its place to those behind it', async (t) => {
  const { gate, entered, come } = openRoom(100);
  const stop = new AbortController();
  come('a', 60);
  const waiting = gate.admit({ memory_MB: 60, isAlone: false, signal: stop.signal });
  come('c', 30);
  await settle();
  t.deepEqual(entered, ['a']);
  stop.abort();
  t.like(await t.throwsAsync(waiting), { code: 'Cancelled' });
  await settle();
  t.deepEqual(entered, ['a', 'c']);
  t.like(await t.throwsAsync(gate.admit({ memory_MB: 1, isAlone: false, signal: stop.signal })), { code: 'Cancelled' });
});

test('whatever comes, the budget is never exceeded and everybody has a turn, in order', async (t) => {
  const job = fc.record({ memory_MB: fc.integer({ min: 0, max: 100 }), isAlone: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 30 }), async (jobs) => {
      const gate = openGate(100);
      let inside_MB = 0;
      const order: number[] = [];
      await Promise.all(
        jobs.map(async ({ memory_MB, isAlone }, index) => {
          const go = await gate.admit(ask(memory_MB, isAlone));
          order.push(index);
          inside_MB += memory_MB;
          if (inside_MB > 100) throw new Error(`${inside_MB} MB at work`);
          await settle();
          inside_MB -= memory_MB;
          go();
        }),
      );
      return order.every((index, at) => index === at);
    }),
    { numRuns: 50 },
  );
  t.pass();
});

test('a budget is a share of the container’s memory where that is smaller than the machine’s', (t) => {
  const GiB = 2 ** 30;
  t.is(memoryBudget(64 * GiB, 8 * GiB), 6144);
  t.is(memoryBudget(8 * GiB, 0), 6144); // no limit, as some platforms say it
  t.is(memoryBudget(8 * GiB, 2 ** 64), 6144); // no limit, as Linux says it
});

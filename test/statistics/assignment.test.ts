import test from 'ava';
import { ALONE, assign, type Candidates } from '../../cohorts/statistics/assignment.ts';
import { openRandom } from '../../twin/random.ts';

type Costs = readonly (readonly number[])[];

function candidates(costs: Costs): Candidates {
  const lists = costs.map((row) => row.flatMap((cost, column) => (Number.isFinite(cost) ? [{ column, cost }] : [])));
  const starts = new Uint32Array(costs.length + 1);
  for (const [row, list] of lists.entries()) starts[row + 1] = (starts[row] ?? 0) + list.length;
  return {
    starts,
    columns: Uint32Array.from(lists.flat(), ({ column }) => column),
    costs: Float64Array.from(lists.flat(), ({ cost }) => cost),
  };
}

/** Least cost of all choices, by trying every one. */
function exhaustive(costs: Costs, penalty: number, row = 0, taken = new Set<number>()): number {
  const own = costs[row];
  if (!own) return 0;
  let least = penalty + exhaustive(costs, penalty, row + 1, taken);
  for (const [column, cost] of own.entries()) {
    if (!Number.isFinite(cost) || taken.has(column)) continue;
    taken.add(column);
    least = Math.min(least, cost + exhaustive(costs, penalty, row + 1, taken));
    taken.delete(column);
  }
  return least;
}

function costOf(costs: Costs, partners: Int32Array, penalty: number): number {
  return partners.reduce(
    (sum, column, row) => sum + (column === ALONE ? penalty : (costs[row]?.[column] ?? Number.NaN)),
    0,
  );
}

test('no choice of pairs is cheaper than the one found, among all that there are', (t) => {
  const random = openRandom(3, 'assignment');
  for (let trial = 0; trial < 400; trial++) {
    const [rows, columns] = [1 + Math.floor(6 * random.uniform()), 1 + Math.floor(6 * random.uniform())];
    const density = random.uniform();
    const penalty = 2 * random.uniform();
    const costs = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (random.uniform() < density ? random.uniform() : Number.POSITIVE_INFINITY)),
    );
    const partners = assign(candidates(costs), columns, penalty);
    const chosen = [...partners].filter((column) => column !== ALONE);
    t.is(new Set(chosen).size, chosen.length, 'a column is in one pair at most');
    t.true(Math.abs(costOf(costs, partners, penalty) - exhaustive(costs, penalty)) < 1e-12, `trial ${trial}`);
  }
});

test('with a penalty beyond all costs as many pairs are made as can be', (t) => {
  // The first row alone can take column 0 or 1, the second only 0: a greedy choice would leave the second without one.
  const costs = [
    [0.1, 0.9],
    [0.2, Number.POSITIVE_INFINITY],
  ];
  t.deepEqual([...assign(candidates(costs), 2, 100)], [1, 0]);
});

test('whoever costs more than being alone stays alone', (t) => {
  t.deepEqual([...assign(candidates([[3], [1]]), 1, 2)], [ALONE, 0]);
  t.deepEqual([...assign(candidates([[3], [4]]), 1, 2)], [ALONE, ALONE]);
});

test('points on a line are paired in their order', (t) => {
  const random = openRandom(4, 'line');
  const [left, right] = [0, 1].map(() => Array.from({ length: 40 }, () => random.uniform()).sort((a, b) => a - b));
  if (!left || !right) return t.fail();
  const costs = left.map((a) => right.map((b) => (a - b) ** 2));
  t.deepEqual(
    [...assign(candidates(costs), 40, 100)],
    Array.from(left, (_, at) => at),
  );
});

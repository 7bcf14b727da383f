import test from 'ava';
import { shapleyInteractions, shapleyValues } from '../../cohorts/statistics/shapley.ts';
import { signFlipTests } from '../../cohorts/statistics/signFlip.ts';
import { openRandom } from '../../twin/random.ts';

const random = openRandom(1, 'games');
const gameOf = (players: number) => Float64Array.from({ length: 2 ** players }, () => random.normal());

/** All orders of players, by Heap's recursion in its plainest form. */
const ordersOf = (players: readonly number[]): number[][] =>
  players.length === 0
    ? [[]]
    : players.flatMap((first) =>
        ordersOf(players.filter((player) => player !== first)).map((rest) => [first, ...rest]),
      );

const close = (a: ArrayLike<number>, b: ArrayLike<number>, within = 1e-12) =>
  a.length === b.length && Array.from(a).every((value, at) => Math.abs(value - (b[at] ?? NaN)) <= within);

test('a Shapley value is the mean over all 120 orders of what a player adds when it comes', (t) => {
  const value = gameOf(5);
  const orders = ordersOf([0, 1, 2, 3, 4]);
  const expected = new Float64Array(5);
  for (const order of orders) {
    let before = 0;
    for (const player of order) {
      const after = before | (1 << player);
      expected[player] = (expected[player] ?? 0) + ((value[after] ?? 0) - (value[before] ?? 0)) / orders.length;
      before = after;
    }
  }
  t.is(orders.length, 120);
  t.true(close(shapleyValues(5, value), expected));
});

test('shares sum to the whole for any game and number of players', (t) => {
  for (let players = 1; players <= 8; players++) {
    const value = gameOf(players);
    const sum = shapleyValues(players, value).reduce((total, share) => total + share, 0);
    t.true(Math.abs(sum - ((value.at(-1) ?? 0) - (value[0] ?? 0))) < 1e-12);
  }
});

test('a player who adds nothing gets nothing, and players who add the same get the same', (t) => {
  // v = (a + b)² without c: a and b alike, c a dummy
  const value = Float64Array.from({ length: 8 }, (_, coalition) => ((coalition & 1) + ((coalition >> 1) & 1)) ** 2);
  t.true(close(shapleyValues(3, value), [2, 2, 0]));
});

test('the shares of a sum of games are the sums of their shares', (t) => {
  const [one, other] = [gameOf(4), gameOf(4)];
  const both = one.map((value, at) => 3 * value + (other[at] ?? 0));
  const expected = shapleyValues(4, one).map((value, at) => 3 * value + (shapleyValues(4, other)[at] ?? 0));
  t.true(close(shapleyValues(4, both), expected));
});

test('of a sum of products, each pair’s interaction is its factor, and a triple’s product is halved among its pairs', (t) => {
  const value = Float64Array.from({ length: 8 }, (_, coalition) => {
    const [a, b, c] = [coalition & 1, (coalition >> 1) & 1, (coalition >> 2) & 1] as [number, number, number];
    return 5 * a - b + 2 * a * b + 4 * b * c + 6 * a * b * c;
  });
  t.true(close(shapleyInteractions(3, value), [0, 5, 3, 5, 0, 7, 3, 7, 0]));
});

test('a game of another size than its players’ is refused', (t) => {
  t.throws(() => shapleyValues(3, new Float64Array(7)), { instanceOf: RangeError, message: /7 values for 3 players/ });
});

test('of few differences the sign-flip test counts every pattern', (t) => {
  // |sum| ≥ 6 only for all three of one sign: 2 of 8; for 1, 2, 4 the sums are all distinct: rank of 1 + 2 − 4
  t.deepEqual(
    signFlipTests(
      [
        [1, 2, 3],
        [1, 2, -4],
        [0, 0, 0],
      ],
      1,
    ),
    [2 / 8, 1, 1],
  );
});

test('of many, it is drawn, and says what the exact count says within its error', (t) => {
  const differences = Float64Array.from({ length: 12 }, () => 0.45 + random.normal());
  const [exact = NaN] = signFlipTests([differences], 1);
  // The same with a thirteenth that is 0 is the same test, drawn.
  const [drawn = NaN] = signFlipTests([[...differences, 0]], 1);
  t.true(Math.abs(drawn - exact) < 4 * Math.sqrt((exact * (1 - exact)) / 9999) + 1e-4, `${drawn} ${exact}`);
});

import test from 'ava';
import fc from 'fast-check';
import { type Candidate, drawPairs } from '../../cohorts/counterfactuals/pairs.ts';

const people = (women: number, men: number): Candidate[] =>
  Array.from({ length: women + men }, (_, at) => ({
    subject: `sub-${String(at).padStart(3, '0')}`,
    sex: at < women ? 'female' : 'male',
    age_y: 30 + ((7 * at) % 40),
  }));

test('every pair is a woman and a man, and nobody is in two', (t) => {
  const sizes = fc.integer({ min: 0, max: 12 });
  const pairing = fc.constantFrom('random' as const, 'age' as const);
  fc.assert(
    fc.property(sizes, sizes, sizes, fc.integer(), pairing, (women, men, pairs, seed, how) => {
      const drawn = drawPairs(people(women, men), { pairs, seed, pairing: how });
      t.is(drawn.length, Math.min(women, men, pairs));
      const names = drawn.flatMap(({ female, male }) => [female, male]);
      t.is(new Set(names).size, names.length);
      t.true(drawn.every(({ female, male }) => female < `sub-${String(women).padStart(3, '0')}` && male > female));
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('the order in which people come plays no part, and more pairs begin with the same ones', (t) => {
  const all = people(9, 8);
  const few = drawPairs(all, { pairs: 3, seed: 4, pairing: 'random' });
  const many = drawPairs([...all].reverse(), { pairs: 8, seed: 4, pairing: 'random' });
  t.deepEqual(many.slice(0, 3), few);
  t.notDeepEqual(drawPairs(all, { pairs: 3, seed: 5, pairing: 'random' }), few);
});

test('over seeds every man is as often a woman’s other half as any other', (t) => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 600; seed++) {
    const [first] = drawPairs(people(3, 4), { pairs: 1, seed, pairing: 'random' });
    counts.set(first?.male ?? '', (counts.get(first?.male ?? '') ?? 0) + 1);
  }
  t.is(counts.size, 4);
  // 150 of each are expected, ± 10.6; four standard deviations.
  t.true(
    [...counts.values()].every((count) => Math.abs(count - 150) < 43),
    `${[...counts.values()]}`,
  );
});

test('by age, each woman has the nearest man that is left; whose age is not known is left out', (t) => {
  const pool: Candidate[] = [
    { subject: 'f1', sex: 'female', age_y: 50 },
    { subject: 'f2', sex: 'female', age_y: null },
    { subject: 'm1', sex: 'male', age_y: 30 },
    { subject: 'm2', sex: 'male', age_y: 52 },
    { subject: 'm3', sex: 'male', age_y: null },
  ];
  t.deepEqual(drawPairs(pool, { pairs: 5, seed: 1, pairing: 'age' }), [
    { pair: 'pair-0001', female: 'f1', male: 'm2' },
  ]);
});

test('someone new moves few of the pairs that were there', (t) => {
  let moved = 0;
  const seeds = 40;
  for (let seed = 0; seed < seeds; seed++) {
    const settings = { pairs: 40, seed, pairing: 'random' } as const;
    const all = people(40, 50);
    const before = new Set(drawPairs(all, settings).map(({ female, male }) => `${female} ${male}`));
    const sex = seed % 2 === 0 ? 'female' : 'male';
    const after = drawPairs([...all, { subject: 'sub-new', sex, age_y: 50 }], settings);
    moved += after.filter(({ female, male }) => !before.has(`${female} ${male}`)).length;
  }
  // One that is new, and those whom it took the man from in turn: some two; 40 where all are drawn anew.
  t.true(moved / seeds < 5, `${moved / seeds} of 40 pairs`);
});

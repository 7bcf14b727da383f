import test from 'ava';
import { FuzzCases } from '../../scripts/fuzz/runCase.ts';
import { fuzzTargets } from '../../scripts/fuzz/targets.ts';

/** Of each parser; `node scripts/fuzz.ts` runs as many as one likes. */
const CASES = 130;

test('changed files give a value that holds together or a sentence, from every parser, and never a name', (t) => {
  for (const target of fuzzTargets) {
    const cases = new FuzzCases(target, 20, []);
    const outcomes = Array.from({ length: CASES }, (_, number) => ({ number, ...cases.run(number) }));
    const failures = outcomes
      .filter(({ kind }) => kind === 'failure')
      .map(({ number, detail }) => `${target.name} ${number}: ${detail}`);
    t.deepEqual(failures, []);
    t.true(
      outcomes.some(({ kind }) => kind === 'refusal'),
      `${target.name} refuses some`,
    );
  }
});

test('a sound file of every kind is read', (t) => {
  for (const target of fuzzTargets) {
    const cases = new FuzzCases(target, 21, []);
    const read = Array.from({ length: 200 }, (_, number) => number).some(
      (number) => cases.run(number).kind === 'value',
    );
    t.true(read, target.name);
  }
});

import test from 'ava';
import { type SyntheticPerson, samplePopulation } from '../../cohorts/population/people.ts';
import { TwinError } from '../../twin/errors.ts';

const many = samplePopulation({ size: 4000, seed: 3 });
const women = many.filter(({ sex }) => sex === 'female');
const men = many.filter(({ sex }) => sex === 'male');
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sd = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const correlation = (people: readonly SyntheticPerson[], one: keyof SyntheticPerson, other: keyof SyntheticPerson) => {
  const a = people.map((person) => Number(person[one]));
  const b = people.map((person) => Number(person[other]));
  return mean(a.map((value, at) => (value - mean(a)) * (b[at] - mean(b)))) / (sd(a) * sd(b));
};

test('LV volumes and masses have the means and spreads of the reference ranges (Kawel-Boehm 2015)', (t) => {
  const near = (people: readonly SyntheticPerson[], key: 'lvEdv_mL' | 'lvMass_g', m: number, s: number) => {
    const values = people.map((person) => person[key]);
    t.true(Math.abs(mean(values) - m) < 2, `${key} ${mean(values)}`);
    t.true(Math.abs(sd(values) / s - 1) < 0.06, `${key} ± ${sd(values)}`);
  };
  near(women, 'lvEdv_mL', 132, 23);
  near(women, 'lvMass_g', 98, 21);
  near(men, 'lvEdv_mL', 160, 27);
  near(men, 'lvMass_g', 134, 21);
});

test('within a sex, taller and heavier people have bigger hearts', (t) => {
  for (const people of [women, men]) {
    t.true(Math.abs(correlation(people, 'height_cm', 'lvEdv_mL') - 0.45) < 0.05);
    t.true(Math.abs(correlation(people, 'lvMass_g', 'lvEdv_mL') - 0.6) < 0.05);
    t.true(correlation(people, 'weight_kg', 'lvMass_g') > 0.3);
  }
});

test('ages spread evenly between 45 and 80', (t) => {
  const ages = many.map(({ age_y }) => age_y);
  t.is(Math.min(...ages), 45);
  t.is(Math.max(...ages), 80);
  t.true(Math.abs(mean(ages) - 62.5) < 1);
});

test('the share of women is met to a person', (t) => {
  for (const femaleShare of [0, 0.25, 0.5, 1]) {
    const people = samplePopulation({ size: 24, femaleShare });
    t.is(people.filter(({ sex }) => sex === 'female').length, 24 * femaleShare);
  }
});

test('a person does not depend on how many others are drawn', (t) => {
  t.deepEqual(samplePopulation({ size: 3, seed: 5 }), samplePopulation({ size: 8, seed: 5 }).slice(0, 3));
  t.notDeepEqual(samplePopulation({ size: 3, seed: 5 }), samplePopulation({ size: 3, seed: 6 }));
});

test('a planted sex effect reaches women only, and the broken come last', (t) => {
  const people = samplePopulation({ size: 4, sexEffectOnVelocity: 0.05, broken: 1 });
  t.deepEqual(
    people.map(({ sex, velocityFactor }) => [sex, velocityFactor]),
    [
      ['female', 1.05],
      ['male', 1],
      ['female', 1.05],
      ['male', 1],
      ['female', 1.05],
    ],
  );
  t.deepEqual(
    people.map(({ isBroken }) => isBroken),
    [false, false, false, false, true],
  );
});

test('impossible populations are refused in words', (t) => {
  t.throws(() => samplePopulation({ size: 0 }), { instanceOf: TwinError, message: /found 0 people/ });
  t.throws(() => samplePopulation({ femaleShare: 1.2 }), { instanceOf: TwinError });
});

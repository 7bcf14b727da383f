import test from 'ava';
import { type SyntheticPerson, samplePopulation } from '../../cohorts/population/people.ts';
import { populationFiles } from '../../cohorts/population/populationFiles.ts';
import { SELECTIONS, type Selection } from '../../cohorts/population/selection.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
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

const bySex = (people: readonly SyntheticPerson[], sex: string, key: 'lvMass_g' | 'lvEdv_mL' | 'height_cm') =>
  mean(people.filter((person) => person.sex === sex).map((person) => person[key]));

test('without a size effect women have men’s hearts, their own bodies, and all else as it was', (t) => {
  const people = samplePopulation({ size: 4000, seed: 3, sizeEffect: false });
  for (const key of ['lvMass_g', 'lvEdv_mL'] as const)
    t.true(Math.abs(bySex(people, 'male', key) - bySex(people, 'female', key)) < 2);
  t.deepEqual(
    people.map(({ lvMass_g, lvEdv_mL, ...others }) => [others, lvMass_g > 0, lvEdv_mL > 0]),
    many.map(({ lvMass_g, lvEdv_mL, ...others }) => [others, lvMass_g > 0, lvEdv_mL > 0]),
  );
});

test('without a torso effect women have men’s heights and torsos, and their own hearts', (t) => {
  const people = samplePopulation({ size: 4000, seed: 3, torsoEffect: false });
  t.true(Math.abs(bySex(people, 'male', 'height_cm') - bySex(people, 'female', 'height_cm')) < 0.6);
  t.true(people.every(({ sex, torsoSex }) => (torsoSex ?? sex) === 'male'));
  t.deepEqual(
    people.map(({ lvMass_g }) => lvMass_g),
    many.map(({ lvMass_g }) => lvMass_g),
  );
});

test('files are broken by the size of the heart, by sex, or by nothing, in the share that was asked for', (t) => {
  const brokenOf = (brokenBy: Selection) => samplePopulation({ size: 4000, seed: 3, brokenShare: 0.2, brokenBy });
  const [any, size, sex] = SELECTIONS.map(brokenOf);
  for (const people of [any, size, sex])
    t.true(Math.abs(mean(people.map(({ isBroken }) => Number(isBroken))) - 0.2) < 0.02);
  const massGap = (people: readonly SyntheticPerson[]) =>
    mean(people.filter(({ isBroken }) => isBroken).map(({ lvMass_g }) => lvMass_g)) -
    mean(people.filter(({ isBroken }) => !isBroken).map(({ lvMass_g }) => lvMass_g));
  t.true(Math.abs(massGap(any)) < 4, `${massGap(any)} g`);
  t.true(massGap(size) > 15, `${massGap(size)} g`);
  const shareOf = (wanted: string) =>
    mean(sex.filter((person) => person.sex === wanted).map(({ isBroken }) => Number(isBroken)));
  t.true(Math.abs(shareOf('female') / shareOf('male') - 3) < 0.7);
});

test('a planted effect of smoking reaches smokers only; more men smoke, and nothing else changes', (t) => {
  const people = samplePopulation({ size: 4000, seed: 3, lifestyle: true, smokingEffectOnVelocity: -0.02 });
  t.true(people.every(({ lifestyle, velocityFactor }) => velocityFactor === (lifestyle?.isSmoker ? 0.98 : 1)));
  const smokers = (wanted: string) =>
    mean(people.filter(({ sex }) => sex === wanted).map(({ lifestyle }) => Number(lifestyle?.isSmoker)));
  t.true(smokers('male') > smokers('female') + 0.05);
  t.deepEqual(
    people.map(({ lifestyle: _, velocityFactor: __, ...others }) => others),
    many.map(({ velocityFactor: __, ...others }) => others),
  );
});

test('a lifestyle stands in the sheet and among the study’s covariates, and only where it is drawn', (t) => {
  const filesOf = (lifestyle: boolean) =>
    populationFiles(samplePopulation({ size: 2, lifestyle }), 'lives').map(({ bytes }) =>
      new TextDecoder().decode(bytes),
    );
  const [sheet, study] = filesOf(true);
  t.true(sheet.startsWith('subject,sex,age_y,height_cm,weight_kg,anatomy,ecg,electrodes,smoker,activity_h_week\n'));
  t.deepEqual(parseStudy(study, 'study.yaml').covariates, ['smoker', 'activity_h_week']);
  const [plainSheet, plainStudy] = filesOf(false);
  t.false(`${plainSheet}${plainStudy}`.includes('smoker'));
});

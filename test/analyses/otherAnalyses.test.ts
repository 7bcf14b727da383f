import test from 'ava';
import { analyseCohort } from '../../cohorts/analyses/index.ts';
import { indexedQrs } from '../../cohorts/analyses/indexedQrs.ts';
import { quarantineBias } from '../../cohorts/analyses/quarantineBias.ts';
import { velocityBySex } from '../../cohorts/analyses/velocityBySex.ts';
import { plantedTable } from './plantedTable.ts';

const settings = { resamples: 200, seed: 1, level: 0.95, velocitySpread: 0.3 };
const world = { perSex: 80, seed: 1, sizeEffect_ms_g: 0.1, functionEffect_ms: 0 };

test('a planted velocity difference of 5 % lies in its interval, and none is found where none is', (t) => {
  const found = [0, 0.05].map((velocityEffect) => {
    let covered = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { velocities } = velocityBySex.run(plantedTable({ ...world, seed, velocityEffect }), settings);
      const [first] = velocities;
      if (!first || 'undetermined' in first) throw new Error('no answer');
      if (first.relative.low <= velocityEffect && velocityEffect <= first.relative.high) covered++;
    }
    return covered;
  });
  t.true(
    found.every((covered) => covered >= 33),
    `${found} of 40`,
  );
});

test('velocities that hardly left their prior are said to hide a difference', (t) => {
  const sentenceAt = (velocitySpread: number) => {
    const [first] = velocityBySex.run(plantedTable(world), { ...settings, velocitySpread }).velocities;
    if (!first || 'undetermined' in first || 'undetermined' in first.shrinkage) throw new Error('no answer');
    return first.shrinkage;
  };
  t.regex(sentenceAt(0.3).sentence, /could be hidden/);
  t.true(sentenceAt(0.3).canHide && !sentenceAt(0.06).canHide);
  t.true(Math.abs(sentenceAt(0.06).resolvedShare - 1) < 0.35);
  t.notRegex(sentenceAt(0.06).sentence, /could be hidden/);
});

test('velocities held fixed in the calibration say nothing about sex', (t) => {
  const [first] = velocityBySex.run(plantedTable(world), { ...settings, velocitySpread: 0 }).velocities;
  if (!first || 'undetermined' in first) return t.fail();
  t.true('undetermined' in first.shrinkage && /held fixed/.test(first.shrinkage.undetermined));
});

test('the raw velocity regression repeats the difference of means', (t) => {
  const [first] = velocityBySex.run(plantedTable({ ...world, velocityEffect: 0.04 }), settings).velocities;
  if (!first || 'undetermined' in first) return t.fail();
  const sex = first.regressions.map(({ fit }) => ('undetermined' in fit ? undefined : fit.coefficients[1]?.estimate));
  t.is(sex.length, 3);
  t.true(Math.abs((sex[0] ?? 0) - first.difference.estimate) < 1e-12);
});

test('a QRS that is proportional to LV mass has no sex difference when indexed by it, and an exponent of one', (t) => {
  const table = plantedTable({ ...world, perSex: 200 });
  const mass = table.columns.lvMass_g ?? [];
  const noise = table.columns.fitCorrelation ?? [];
  const qrs = mass.map((value, row) => Number(value) * Number(noise[row]));
  const { outcomes } = indexedQrs.run(
    { rows: table.rows, columns: { ...table.columns, qrsDuration_ms: qrs } },
    settings,
  );
  const index = outcomes[1]?.indices.find(({ label }) => label === 'by LV mass');
  if (!index || 'undetermined' in index || !index.allometry || 'undetermined' in index.allometry.fit) return t.fail();
  t.true(index.relative.low < 0 && index.relative.high > 0 && Math.abs(index.relative.estimate) < 0.002);
  t.true(Math.abs((index.allometry.fit.coefficients[2]?.estimate ?? 0) - 1) < 0.01);
});

test('a QRS that ignores size looks longer in the smaller sex once it is indexed', (t) => {
  const { outcomes } = indexedQrs.run(plantedTable({ ...world, sizeEffect_ms_g: 0 }), settings);
  const [plain, ...indexed] = outcomes[1]?.indices ?? [];
  if (!plain || 'undetermined' in plain) return t.fail();
  t.true(Math.abs(plain.relative.estimate) < 0.02);
  for (const index of indexed) t.true(!('undetermined' in index) && index.relative.low > 0, index.label);
});

test('a duration of zero cannot be indexed', (t) => {
  const table = plantedTable(world);
  const columns = { ...table.columns, lvMass_g: (table.columns.lvMass_g ?? []).map((v, row) => (row === 0 ? 0 : v)) };
  const index = indexedQrs.run({ rows: table.rows, columns }, settings).outcomes[0]?.indices[1];
  t.true(index && 'undetermined' in index && /zero or negative/.test(index.undetermined));
});

test('a quarantine that takes only women is called biased by sex', (t) => {
  const table = plantedTable({ ...world, quarantined: 16 });
  const sex = (table.columns.sex ?? []).map((value, row) => (row >= 160 ? 'female' : value));
  const { verdict, sex: balance } = quarantineBias.run(
    { rows: table.rows, columns: { ...table.columns, sex } },
    settings,
  );
  t.regex(verdict, /differ from the others in sex/);
  t.true(!('undetermined' in balance) && balance.quarantined.women === 16 && balance.p_value < 0.001);
});

test('a quarantine drawn by chance is not called biased, and a small one not cleared', (t) => {
  t.regex(quarantineBias.run(plantedTable({ ...world, quarantined: 20 }), settings).verdict, /no.* more than chance/);
  t.regex(
    quarantineBias.run(plantedTable({ ...world, quarantined: 5 }), settings).verdict,
    /so few could hardly show it/,
  );
});

test('fewer than five quarantined subjects are never called biased, however odd they are', (t) => {
  const table = plantedTable({ ...world, quarantined: 4 });
  const age = (table.columns.age_y ?? []).map((value, row) => (row >= 160 ? 120 : value));
  const { verdict, sex, traits } = quarantineBias.run(
    { rows: 164, columns: { ...table.columns, age_y: age } },
    settings,
  );
  t.is(verdict, '4 of 164 subjects have no twin: too few to tell whether they differ from the others.');
  t.true([sex, ...traits].every((balance) => 'undetermined' in balance));
});

test('an empty quarantine is said to be empty', (t) => {
  const { verdict, sex } = quarantineBias.run(plantedTable(world), settings);
  t.is(verdict, 'All 160 subjects have a twin: nobody is missing.');
  t.true('undetermined' in sex);
});

test('an empty table is answered in sentences throughout', (t) => {
  const answers = analyseCohort({ columns: {}, rows: 0 }, settings);
  t.true(answers.regressionShare.outcomes.every((outcome) => 'undetermined' in outcome));
  t.true(answers.velocityBySex.velocities.every((velocity) => 'undetermined' in velocity));
  t.true(answers.indexedQrs.outcomes.flatMap(({ indices }) => indices).every((index) => 'undetermined' in index));
});

test('the same table and seed give the same answers to the last bit', (t) => {
  const table = plantedTable({ ...world, perSex: 20 });
  t.is(JSON.stringify(analyseCohort(table, settings)), JSON.stringify(analyseCohort(table, settings)));
});

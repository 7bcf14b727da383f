import { readFileSync } from 'node:fs';
import test from 'ava';
import type { EstimateRecord } from '../../cohorts/analyses/analysis.ts';
import { regressionShare } from '../../cohorts/analyses/regressionShare.ts';
import { bodySurfaceArea_m2 } from '../../cohorts/tableColumns.ts';
import { drawEmulatedCohort, emulatedTables } from '../../cohorts/validation/emulatedCohort.ts';
import { Emulation, FASTER } from '../../cohorts/validation/emulation.ts';
import { ESTIMANDS } from '../../cohorts/validation/estimands.ts';
import { powerCurves } from '../../cohorts/validation/power.ts';
import { SCENARIOS, type Scenario } from '../../cohorts/validation/scenarios.ts';
import { scoreRecords } from '../../cohorts/validation/scores.ts';
import {
  FOUND,
  INPUTS,
  readTrainingPeople,
  type TrainingPerson,
  writeTrainingPeople,
} from '../../cohorts/validation/trainingPeople.ts';
import { TRUTHS, type Truth, truthOf, truthOfPeople } from '../../cohorts/validation/truth.ts';
import { validateScenario } from '../../cohorts/validation/validateScenario.ts';
import { validationText } from '../../cohorts/validation/validationText.ts';
import { TwinError } from '../../twin/errors.ts';

const text = readFileSync(new URL('../../scripts/validation/trainingPeople.csv', import.meta.url), 'utf8');
const people = readTrainingPeople(text);
const emulation = new Emulation(people);
const named = (name: string) => SCENARIOS.find((scenario) => scenario.name === name) as Scenario;
const near = (a: number, b: number, within: number) => Math.abs(a - b) <= within;

/** People whose QRS follows a law without exceptions: mass^(1/3) over velocity. */
const lawful = people.map((person): TrainingPerson => {
  const qrs = (20 * Math.cbrt(person.planted.lvMass_g)) / Math.sqrt(person.planted.lvFibreVelocity_mm_ms);
  const { lvMass_g, lvFibreVelocity_mm_ms } = person.planted;
  const found = { ...person.found, lvMass_g, lvFibreVelocity_mm_ms, qrsDurationRecorded_ms: qrs };
  return { ...person, qrsPlanted_ms: qrs, qrsFaster_ms: qrs / Math.sqrt(FASTER), found };
});

test('where the sexes differ in nothing, every truth is zero', (t) => {
  const truth = truthOf(emulation, named('nothing'), 2000);
  for (const name of TRUTHS) t.true(Number.isNaN(truth[name]) || near(truth[name], 0, 1e-9), `${name} ${truth[name]}`);
});

test('where hearts and torsos are of one size, size explains nothing and all of the gap is function', (t) => {
  const truth = truthOf(emulation, named('function'), 2000);
  t.true(near(truth.explainedByHeart, 0, 1e-9) && near(truth.anatomy, 0, 1e-9));
  t.is(truth.function, truth.gap - truth.anatomy);
  t.true(truth.gap < -0.5, 'slower women have the longer QRS');
  t.is(truth.velocity, -0.03);
});

test('where function is one, all of the gap is anatomy, whatever a regression on size makes of it', (t) => {
  const truth = truthOf(emulation, named('size'), 2000);
  t.is(truth.anatomy, truth.gap);
  t.is(truth.shareOfAnatomy, 1);
  t.true(truth.gap > 4 && truth.explainedByHeart > 4);
  t.not(truth.shareOfHeart, 1);
});

test('a slower function takes from the gap what a faster one adds, to a tenth', (t) => {
  const [slower, same, faster] = ['slower', 'size', 'faster'].map((name) => truthOf(emulation, named(name), 2000));
  t.is(same.function, 0);
  t.true(slower.function < 0 && near(slower.function, -faster.function, 0.1 * faster.function));
  t.true(near(slower.anatomy, same.anatomy, 1e-9) && near(faster.anatomy, same.anatomy, 1e-9));
});

test('people who follow a law without exceptions are emulated by it', (t) => {
  const byLaw = new Emulation(lawful);
  for (const { person, qrsPlanted_ms, qrsSameFunction_ms, found } of drawEmulatedCohort(byLaw, named('slower'), {
    people: 20,
    seed: 3,
  })) {
    const expected = (20 * Math.cbrt(person.lvMass_g)) / Math.sqrt(found.lvFibreVelocity_mm_ms);
    t.true(near(qrsPlanted_ms, expected, 1e-9 * expected));
    const factor = person.sex === 'female' ? Math.sqrt(0.97) : 1;
    t.true(near(qrsSameFunction_ms, qrsPlanted_ms * factor, 1e-9 * expected), 'QRS ∝ 1/√v');
  }
});

test('the emulated effect of velocity on QRS is the simulated one, to a tenth of it', (t) => {
  const again = people.map((person, donor) => ({ person, donor })).filter(({ person }) => person.qrsFaster_ms > 0);
  const meanOf = (value: (of: (typeof again)[number]) => number) =>
    again.reduce((sum, of) => sum + value(of), 0) / again.length;
  const faster = ({ planted }: TrainingPerson): TrainingPerson['planted'] => ({
    ...planted,
    ...Object.fromEntries(
      INPUTS.filter((name) => name.includes('Velocity')).map((name) => [name, 1.03 * planted[name]]),
    ),
  });
  const simulated = meanOf(({ person }) => person.qrsFaster_ms - person.qrsPlanted_ms);
  const emulated = meanOf(
    ({ person, donor }) =>
      emulation.emulate(faster(person), donor).qrsPlanted_ms - emulation.emulate(person.planted, donor).qrsPlanted_ms,
  );
  t.true(again.length >= 30 && simulated < -0.5);
  t.true(near(emulated, simulated, Math.abs(simulated) / 10), `simulated ${simulated} ms, emulated ${emulated} ms`);
});

test('the truth of a regression is what its analysis finds on columns without error', (t) => {
  const cohort = drawEmulatedCohort(emulation, named('slower'), { people: 120, seed: 5 });
  const column = (value: (of: (typeof cohort)[number]) => number) => cohort.map(value);
  const table = {
    rows: cohort.length,
    columns: {
      sex: cohort.map(({ person }) => person.sex),
      qrsDurationRecorded_ms: column(({ qrsPlanted_ms }) => qrsPlanted_ms),
      lvMass_g: column(({ person }) => person.lvMass_g),
      lvVolume_mL: column(({ person }) => person.lvEdv_mL),
      height_cm: column(({ person }) => person.height_cm),
      bsa_m2: column(({ person }) => bodySurfaceArea_m2(person.height_cm, person.weight_kg)),
      heartElectrodeDistance_mm: column(({ found }) => found.heartElectrodeDistance_mm),
    },
  };
  const { estimates } = regressionShare.run(table, { resamples: 20, seed: 1, level: 0.95 });
  const truth = truthOfPeople(cohort, named('slower'));
  const shown = ESTIMANDS.filter(
    ({ analysis, outcome }) => analysis === 'regressionShare' && outcome === 'qrsDurationRecorded_ms',
  );
  t.is(shown.length, 6);
  for (const { estimand, by, truth: name } of shown) {
    const record = estimates.find((found) => found.estimand === estimand && found.by === by);
    t.true(near(record?.estimate ?? Number.NaN, truth[name], 1e-8), `${estimand} ${by}`);
  }
});

test('the same people are drawn in every scenario, changed by what it plants alone', (t) => {
  const draw = (name: string) => drawEmulatedCohort(emulation, named(name), { people: 40, seed: 9 });
  const [plain, slower, missing] = ['size', 'slower', 'missingBySize'].map(draw);
  for (const [at, { person, qrsPlanted_ms }] of plain.entries()) {
    t.deepEqual({ ...slower[at]?.person, velocityFactor: 1 }, person);
    if (person.sex === 'male') t.is(slower[at]?.qrsPlanted_ms, qrsPlanted_ms);
    else t.true((slower[at]?.qrsPlanted_ms ?? 0) > qrsPlanted_ms);
    t.is(missing[at]?.person.lvMass_g, person.lvMass_g);
  }
  const again = draw('slower');
  t.deepEqual(again, slower);
});

test('files that break by size leave a cohort of smaller hearts, and quarantined rows without a metric', (t) => {
  const cohort = drawEmulatedCohort(emulation, named('missingBySize'), { people: 400, seed: 2 });
  const massOf = (isBroken: boolean) => {
    const some = cohort.filter(({ person }) => person.isBroken === isBroken);
    return some.reduce((sum, { person }) => sum + person.lvMass_g, 0) / some.length;
  };
  t.true(massOf(true) > massOf(false) + 10);
  const { table, reference } = emulatedTables(cohort);
  const broken = cohort.filter(({ person }) => person.isBroken).length;
  t.is(reference.rows, cohort.length - broken);
  for (const name of FOUND) t.is(table.columns[name]?.filter((value) => value === null).length, broken);
});

const record = (low: number, high: number): EstimateRecord => ({
  analysis: 'regressionShare',
  estimand: 'gap',
  outcome: 'qrsDurationRecorded_ms',
  by: '',
  unit: 'ms',
  estimate: (low + high) / 2,
  low,
  high,
  std_error: 1,
  p_value: Number.NaN,
  interval: 'BCa',
  women: 10,
  men: 10,
});

test('bias, error, coverage and power are counted as their names say', (t) => {
  const truth = Object.fromEntries(TRUTHS.map((name) => [name, name === 'gap' ? 2 : Number.NaN])) as Truth;
  const [score, ...others] = scoreRecords('made up', truth, [[record(0, 2)], [record(1, 5)], [record(3, 5)], []]);
  t.is(others.length, 0);
  t.like(score, { cohorts: 3, truth: 2, isNoneTrue: false });
  t.true(near(score?.mean ?? 0, 8 / 3, 1e-12) && near(score?.bias ?? 0, 2 / 3, 1e-12));
  t.true(near(score?.rmse ?? 0, Math.sqrt((1 + 1 + 4) / 3), 1e-12));
  t.is(score?.coverage.count, 2);
  t.is(score?.excludesNone.count, 2);
  t.true(near(score?.width ?? 0, 8 / 3, 1e-12));
});

test('a scenario is validated in every number it asks for, the same way each time', (t) => {
  const settings = { cohorts: 3, people: 60, resamples: 40, seed: 4 };
  const result = validateScenario(emulation, named('slower'), settings);
  t.deepEqual(
    result.scores.map(({ title }) => title),
    ESTIMANDS.map(({ title }) => title),
  );
  t.deepEqual(validateScenario(emulation, named('slower'), settings), result);
  const said = validationText({ settings, fit: emulation.fit, scenarios: [result], power: [] });
  t.true(said.includes('### `slower`: women conduct 3 % slower') && said.includes('3 cohorts of 60 people'));
});

test('a gap of 5 ms is found more often in larger cohorts', (t) => {
  const [gap] = powerCurves(emulation, { cohorts: 20, sizes: [20, 200], seed: 2 });
  const [few, many] = gap?.points ?? [];
  t.is(gap?.name, 'gap');
  t.true((many?.power.share ?? 0) > (few?.power.share ?? 1));
  t.true((many?.power.share ?? 0) > 0.9);
});

test('training people come back from their table as they went in', (t) => {
  t.is(writeTrainingPeople(people), text);
  const broken = text.replace(/^(sub-0001),[^,]+/m, '$1,-3');
  const error = t.throws(() => readTrainingPeople(broken), { instanceOf: TwinError });
  t.regex(error?.message ?? '', /row 1 has "-3" under planted_lvMass_g/);
});

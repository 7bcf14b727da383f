import test from 'ava';
import { powerCsv } from '../../cli/emulatePower.ts';
import { powerText } from '../../cli/emulatePowerText.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { ANATOMY } from '../../cohorts/emulator/model.ts';
import { openEmulator } from '../../cohorts/emulator/openEmulator.ts';
import { DEFAULT_COHORT_POWER, powerOfCohort } from '../../cohorts/emulator/power.ts';
import type { SimulateQrs } from '../../cohorts/emulator/simulatedEffect.ts';
import { REFERENCE_LAW } from '../../twin/counterfactual/simulateLaw.ts';
import { TwinError } from '../../twin/errors.ts';
import { openRandom } from '../../twin/random.ts';
import { toyQrs_ms } from './toyDesign.ts';
import { trainToy } from './toyEmulator.ts';

const model = await trainToy(10);
const emulator = openEmulator(model);
const massOf = (place: number) => model.hearts[place * ANATOMY];
const scatter = openRandom(3, 'scatter of recorded QRS');

/** The toy's hearts as a run's table, women and men in turn, their front 1.5 mm/ms; women's QRS 4 ms longer than anatomy makes it. */
const columns: Readonly<Record<string, (number | string | null)[]>> = {
  subject: [...model.subjects],
  status: model.subjects.map(() => 'done'),
  sex: model.subjects.map((_, at) => (at % 2 === 0 ? 'female' : 'male')),
  lvMass_g: model.subjects.map((_, at) => massOf(at)),
  lvVolume_mL: model.subjects.map((_, at) => model.hearts[at * ANATOMY + 1]),
  qrsDurationRecorded_ms: model.subjects.map(
    (_, at) => toyQrs_ms(massOf(at), 1.5) + 3 * scatter.normal() + (at % 2 === 0 ? 4 : 0),
  ),
};
const table: ColumnTable = { rows: model.subjects.length, columns };

/** What the toy's emulator does not know: QRS that grows with the time across the fibre. */
const simulate: SimulateQrs = async (_, laws) => laws.map(({ lv }) => 60 + 12 / lv.transverse_mm_ms);
const simulatedChange_ms = (effect: number) => (12 / REFERENCE_LAW.lv.transverse_mm_ms) * (1 / (1 + effect) - 1);

const ask = (settings: Partial<typeof DEFAULT_COHORT_POWER> = {}, people = table) =>
  powerOfCohort(emulator, people, { ...DEFAULT_COHORT_POWER, sizes: [50, 200], cohorts: 100, ...settings }, simulate);

test('without an effect 5 % of the cohorts find one of function, though the run’s own women have one', async (t) => {
  const { curves } = await ask({ cohorts: 400, sizes: [100] });
  const [none] = curves.filter(({ question, effect }) => question === 'function' && effect === 0);
  const share = none?.points[0]?.power.share ?? Number.NaN;
  t.true(share > 0.02 && share < 0.085, `${share}`);
  t.is(none?.peopleFor80.toString(), 'NaN');
});

test('a larger effect and more people give more power', async (t) => {
  const { curves } = await ask({ effects: [-0.02, -0.04] });
  const [none, small, large] = curves
    .filter(({ question }) => question === 'function')
    .map(({ points }) => points.map(({ power }) => power.share));
  for (const place of [0, 1]) t.true(none[place] < small[place] && small[place] < large[place]);
  t.true(small[0] < small[1] && large[0] < large[1]);
});

test('the mean change is the simulated one, also where the emulator knows of none', async (t) => {
  const {
    sizes: [size],
    front,
    women,
  } = await ask({ effects: [-0.03] });
  t.true(Math.abs((size?.change_ms ?? 0) - simulatedChange_ms(-0.03)) < 0.1);
  t.true((size?.low_ms ?? 9) <= simulatedChange_ms(-0.03) && (size?.high_ms ?? 0) >= simulatedChange_ms(-0.03));
  t.is(size?.simulated, women);
  t.true(Math.abs(front.speed_mm_ms - 1.5) < 0.2 && front.isCohorts);
  const { sizes } = await ask({ effects: [-0.03], simulated: 0 });
  t.is(sizes[0]?.change_ms, size?.emulated_ms);
  t.is(sizes[0]?.simulated, 0);
});

test('the same seed gives the same bytes, another one other cohorts', async (t) => {
  const first = powerCsv(await ask());
  t.is(powerCsv(await ask()), first);
  t.not(powerCsv(await ask({ seed: 2 })), first);
  t.is(first.split('\n').length, 1 + 3 * 2 * 2 + 1);
});

test('a woman whom the emulator refuses is left out, and the input is named', async (t) => {
  const first = (value: number) => [value, ...model.subjects.slice(1).map(() => null)];
  const { women, left } = await ask();
  const found = await ask({}, { ...table, columns: { ...columns, rvFibreVelocity_mm_ms: first(3) } });
  t.is(found.women, women - 1);
  t.deepEqual(found.left, { ...left, refusedWomen: left.refusedWomen + 1, mostOften: 'rvFibreVelocity_mm_ms' });
  t.true(powerText(found).some((line) => /whom the emulator refuses, most often for rvFibreVelocity/.test(line)));
});

test('a front slower than any that was learned from is said to be none', async (t) => {
  const slow = columns.qrsDurationRecorded_ms.map((value) => Number(value) + 200);
  const found = await ask({}, { ...table, columns: { ...columns, qrsDurationRecorded_ms: slow } });
  t.false(found.front.isCohorts);
  t.true(powerText(found).some((line) => /^front: .* the end of what was learned/.test(line)));
});

test('a cohort of one sex is refused in a sentence', async (t) => {
  const error = await t.throwsAsync(
    ask({}, { ...table, columns: { ...columns, sex: model.subjects.map(() => 'female') } }),
    { instanceOf: TwinError },
  );
  t.is(error?.code, 'BadStudy');
  t.regex(error?.message ?? '', /and 0 men with a twin whom the emulator answers for/);
});

test('an effect beyond all that was learned from is refused with the input that ends it', async (t) => {
  const error = await t.throwsAsync(ask({ effects: [-0.5] }), { instanceOf: TwinError });
  t.regex(error?.message ?? '', /found 0 women and .* most often for lvFibreVelocity_mm_ms;/);
});

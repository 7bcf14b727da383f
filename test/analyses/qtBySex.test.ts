import test from 'ava';
import { qtBySex } from '../../cohorts/analyses/qtBySex.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { bazett_ms, framingham_ms, fridericia_ms, hodges_ms } from '../../twin/metrics/qtc.ts';
import { openRandom } from '../../twin/random.ts';

const settings = { resamples: 300, seed: 1, level: 0.95 };

interface World {
  readonly perSex: number;
  readonly seed: number;
  /** ms by which women's QT is longer at one rate and age */
  readonly sexEffect_ms: number;
  /** ms by which women's RR interval is shorter */
  readonly rateGap_ms?: number;
  /** Mean T axes of women and men, degrees */
  readonly axes?: readonly [number, number];
}

/** QT follows Fridericia's law exactly, but for 12 ms of noise and 0.2 ms a year of age. */
function tableOf({ perSex, seed, sexEffect_ms, rateGap_ms = 0, axes = [50, 40] }: World): ColumnTable {
  const random = openRandom(seed, 'qt-table');
  const columns: Record<string, (number | string)[]> = {};
  const add = (values: Readonly<Record<string, number | string>>) => {
    for (const [name, value] of Object.entries(values)) {
      columns[name] ??= [];
      columns[name].push(value);
    }
  };
  for (let row = 0; row < 2 * perSex; row++) {
    const isFemale = row % 2 === 0;
    const age_y = 55 + 8 * random.normal();
    const rr = 950 - (isFemale ? rateGap_ms : 0) + 120 * random.normal();
    const rested = 405 + (isFemale ? sexEffect_ms : 0) + 0.2 * (age_y - 55) + 12 * random.normal();
    const qt = rested * Math.cbrt(rr / 1000);
    const axis = (isFemale ? axes[0] : axes[1]) + 20 * random.normal();
    add({
      status: 'done',
      sex: isFemale ? 'female' : 'male',
      age_y,
      rrIntervalRecorded_ms: rr,
      qtIntervalRecorded_ms: qt,
      qtcFridericiaRecorded_ms: fridericia_ms(qt, rr),
      qtcFraminghamRecorded_ms: framingham_ms(qt, rr),
      qtcHodgesRecorded_ms: hodges_ms(qt, rr),
      qtcBazettRecorded_ms: bazett_ms(qt, rr),
      tAxisRecorded_deg: axis - 360 * Math.round(axis / 360),
      tAmplitudeRecordedV2_mV: 0.5 - (isFemale ? 0.2 : 0) + 0.1 * random.normal(),
    });
  }
  return { columns, rows: 2 * perSex };
}

function outcomeOf(table: ColumnTable, name: string) {
  const found = qtBySex.run(table, settings).outcomes.find(({ outcome }) => outcome === name);
  if (!found || 'undetermined' in found) throw new Error(`no answer on ${name}`);
  return found;
}

test('a planted difference of 10 ms of QTc lies in its interval as often as the interval says', (t) => {
  let covered = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { difference } = outcomeOf(tableOf({ perSex: 60, seed, sexEffect_ms: 10 }), 'qtcFridericiaRecorded_ms');
    if (difference.low <= 10 && 10 <= difference.high) covered++;
  }
  // 95 % of 40 is 38; fewer than 33 happens once in 3,000.
  t.true(covered >= 33, `${covered} of 40`);
});

test('a faster heart alone makes Bazett’s QTc longer in women, and neither Fridericia’s nor QT at one RR', (t) => {
  const table = tableOf({ perSex: 400, seed: 6, sexEffect_ms: 0, rateGap_ms: 80 });
  const [bazett, fridericia, qt] = ['qtcBazettRecorded_ms', 'qtcFridericiaRecorded_ms', 'qtIntervalRecorded_ms'].map(
    (name) => outcomeOf(table, name),
  );
  t.true((bazett?.difference.low ?? 0) > 2);
  t.true((fridericia?.difference.low ?? 1) < 0 && (fridericia?.difference.high ?? -1) > 0);
  const adjusted = qt?.regressions.at(-1)?.fit;
  if (!adjusted || 'undetermined' in adjusted) return t.fail();
  const sex = adjusted.coefficients.find(({ term }) => term === 'sex');
  t.true((qt?.difference.high ?? 0) < -4);
  t.true((sex?.low ?? 1) < 0 && (sex?.high ?? -1) > 0);
});

test('the slope on RR that a formula leaves is none for the law of the data, and negative for Bazett’s', (t) => {
  const table = tableOf({ perSex: 300, seed: 2, sexEffect_ms: 10 });
  const slopes = ['qtcFridericiaRecorded_ms', 'qtcBazettRecorded_ms'].map((name) => outcomeOf(table, name).rateSlope);
  t.true((slopes[0]?.low ?? 1) < 0 && (slopes[0]?.high ?? -1) > 0);
  t.true((slopes[1]?.high ?? 0) < 0);
});

test('axes about 180° are as far apart as axes about 0°, and their intervals as wide', (t) => {
  const axisOf = (axes: readonly [number, number]) => {
    const [found] = qtBySex.run(tableOf({ perSex: 80, seed: 3, sexEffect_ms: 0, axes }), settings).axes;
    if (!found || 'undetermined' in found || 'undetermined' in found.test) throw new Error('no axis');
    return found;
  };
  const [still, turned] = [axisOf([5, -5]), axisOf([-175, 175])];
  for (const key of ['estimate', 'low', 'high'] as const) {
    t.true(Math.abs(still.difference[key] - turned.difference[key]) < 1e-8, key);
  }
  t.true(still.difference.low < 10 && still.difference.high > 10 && still.difference.low > 0);
  if ('undetermined' in still.test) return t.fail();
  t.true(still.test.p_value < 0.05);
  t.true(Math.abs(still.test.difference_deg - still.difference.estimate) < 1e-9);
});

test('an amplitude gets no share of the men’s mean, an interval does', (t) => {
  const { estimates } = qtBySex.run(tableOf({ perSex: 40, seed: 1, sexEffect_ms: 10 }), settings);
  const relative = estimates.filter(({ estimand }) => estimand === 'relative').map(({ outcome }) => outcome);
  t.true(relative.includes('qtIntervalRecorded_ms'));
  t.false(relative.includes('tAmplitudeRecordedV2_mV'));
  t.true(estimates.some(({ outcome, estimand }) => outcome === 'tAmplitudeRecordedV2_mV' && estimand === 'difference'));
});

test('the verdict gives the difference with its interval and the spread of the formulas', (t) => {
  const clear = qtBySex.run(tableOf({ perSex: 200, seed: 1, sexEffect_ms: 12 }), settings).verdict;
  t.regex(
    clear,
    /is \d+\.\d ms \(women − men: \d+\.\d to \d+\.\d\) longer than men’s; \d+\.\d to \d+\.\d ms by formula/,
  );
  t.regex(qtBySex.run(tableOf({ perSex: 20, seed: 1, sexEffect_ms: 0 }), settings).verdict, /cannot be told/);
  t.regex(qtBySex.run({ columns: {}, rows: 0 }, settings).verdict, /Nothing can be said.*0 women/);
});

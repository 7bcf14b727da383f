import test from 'ava';
import { type RepolarisationDifference, repolarisationBySex } from '../../cohorts/analyses/repolarisationBySex.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { openRandom } from '../../twin/random.ts';
import { DEFAULT_REPOLARISATION } from '../../twin/repolarisation/repolarisation.ts';
import { plantedTable } from './plantedTable.ts';

const settings = { resamples: 100, seed: 1, level: 0.95 };

/** Women's interval longer by `effect_ms` at the same heart rate, their RR interval shorter by 60 ms, and 0.1 ms of interval for each of RR. */
function repolarising(effect_ms: number, seed = 1, sd_ms = 10): ColumnTable {
  const { columns, rows } = plantedTable({ perSex: 80, seed, sizeEffect_ms_g: 0.1, functionEffect_ms: 0 });
  const random = openRandom(seed, 'repolarisation');
  const isFemale = (columns.sex ?? []).map((sex) => (sex === 'female' ? 1 : 0));
  const rr = isFemale.map((female) => 950 - 60 * female + 80 * random.normal());
  const ari = isFemale.map(
    (female, row) => 235 + effect_ms * female + 0.1 * ((rr[row] ?? 0) - 950) + 5 * random.normal(),
  );
  return {
    rows,
    columns: {
      ...columns,
      rrIntervalRecorded_ms: rr,
      ariMean_ms: ari,
      ariMeanSd_ms: rr.map(() => sd_ms),
      ariApicobasal_ms: rr.map(() => 10 * random.normal()),
      ariApicobasalSd_ms: rr.map(() => 21),
      ariCoupling: rr.map(() => -1 + 0.1 * random.normal()),
    },
  };
}

function meanInterval(table: ColumnTable, of = settings): RepolarisationDifference {
  const [first] = repolarisationBySex.run(table, of).parameters;
  if (!first || 'undetermined' in first) throw new Error(first?.undetermined ?? 'no answer');
  return first;
}

test('a longer interval at the same heart rate is found once the RR interval is held, and understated before', (t) => {
  let covered = 0;
  let raw = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { regressions, difference } = meanInterval(repolarising(12, seed), { ...settings, resamples: 30 });
    const byRate = regressions.find(({ model }) => model.endsWith('~ sex + rrIntervalRecorded_ms'));
    if (!byRate || 'undetermined' in byRate.fit) return t.fail();
    const sex = byRate.fit.coefficients[1];
    if (sex && sex.low <= 12 && sex.high >= 12) covered++;
    raw += difference.estimate / 40;
  }
  t.true(covered >= 33, `${covered} of 40`);
  t.true(Math.abs(raw - 6) < 1, `${raw}: 12 ms less the 6 ms that a shorter RR interval takes away`);
});

test('a prior halved by the T wave shows three quarters of a difference, and an untouched one hides all of it', (t) => {
  const of = (sd_ms: number) => {
    const { contraction } = meanInterval(repolarising(0, 1, sd_ms));
    if ('undetermined' in contraction) throw new Error(contraction.undetermined);
    return contraction;
  };
  const prior = DEFAULT_REPOLARISATION.ari_ms.sd;
  t.is(of(prior / 2).contraction, 0.5);
  t.true(Math.abs(of(prior / 2).resolvedShare - 0.75) < 1e-12 && !of(prior / 2).canHide);
  t.is(of(prior).resolvedShare, 0);
  t.true(of(prior).canHide && /could be hidden/.test(of(prior).sentence));
});

test('parameters that a cohort lacks, or their deviations, get a sentence each', (t) => {
  const { parameters, estimates } = repolarisationBySex.run(repolarising(0), settings);
  const missing = parameters.filter((answer) => 'undetermined' in answer).map(({ parameter }) => parameter);
  t.deepEqual(missing, ['ariTransmural_ms', 'ariInterventricular_ms']);
  const coupling = parameters.find(({ parameter }) => parameter === 'ariCoupling');
  t.true(coupling && !('undetermined' in coupling) && 'undetermined' in coupling.contraction);
  t.true(estimates.every(({ women, men }) => women === 80 && men === 80));
});

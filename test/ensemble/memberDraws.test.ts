import test from 'ava';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { delineateT } from '../../twin/ecg/delineateT.ts';
import { standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import type { Member } from '../../twin/ensemble/ensemble.ts';
import { DRAW_METRICS, drawsOfMembers } from '../../twin/ensemble/memberDraws.ts';
import { metricColumns } from '../../twin/metrics/index.ts';
import { fitRepolarisation } from '../../twin/repolarisation/fitRepolarisation.ts';
import { BEFORE_ms, directQrst, INTERVAL_ms, PLANTED, plantedHeart, QRS_ms } from '../helpers/plantedT.ts';

const heart = plantedHeart();
const voltage_mV = directQrst(heart, PLANTED, 0.03);
const bounds = delineateT(standardLeads(voltage_mV), TWELVE, INTERVAL_ms, BEFORE_ms + QRS_ms);
const beat: Beat = {
  interval_ms: INTERVAL_ms,
  voltage_mV: voltage_mV.subarray(0, 8 * Math.round((BEFORE_ms + QRS_ms + 20) / INTERVAL_ms)),
  qrsOnset_ms: BEFORE_ms,
  qrsOffset_ms: BEFORE_ms + QRS_ms,
  isCalibrated: true,
  findings: [],
  qrst: { voltage_mV, tPeak_ms: bounds?.peak_ms ?? Number.NaN, tEnd_ms: bounds?.end_ms ?? Number.NaN },
};
const memberOf = (seed: number, fibre_mm_ms: number): Member => ({
  seed,
  parameters: {
    pmjPositions: new Float64Array(3),
    pmjTimes_ms: new Float64Array(1),
    lv: { fibre_mm_ms, transverse_mm_ms: 0.25 },
    rv: { fibre_mm_ms: 0.7, transverse_mm_ms: 0.3 },
  },
  gain: 1,
  activation_ms: heart.activation_ms,
  ecg_mV: beat.voltage_mV,
  correlation: 0.99,
  loss: 1,
});
const settings = DEFAULT_CALIBRATION;
const drawOf = (values: Float64Array, member: number, name: string): number =>
  values[member * DRAW_METRICS.length + DRAW_METRICS.indexOf(name)] ?? Number.NaN;

test('every drawn column is one of the cohort table', (t) => {
  const known = metricColumns.map(({ name }) => name);
  t.deepEqual(
    DRAW_METRICS.filter((name) => !known.includes(name)),
    [],
  );
});

test('a member’s draw is its own velocities and its own activation, and depends on no other member', (t) => {
  const members = [memberOf(1, 0.5), memberOf(2, 0.8)];
  const { values } = drawsOfMembers(members, { anatomy: heart.anatomy, beat, settings });
  t.is(drawOf(values, 0, 'lvFibreVelocity_mm_ms'), 0.5);
  t.is(drawOf(values, 1, 'lvFibreVelocity_mm_ms'), 0.8);
  const known = heart.activation_ms.filter(Number.isFinite);
  t.is(drawOf(values, 0, 'totalActivationTime_ms'), Math.max(...known) - Math.min(...known));
  const alone = drawsOfMembers(members.slice(1), { anatomy: heart.anatomy, beat, settings }).values;
  t.deepEqual(alone, values.slice(DRAW_METRICS.length));
});

test('drawn activation–recovery intervals lie about the fit as far as the T wave leaves them', (t) => {
  const fitted = fitRepolarisation({
    anatomy: heart.anatomy,
    beat,
    twin: { activation_ms: heart.activation_ms, gain: 1 },
    settings: settings.repolarisation,
    conductivity: settings.conductivity,
  });
  if (fitted === undefined) return t.fail('the planted heart has a T wave');
  const members = Array.from({ length: 40 }, (_, seed) => memberOf(seed, 0.6));
  const { values } = drawsOfMembers(members, { anatomy: heart.anatomy, beat, settings });
  const z = members.map(
    (_, at) => (drawOf(values, at, 'ariApicobasal_ms') - fitted.parameters.apicobasal_ms) / fitted.spread.apicobasal_ms,
  );
  const mean = z.reduce((sum, value) => sum + value, 0) / 40;
  const sd = Math.sqrt(z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39);
  t.true(Math.abs(mean) < 0.6, `${mean}`); // 40 draws: ± 0.16
  t.true(sd > 0.7 && sd < 1.4, `${sd}`);
});

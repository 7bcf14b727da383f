import test from 'ava';
import fc from 'fast-check';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { delineateLeads } from '../../twin/ecg/leadBounds.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import { openRandom } from '../../twin/random.ts';
import { drawnRecording } from '../helpers/recordings.ts';

const SAMPLES = 500;
/** QRS waves that begin and end at times of each lead's own, after 200 ms of rest and before as many, in noise. */
function leadsOf(spans: readonly (readonly [number, number])[], noise_mV = 0): Float64Array {
  const random = openRandom(3, 'leads');
  return Float64Array.from({ length: SAMPLES * LEADS }, (_, at) => {
    const [from, to] = spans[at % LEADS];
    const phase = (Math.floor(at / LEADS) - from) / (to - from);
    const wave = phase <= 0 || phase >= 1 ? 0 : Math.sin(3 * Math.PI * phase);
    return wave + noise_mV * random.normal();
  });
}
const span = fc.tuple(fc.integer({ min: 200, max: 225 }), fc.integer({ min: 265, max: 300 }));
const spans = fc.array(span, { minLength: LEADS, maxLength: LEADS });

test('a lead’s QRS never leaves the one over all leads', (t) => {
  fc.assert(
    fc.property(spans, fc.constantFrom(0, 0.01, 0.05), (times, noise_mV) => {
      const voltage = leadsOf(times, noise_mV);
      const qrs = delineateQrs(voltage, SAMPLES, LEADS, 1);
      const { onset_ms, offset_ms } = delineateLeads(voltage, LEADS, 1, qrs);
      return [...onset_ms].every(
        (onset, lead) =>
          Number.isNaN(onset) ||
          (onset >= qrs.onset_ms && offset_ms[lead] <= qrs.offset_ms && onset <= offset_ms[lead]),
      );
    }),
    { seed: 1, numRuns: 60 },
  );
  t.pass();
});

test('each lead’s own onset and offset are found within 5 ms', (t) => {
  const times = [200, 204, 208, 212, 216, 220, 210, 206].map((from, lead) => [from, 270 + 4 * lead] as const);
  const voltage = leadsOf(times);
  const found = delineateLeads(voltage, LEADS, 1, delineateQrs(voltage, SAMPLES, LEADS, 1));
  for (const [lead, [from, to]] of times.entries()) {
    t.true(Math.abs(found.onset_ms[lead] - from) <= 5, `lead ${lead}: ${found.onset_ms[lead] - from} ms`);
    t.true(Math.abs(found.offset_ms[lead] - to) <= 5, `lead ${lead}: ${found.offset_ms[lead] - to} ms`);
  }
});

test('a looser threshold never shortens the QRS, and the default is what no factor gives', (t) => {
  fc.assert(
    fc.property(spans, fc.constantFrom(0, 0.01, 0.05, 0.2), (times, noise_mV) => {
      const voltage = leadsOf(times, noise_mV);
      const bounds = [0.25, 0.5, 1, 2, 4].map((strictness) => delineateQrs(voltage, SAMPLES, LEADS, 1, strictness));
      const plain = delineateQrs(voltage, SAMPLES, LEADS, 1);
      return (
        plain.onset_ms === bounds[2].onset_ms &&
        bounds.every(
          ({ onset_ms, offset_ms }, at) =>
            at === 0 || (onset_ms >= bounds[at - 1].onset_ms && offset_ms <= bounds[at - 1].offset_ms),
        )
      );
    }),
    { seed: 2, numRuns: 60 },
  );
  t.pass();
});

test('QRS bounds do not depend on the leads’ order, polarity and levels', (t) => {
  const voltage = leadsOf(
    [...Array(LEADS).keys()].map((lead) => [200 + 2 * lead, 280 + lead]),
    0.01,
  );
  const plain = delineateQrs(voltage, SAMPLES, LEADS, 1);
  const turned = voltage.map(
    (_, at) => (at % 2 === 0 ? -1 : 1) * voltage[at - (at % LEADS) + ((at + 5) % LEADS)] + (at % LEADS),
  );
  const other = delineateQrs(turned, SAMPLES, LEADS, 1);
  t.true(Math.abs(other.onset_ms - plain.onset_ms) < 1e-6 && Math.abs(other.offset_ms - plain.offset_ms) < 1e-6);
});

test('a beat reads its leads on its own clock, inside of its QRS, and its durations in order', (t) => {
  const { reading, qrsOnset_ms, qrsOffset_ms } = prepareBeat(drawnRecording({ noise_mV: 0.005 }), DEFAULT_BEAT);
  t.truthy(reading);
  if (reading === undefined) return;
  t.true(reading.leadOnset_ms.every((time) => time >= qrsOnset_ms - 1e-9));
  t.true(reading.leadOffset_ms.every((time) => time <= qrsOffset_ms + 1e-9));
  t.true(reading.qrsDurationLoose_ms >= qrsOffset_ms - qrsOnset_ms);
  t.true(reading.qrsDurationStrict_ms <= qrsOffset_ms - qrsOnset_ms);
  t.true(
    reading.noise_mV.every((noise) => noise > 0.003 && noise < 0.006),
    `${reading.noise_mV}`,
  );
  t.true(reading.einthovenResidual_mV < 1e-9);
});

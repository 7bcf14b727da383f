import test from 'ava';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { independentLeads } from '../../twin/ecg/independentLeads.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { drawnRecording, FIRST_ONSET_ms } from '../helpers/recordings.ts';

/** First beat, from 300 ms before its QRS on. */
function firstBeat(qrs_ms: number, sampleRate_Hz: number, noise_mV = 0) {
  const signals = independentLeads(drawnRecording({ qrs_ms, sampleRate_Hz, noise_mV, seconds: 1.3 }));
  const first = ((FIRST_ONSET_ms - 300) * sampleRate_Hz) / 1000;
  const samples = (700 * sampleRate_Hz) / 1000;
  const voltage = Float64Array.from(
    { length: samples * LEADS },
    (_, at) => signals[at % LEADS][first + Math.floor(at / LEADS)],
  );
  return { voltage, samples };
}

for (const qrs_ms of [70, 95, 140]) {
  test(`a QRS of ${qrs_ms} ms is found within 4 ms at either end`, (t) => {
    const { voltage, samples } = firstBeat(qrs_ms, 1000);
    const { onset_ms, offset_ms } = delineateQrs(voltage, samples, LEADS, 1);
    t.true(Math.abs(onset_ms - 300) <= 4, `onset ${onset_ms - 300} ms`);
    t.true(Math.abs(offset_ms - 300 - qrs_ms) <= 4, `offset ${offset_ms - 300} ms`);
  });
}

test('noise of 10 µV moves the bounds by less than 10 ms', (t) => {
  const { voltage, samples } = firstBeat(95, 1000, 0.01);
  const { onset_ms, offset_ms } = delineateQrs(voltage, samples, LEADS, 1);
  t.true(Math.abs(onset_ms - 300) < 10 && Math.abs(offset_ms - 395) < 10, `${onset_ms - 300} … ${offset_ms - 300} ms`);
});

test('the bounds do not depend on the unit of the voltage', (t) => {
  const { voltage, samples } = firstBeat(95, 500);
  const scaled = voltage.map((value) => value * 1e-3);
  t.deepEqual(delineateQrs(scaled, samples, LEADS, 2), delineateQrs(voltage, samples, LEADS, 2));
});

test('a late wave in one lead alone still belongs to the QRS', (t) => {
  const { voltage, samples } = firstBeat(80, 1000);
  const withTail = voltage.map((value, at) => {
    const time = Math.floor(at / LEADS) - 300;
    return at % LEADS === 0 && time > 70 && time < 110
      ? value + 0.1 * Math.sin((Math.PI * (time - 70)) / 40) ** 2
      : value;
  });
  t.true(delineateQrs(withTail, samples, LEADS, 1).offset_ms - 300 > 95);
});

test('a heart without a signal has no QRS', (t) => {
  const { onset_ms, offset_ms } = delineateQrs(new Float64Array(800), 100, 8, 2);
  t.true(Number.isNaN(onset_ms) && Number.isNaN(offset_ms));
});

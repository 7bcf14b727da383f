import test from 'ava';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { delineateT } from '../../twin/ecg/delineateT.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { drawnRecording } from '../helpers/recordings.ts';

/** A triangle with its peak at 250 ms that ends at 350 ms, of the leads' own signs. */
const triangle = (time: number) => Math.max(0, Math.min((time - 100) / 150, (350 - time) / 100));
const ecgOf = (value: (time: number, lead: number) => number, samples = 240, interval_ms = 2) =>
  Float64Array.from({ length: samples * LEADS }, (_, at) => value(Math.floor(at / LEADS) * interval_ms, at % LEADS));
const sign = (lead: number) => (lead % 3 === 0 ? -1 : 1);

test('the tangent to a straight descent meets the baseline where the wave ends, in leads of either sign', (t) => {
  const found = delineateT(
    ecgOf((time, lead) => sign(lead) * 0.3 * triangle(time)),
    LEADS,
    2,
    90,
  );
  t.true(Math.abs((found?.peak_ms ?? 0) - 250) <= 4, `${found?.peak_ms}`);
  t.true(Math.abs((found?.end_ms ?? 0) - 350) <= 3, `${found?.end_ms}`);
});

test('T bounds do not depend on the ECG’s scale or on its sampling', (t) => {
  const wave = (time: number, lead: number) => sign(lead) * triangle(time) ** 1.5;
  const found = delineateT(ecgOf(wave), LEADS, 2, 90);
  const loud = delineateT(
    ecgOf((time, lead) => 1000 * wave(time, lead)),
    LEADS,
    2,
    90,
  );
  const coarse = delineateT(ecgOf(wave, 120, 4), LEADS, 4, 90);
  t.true(Math.abs((loud?.end_ms ?? 0) - (found?.end_ms ?? 1)) < 1e-6);
  t.true(Math.abs((coarse?.end_ms ?? 0) - (found?.end_ms ?? 1)) < 5);
});

test('the QRS is not its own T wave, and a wave that is cut off has no end', (t) => {
  t.is(
    delineateT(
      ecgOf((time) => (time < 80 ? Math.sin(time / 10) : 0)),
      LEADS,
      2,
      90,
    ),
    undefined,
  );
  t.is(
    delineateT(
      ecgOf((time, lead) => sign(lead) * triangle(time), 120),
      LEADS,
      2,
      90,
    ),
    undefined,
  );
});

const prepare = (recording: EcgRecording) => prepareBeat(recording, DEFAULT_BEAT);

test('a drawn recording of 70 beats a minute has its T wave where it was drawn', (t) => {
  const { qrst, qrsOnset_ms, rr_ms } = prepare(drawnRecording({ noise_mV: 0.005 }));
  // Drawn from 90 + 90 to 90 + 290 ms after the onset: a raised cosine whose tangent ends before it does.
  t.true(Math.abs((qrst?.tPeak_ms ?? 0) - qrsOnset_ms - 280) < 8, `${qrst?.tPeak_ms}`);
  t.true(Math.abs((qrst?.tEnd_ms ?? 0) - qrsOnset_ms - 362) < 10, `${qrst?.tEnd_ms}`);
  t.true(Math.abs((rr_ms ?? 0) - 850) < 5, `${rr_ms}`);
});

test('the window with the T wave goes on from the QRS window: same clock, same first sample, same millivolts', (t) => {
  const { voltage_mV, qrst } = prepare(drawnRecording({ noise_mV: 0.005 }));
  t.true((qrst?.voltage_mV.length ?? 0) > 2 * voltage_mV.length);
  const worst = voltage_mV.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (qrst?.voltage_mV[at] ?? 9))),
    0,
  );
  t.true(worst < 0.02, `${worst} mV`);
});

test('after the T wave the baseline is zero, though the recording’s own wanders', (t) => {
  const steady = drawnRecording();
  const wandering = {
    ...steady,
    voltage_mV: steady.voltage_mV.map((signal) =>
      signal.map((value, at) => value + 0.3 * Math.sin((2 * Math.PI * 0.2 * at) / 500)),
    ),
  };
  const voltage = standardLeads(prepare(wandering).qrst?.voltage_mV ?? new Float64Array(0));
  const last = voltage.subarray(voltage.length - 5 * TWELVE);
  t.is(last.length, 5 * TWELVE);
  t.true(last.every((value) => Math.abs(value) < 0.02));
});

test('a recording that ends with the QRS, or has no T wave, says why there is none and is fitted all the same', (t) => {
  const [short, flat] = [
    { ...drawnRecording(), voltage_mV: drawnRecording().voltage_mV.map((signal) => signal.slice(0, 310)) },
    drawnRecording({ noise_mV: 0.01, tWave_mV: 0 }),
  ].map(prepare);
  for (const beat of [short, flat]) {
    t.is(beat?.qrst, undefined);
    t.deepEqual(
      beat?.findings.map(({ code }) => code),
      ['t-wave-missing'],
    );
  }
  t.regex(short?.findings[0]?.message ?? '', /ms follow the QRS onset/);
});

import test from 'ava';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { openRandom } from '../../twin/random.ts';
import { drawnRecording } from '../helpers/recordings.ts';

/** Of a disturbance in each of the twelve leads, the limb leads being one set. */
const SHARES = [0.6, 1, 0.4, -0.8, 0.1, 0.7, 0.5, 0.9, 0.3, 0.8, 1, 0.6];

/** Hum of each lead's own amplitude in a recording. */
function withHum(recording: EcgRecording, amplitude_mV: number, frequency_Hz: number): EcgRecording {
  const hum = (at: number) =>
    amplitude_mV * Math.sin((2 * Math.PI * frequency_Hz * at) / recording.sampleRate_Hz + 0.7);
  return {
    ...recording,
    voltage_mV: recording.voltage_mV.map((signal, lead) => signal.map((value, at) => value + SHARES[lead] * hum(at))),
  };
}
const codes = (recording: EcgRecording) => prepareBeat(recording, DEFAULT_BEAT).findings.map(({ code }) => code);

for (const [frequency_Hz, sampleRate_Hz] of [
  [50, 500],
  [60, 500],
  [50.1, 1000],
  [60, 250],
]) {
  test(`hum of 0.1 mV at ${frequency_Hz} Hz, sampled at ${sampleRate_Hz} Hz, moves no QRS bound by a millisecond and leaves the voltages within 6 µV`, (t) => {
    const clean = drawnRecording({ noise_mV: 0.003, sampleRate_Hz });
    const [a, b] = [clean, withHum(clean, 0.1, frequency_Hz)].map((recording) => prepareBeat(recording, DEFAULT_BEAT));
    t.deepEqual(a.findings, []);
    t.deepEqual(
      b.findings.map(({ code }) => code),
      ['mains-hum'],
    );
    t.regex(b.findings[0].message, new RegExp(`^${Math.round(frequency_Hz)} Hz hum of up to 0.(09|10?)`));
    t.true(Math.abs(a.qrsOffset_ms - a.qrsOnset_ms - (b.qrsOffset_ms - b.qrsOnset_ms)) < 1);
    // Where the two windows lie a fraction of a millisecond apart, steep flanks differ by that; the levels do not.
    const samples = Math.min(a.voltage_mV.length, b.voltage_mV.length);
    let squares = 0;
    for (let at = 0; at < samples; at++) squares += (a.voltage_mV[at] - b.voltage_mV[at]) ** 2 / samples;
    t.true(Math.sqrt(squares) < 0.02, `${Math.sqrt(squares)} mV`);
  });
}

test('a recording without hum is left as it is, muscle noise included', (t) => {
  t.false(codes(drawnRecording({ noise_mV: 0.03 })).includes('mains-hum'));
});

test('a baseline that wanders is taken off and told with its size; ST segment and T wave keep their height', (t) => {
  const random = openRandom(1, 'wander');
  const steady = drawnRecording({ noise_mV: 0.003 });
  const phase = 6 * random.uniform();
  const wandering = {
    ...steady,
    voltage_mV: steady.voltage_mV.map((signal, lead) =>
      signal.map((value, at) => value + 0.4 * SHARES[lead] * Math.sin((2 * Math.PI * 0.3 * at) / 500 + phase)),
    ),
  };
  const [a, b] = [steady, wandering].map((recording) => prepareBeat(recording, DEFAULT_BEAT));
  t.deepEqual(a.findings, []);
  t.deepEqual(
    b.findings.map(({ code }) => code),
    ['baseline-wander'],
  );
  t.regex(b.findings[0].message, /up to 0\.[678]\d* mV/);
  t.true(Math.abs(b.qrsOffset_ms - b.qrsOnset_ms - (a.qrsOffset_ms - a.qrsOnset_ms)) < 2);
  const tPeak = (beat: typeof a) => {
    const { voltage_mV, tPeak_ms } = beat.qrst ?? { voltage_mV: new Float64Array(0), tPeak_ms: 0 };
    return voltage_mV[Math.round(tPeak_ms / beat.interval_ms) * 8 + 1];
  };
  t.true(Math.abs(tPeak(a) - tPeak(b)) < 0.03, `${tPeak(a)} and ${tPeak(b)} mV`);
});

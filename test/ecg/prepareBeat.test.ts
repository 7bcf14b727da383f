import test from 'ava';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { drawnRecording } from '../helpers/recordings.ts';

const codes = (recording: EcgRecording) => prepareBeat(recording, DEFAULT_BEAT).findings.map(({ code }) => code);
const change = (recording: EcgRecording, of: string, to: (value: number, at: number) => number): EcgRecording => ({
  ...recording,
  voltage_mV: recording.voltage_mV.map((signal, lead) => (recording.leads[lead] === of ? signal.map(to) : signal)),
});
const swapArms = (recording: EcgRecording): EcgRecording => {
  const of = (name: string) => recording.voltage_mV[recording.leads.indexOf(name)];
  const from: Record<string, string> = { II: 'III', III: 'II', aVR: 'aVL', aVL: 'aVR' };
  const voltage_mV = recording.leads.map((name) =>
    name === 'I' ? of('I').map((value) => -value) : of(from[name] ?? name),
  );
  return { ...recording, voltage_mV };
};

test('a clean recording becomes a beat of its QRS duration, with nothing to complain of', (t) => {
  const beat = prepareBeat(drawnRecording({ noise_mV: 0.005 }), DEFAULT_BEAT);
  t.true(Math.abs(beat.qrsOffset_ms - beat.qrsOnset_ms - 90) <= 8, `${beat.qrsOffset_ms - beat.qrsOnset_ms} ms`);
  t.deepEqual(beat.findings, []);
  t.true(beat.isCalibrated);
});

test('the beat keeps the recording’s millivolts: R of II is 1.3 mV above the baseline', (t) => {
  const beat = prepareBeat(drawnRecording({ noise_mV: 0.005 }), DEFAULT_BEAT);
  const peak = Math.max(...beat.voltage_mV.filter((_, at) => at % LEADS === 1));
  t.true(Math.abs(peak - 1.3) < 0.03, `${peak} mV`);
});

test('a baseline that wanders by 0.3 mV leaves the beat where it was', (t) => {
  const steady = drawnRecording();
  const wandering = {
    ...steady,
    voltage_mV: steady.voltage_mV.map((signal) =>
      signal.map((value, at) => value + 0.3 * Math.sin((2 * Math.PI * 0.2 * at) / 500)),
    ),
  };
  const [a, b] = [prepareBeat(steady, DEFAULT_BEAT), prepareBeat(wandering, DEFAULT_BEAT)];
  const samples = Math.min(a.voltage_mV.length, b.voltage_mV.length);
  const worst = Math.max(...a.voltage_mV.subarray(0, samples).map((value, at) => Math.abs(value - b.voltage_mV[at])));
  t.true(worst < 0.08, `${worst} mV`);
});

test('recordings of one heart at 250 and 1000 Hz give the same beat', (t) => {
  const [a, b] = [250, 1000].map((sampleRate_Hz) => prepareBeat(drawnRecording({ sampleRate_Hz }), DEFAULT_BEAT));
  t.true(Math.abs(a.qrsOffset_ms - a.qrsOnset_ms - (b.qrsOffset_ms - b.qrsOnset_ms)) <= 6);
});

test('the onset lies on a sample, margins on both sides', (t) => {
  const beat = prepareBeat(drawnRecording(), { interval_ms: 4, margin_ms: 10, gain: 'recording' });
  t.is(beat.qrsOnset_ms, 12);
  t.true((beat.voltage_mV.length / LEADS - 1) * 4 - beat.qrsOffset_ms > 6);
});

test('a recording of one beat is enough', (t) => {
  const beat = prepareBeat(drawnRecording({ seconds: 0.75 }), DEFAULT_BEAT);
  t.true(Math.abs(beat.qrsOffset_ms - beat.qrsOnset_ms - 90) <= 8);
});

test('an ectopic beat does not enter the median', (t) => {
  const clean = drawnRecording();
  const ectopic = {
    ...clean,
    voltage_mV: clean.voltage_mV.map((signal) => signal.map((value, at) => (at > 1900 && at < 2200 ? -value : value))),
  };
  t.deepEqual(codes(ectopic), ['beats-left-out']);
});

test('exchanged arm electrodes are told, not mended', (t) => {
  t.deepEqual(codes(swapArms(drawnRecording())), ['limb-leads-swapped']);
});

test('a lead III that is not II − I is told with its size', (t) => {
  const recording = change(drawnRecording(), 'III', (value) => value + 0.4 * Math.max(0, value));
  const [finding] = prepareBeat(recording, DEFAULT_BEAT).findings;
  t.is(finding?.code, 'einthoven-violated');
  t.regex(finding?.message ?? '', /0\.\d\d mV/);
});

test('a lead that is cut off is named', (t) => {
  const [finding] = prepareBeat(
    change(drawnRecording(), 'V2', (value) => Math.max(value, -0.4)),
    DEFAULT_BEAT,
  ).findings;
  t.is(finding?.code, 'saturated-leads');
  t.regex(finding?.message ?? '', /V2/);
});

test('a computed lead that never falls below its baseline of zero is not cut off', (t) => {
  const recording = change(drawnRecording(), 'V6', (value) => Math.max(value, 0));
  t.false(prepareBeat(recording, DEFAULT_BEAT).findings.some(({ code }) => code === 'saturated-leads'));
});

test('a gap of 200 ms costs the beats that it touches and nothing else', (t) => {
  const beat = prepareBeat(
    change(drawnRecording(), 'V1', (value, at) => (at > 2000 && at <= 2100 ? Number.NaN : value)),
    DEFAULT_BEAT,
  );
  t.deepEqual(
    beat.findings.map(({ code }) => code),
    ['ecg-gap'],
  );
  t.true(beat.voltage_mV.every(Number.isFinite));
});

test('limb leads are rebuilt from the augmented ones', (t) => {
  const full = drawnRecording();
  const kept = full.leads
    .map((name, lead) => ({ name, signal: full.voltage_mV[lead] }))
    .filter(({ name }) => !['I', 'II', 'III'].includes(name));
  const rest = { ...full, leads: kept.map(({ name }) => name), voltage_mV: kept.map(({ signal }) => signal) };
  const [a, b] = [prepareBeat(full, DEFAULT_BEAT), prepareBeat(rest, DEFAULT_BEAT)];
  t.true(a.voltage_mV.every((value, at) => Math.abs(value - b.voltage_mV[at]) < 1e-9));
});

test('microvolts taken for millivolts are told', (t) => {
  const loud = drawnRecording();
  t.deepEqual(codes({ ...loud, voltage_mV: loud.voltage_mV.map((signal) => signal.map((value) => 1000 * value)) }), [
    'implausible-amplitude',
  ]);
});

test('gain: fit lets the calibration scale a calibrated recording', (t) => {
  t.false(prepareBeat(drawnRecording(), { ...DEFAULT_BEAT, gain: 'fit' }).isCalibrated);
});

const refused: readonly [string, EcgRecording, RegExp][] = [
  [
    'an empty recording',
    { ...drawnRecording(), voltage_mV: drawnRecording().voltage_mV.map(() => new Float64Array(0)) },
    /0 samples/,
  ],
  [
    'a flat recording',
    { ...drawnRecording(), voltage_mV: drawnRecording().voltage_mV.map((signal) => signal.map(() => 0)) },
    /flat/,
  ],
  ['one flat chest lead', change(drawnRecording(), 'V5', () => 0), /V5/],
  [
    'a recording without V4',
    { ...drawnRecording(), leads: drawnRecording().leads.map((name) => (name === 'V4' ? 'V4R' : name)) },
    /V4 is missing/,
  ],
  [
    'a recording that is mostly gaps',
    change(drawnRecording(), 'II', (value, at) => (at % 10 < 6 ? Number.NaN : value)),
    /missing/,
  ],
];
for (const [what, recording, sentence] of refused) {
  test(`${what} is refused in a sentence`, (t) => {
    const error = t.throws(() => prepareBeat(recording, DEFAULT_BEAT), { code: 'BadEcg' });
    t.regex(error?.message ?? '', sentence);
  });
}

test("the recorder's own measurements go with the beat, and a recording without any brings none", (t) => {
  const measurements = { qrsDuration_ms: 96, qrsAxis_deg: -30 };
  t.deepEqual(prepareBeat({ ...drawnRecording(), measurements }, DEFAULT_BEAT).measurements, measurements);
  t.false('measurements' in prepareBeat(drawnRecording(), DEFAULT_BEAT));
});

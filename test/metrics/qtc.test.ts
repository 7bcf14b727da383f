import test from 'ava';
import { LEADS } from '../../twin/ecg/leads.ts';
import { measure } from '../../twin/metrics/index.ts';
import { bazett_ms, framingham_ms, fridericia_ms, hodges_ms } from '../../twin/metrics/qtc.ts';
import { INTERVAL_ms, lvAtRest, spike } from './testSubject.ts';

const CORRECTIONS = { bazett_ms, fridericia_ms, framingham_ms, hodges_ms };
const near = (value: number, expected: number, tolerance = 1e-9) => Math.abs(value - expected) <= tolerance;

test('at 60 beats a minute every correction leaves QT as it is', (t) => {
  for (const [name, correct] of Object.entries(CORRECTIONS)) t.is(correct(412, 1000), 412, name);
});

test('RR of 0.729 s divides QT by 0.9 after Fridericia and RR of 0.81 s by 0.9 after Bazett', (t) => {
  t.true(near(fridericia_ms(360, 729), 400));
  t.true(near(bazett_ms(360, 810), 400));
});

test('the straight lines add 30.8 ms at RR of 0.8 s after Framingham and 35 ms at 80 beats a minute after Hodges', (t) => {
  t.true(near(framingham_ms(360, 800), 390.8));
  t.true(near(hodges_ms(360, 750), 395));
});

test('a heart faster than 60 is corrected upwards and a slower one downwards, Bazett’s the most of the two powers', (t) => {
  for (const [name, correct] of Object.entries(CORRECTIONS)) {
    t.true(correct(380, 800) > 380 && correct(380, 1200) < 380, name);
  }
  t.true(bazett_ms(380, 800) > fridericia_ms(380, 800) && bazett_ms(380, 1200) < fridericia_ms(380, 1200));
});

/** A heart that beats every 729 ms, with a T wave of `t` in the eight leads that ends 385 ms into the window (QT 365 ms). */
function subjectWith(tWave: readonly number[], rr_ms?: number) {
  const hump = (time: number) =>
    time <= 240 || time >= 400 ? 0 : (1 - Math.cos((2 * Math.PI * (time - 240)) / 160)) / 2;
  const voltage_mV = Float64Array.from({ length: 240 * LEADS }, (_, at) => {
    const time = Math.floor(at / LEADS) * INTERVAL_ms;
    return spike(time) ** 2 + tWave[at % LEADS] * hump(time);
  });
  const beat = {
    voltage_mV: voltage_mV.slice(0, 70 * LEADS),
    qrst: { voltage_mV, tPeak_ms: 320, tEnd_ms: 385 },
    ...(rr_ms === undefined ? {} : { rr_ms }),
  };
  return lvAtRest({ beat });
}

const UPRIGHT = [0.3, 0.3, -0.1, 0.4, 0.4, 0.3, 0.2, 0.15];

test('a recording’s QTc is its QT with its own RR, and its JT its QT without the QRS', (t) => {
  const values = measure(subjectWith(UPRIGHT, 729));
  t.true(near(values.qtcFridericiaRecorded_ms, 365 / 0.9));
  t.true(near(values.qtcFraminghamRecorded_ms, 365 + 0.154 * 271));
  t.is(values.jtIntervalRecorded_ms, 265);
});

test('without RR, or with one that no heart has, there is no QTc, and QT and JT stay', (t) => {
  for (const rr_ms of [undefined, 0, -800]) {
    const values = measure(subjectWith(UPRIGHT, rr_ms));
    for (const name of Object.keys(values).filter((key) => key.startsWith('qtc'))) t.true(Number.isNaN(values[name]));
    t.is(values.qtIntervalRecorded_ms, 365);
    t.is(values.jtIntervalRecorded_ms, 265);
  }
});

test('upright T waves are counted neither flat nor inverted', (t) => {
  const { tFlatLeadsRecorded, tInvertedLeadsRecorded } = measure(subjectWith(UPRIGHT, 729));
  t.is(tFlatLeadsRecorded, 0);
  t.is(tInvertedLeadsRecorded, 0);
});

test('T waves of 0.05 mV in V5 and V6 are two flat leads, and of −0.2 mV in V2 to V4 three inverted ones', (t) => {
  const values = measure(subjectWith([0.4, 0.4, 0.1, -0.2, -0.2, -0.2, 0.05, 0.05], 729));
  t.is(values.tFlatLeadsRecorded, 2);
  t.is(values.tInvertedLeadsRecorded, 3);
});

test('a T wave of aVL counts only behind an R that is taller than 0.3 mV', (t) => {
  // aVL = I − II/2: its T of −0.15 mV is inverted, and its R follows the leads I and II.
  const tWave = [0.15, 0.6, 0.1, 0.4, 0.4, 0.3, 0.2, 0.15];
  const subject = subjectWith(tWave, 729);
  t.is(measure(subject).tInvertedLeadsRecorded, 1);
  const voltage_mV = subject.beat.voltage_mV.map((value, at) => (at % LEADS === 0 ? value / 2 : value));
  t.is(measure({ ...subject, beat: { ...subject.beat, voltage_mV } }).tInvertedLeadsRecorded, 0);
});

test('without a T wave none of it is known', (t) => {
  const values = measure(lvAtRest());
  for (const name of Object.keys(values).filter((key) => /^(qtc|jt|tFlat|tInverted)/.test(key))) {
    t.true(Number.isNaN(values[name]), name);
  }
});

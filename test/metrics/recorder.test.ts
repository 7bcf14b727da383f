import test from 'ava';
import { recorder } from '../../twin/metrics/recorder.ts';
import { lvAtRest } from './testSubject.ts';

test('what a recorder measured stands beside what is measured here, in columns of its own', (t) => {
  const subject = lvAtRest({ beat: { measurements: { heartRate_bpm: 61, qrsDuration_ms: 98, qrsAxis_deg: -61 } } });
  const measured = recorder.measure(subject);
  t.is(measured.recorderHeartRate_bpm, 61);
  t.is(measured.recorderQrsDuration_ms, 98);
  t.is(measured.recorderQrsAxis_deg, -61);
  t.is(measured.recorderPrInterval_ms, Number.NaN);
});

test('a recording without measurements leaves every column of the recorder empty', (t) => {
  const measured = Object.values(recorder.measure(lvAtRest()));
  t.is(measured.length, 9);
  t.true(measured.every(Number.isNaN));
});

import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openScience } from '../../workers/science.ts';
import { BEFORE_ms, directQrst, INTERVAL_ms, PLANTED, plantedHeart, QRS_ms } from '../helpers/plantedT.ts';

const heart = plantedHeart();
const voltage_mV = directQrst(heart, PLANTED);
const beat = {
  interval_ms: INTERVAL_ms,
  voltage_mV: voltage_mV.slice(0, ((BEFORE_ms + QRS_ms + 10) / INTERVAL_ms) * LEADS),
  qrsOnset_ms: BEFORE_ms,
  qrsOffset_ms: BEFORE_ms + QRS_ms,
  isCalibrated: true,
  findings: [],
};
const calibrateBeat = (withT: boolean) =>
  openScience(referenceBackend).calibrate({
    anatomy: heart.anatomy,
    beat: withT ? { ...beat, qrst: { voltage_mV, tPeak_ms: 300, tEnd_ms: 380 } } : beat,
    settings: { ...DEFAULT_CALIBRATION, pmjs: 20, maxIterations: 6, coarseEdges_mm: [] },
    resumeFrom: undefined,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });

test('a beat with a T wave gives the same twin with a repolarisation after each node’s activation', async (t) => {
  const [{ repolarisation, ...alone }, without] = await Promise.all([calibrateBeat(true), calibrateBeat(false)]);
  t.deepEqual(alone, without);
  const intervals = repolarisation?.repolarisation_ms.map((time, node) => time - alone.activation_ms[node]) ?? [];
  t.is(intervals.length, alone.activation_ms.length);
  t.true(intervals.every((interval) => interval > 100 && interval < 500));
  t.true((repolarisation?.fit.correlation ?? 0) > 0.9, `${repolarisation?.fit.correlation}`);
});

import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { FRONT_WINDOW, fitFront } from '../../twin/calibrate/fitFront.ts';
import { placePmjs } from '../../twin/calibrate/startPmjs.ts';
import { DEFAULT_VELOCITY } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(12);
const layer = { locator: openLocator(anatomy.mesh), endocardialDistance: anatomy.endocardialDistance, layer_mm: 2.5 };
const placed = placePmjs(anatomy, layer, 40, 3);
const heart = await referenceBackend.open({
  mesh: anatomy.mesh,
  leadVectors: homogeneousLeadVectors(anatomy.mesh, anatomy.electrodes, DEFAULT_CALIBRATION.conductivity),
  leads: LEADS,
  window: FRONT_WINDOW,
  actionPotential: VENTRICULAR_UPSTROKE,
});

/** QRS of a start, ms after model time zero. */
async function qrsOf(pmjTimes_ms: Float64Array): Promise<{ onset_ms: number; duration_ms: number }> {
  const velocities = { lv: DEFAULT_VELOCITY, rv: DEFAULT_VELOCITY };
  const { ecg_mV } = await heart.solve({ pmjPositions: placed.positions, pmjTimes_ms, ...velocities });
  const { start_ms, interval_ms, samples } = FRONT_WINDOW;
  const { onset_ms, offset_ms } = delineateQrs(standardLeads(ecg_mV), samples, TWELVE, interval_ms);
  return { onset_ms: start_ms + onset_ms, duration_ms: offset_ms - onset_ms };
}

const beatLasting = (duration_ms: number): Beat => ({
  interval_ms: 2,
  voltage_mV: new Float64Array(0),
  qrsOnset_ms: 10,
  qrsOffset_ms: 10 + duration_ms,
  isCalibrated: true,
  findings: [],
});

test('the front begins with the recorded QRS and its QRS lasts as long', async (t) => {
  const planted = await qrsOf(placed.timesOf(-5, 1));
  const start = await fitFront(heart, beatLasting(planted.duration_ms), placed);
  const found = await qrsOf(start.times_ms);
  t.true(Math.abs(found.onset_ms) <= 1, `onset at ${found.onset_ms} ms`);
  t.true(Math.abs(found.duration_ms - planted.duration_ms) <= 3, `${found.duration_ms} for ${planted.duration_ms} ms`);
});

test('a longer QRS has a slower front', async (t) => {
  const last = async (duration_ms: number) =>
    Math.max(...(await fitFront(heart, beatLasting(duration_ms), placed)).times_ms);
  t.true((await last(80)) > (await last(50)) + 5);
});

import test from 'ava';
import { withConductionSpeed } from '../../twin/anatomy/conductionSpeed.ts';
import type { Backend, HeartModel } from '../../twin/backend.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { openHeart } from '../../twin/calibrate/calibrateLevel.ts';
import { TwinError } from '../../twin/errors.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(6);
const window = { start_ms: 0, interval_ms: 1, samples: 10 };

test('a study’s fast endocardium and scar velocity reach the heart that the backend opens', async (t) => {
  const opened: HeartModel[] = [];
  const backend: Backend = {
    name: 'listening',
    open: async (heart) => {
      opened.push(heart);
      throw new TwinError('NoConvergence', 'this backend only listens');
    },
  };
  const beat = {
    interval_ms: 1,
    voltage_mV: new Float64Array(80),
    qrsOnset_ms: 0,
    qrsOffset_ms: 8,
    isCalibrated: true,
    findings: [],
  };
  const layered = { ...DEFAULT_CALIBRATION, endocardium: { thickness_mm: 1, factor: 2 }, scarVelocity_mm_ms: 0.05 };
  for (const settings of [DEFAULT_CALIBRATION, layered]) {
    await t.throwsAsync(async () => openHeart({ anatomy, beat, backend, settings }, anatomy, window));
  }
  t.is(opened[0].mesh.speed, undefined);
  t.deepEqual(opened[1].mesh.speed, withConductionSpeed(anatomy.mesh, anatomy.endocardialDistance, layered).speed);
  t.true(opened[1].mesh.speed?.some((factor) => factor > 1.5));
});

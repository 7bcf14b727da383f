import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { wasmBackend } from '../../backends/wasm.ts';
import { calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import type { CalibrationSettings } from '../../twin/calibrate/twin.ts';
import { twinResidual } from '../../twin/calibrate/twinResidual.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(10);
const settings: CalibrationSettings = { ...DEFAULT_CALIBRATION, pmjs: 20, maxIterations: 2, coarseEdges_mm: [] };
/** A pulse of half a sine on every lead. */
const beat: Beat = {
  interval_ms: 2,
  voltage_mV: Float64Array.from(
    { length: 50 * LEADS },
    (_, index) => (1 + (index % LEADS)) * 0.1 * Math.sin((Math.PI * Math.floor(index / LEADS)) / 50),
  ),
  qrsOnset_ms: 10,
  qrsOffset_ms: 80,
  isCalibrated: false,
  findings: [],
};
const twin = await calibrate({ anatomy, beat, settings, backend: wasmBackend });
const input = { anatomy, beat, settings, twin };

test('a twin is what its parameters give: to the bit on its own backend, to rounding on another', async (t) => {
  t.deepEqual(await twinResidual({ ...input, backend: wasmBackend }), { activation_ms: 0, ecg_mV: 0 });
  const { activation_ms, ecg_mV } = await twinResidual({ ...input, backend: referenceBackend });
  t.true(activation_ms > 0 && activation_ms < 1e-4, `${activation_ms} ms`);
  t.true(ecg_mV > 0 && ecg_mV < 1e-5, `${ecg_mV} mV`);
});

test('a twin whose activation, ECG or gain was changed is as far off as it was changed', async (t) => {
  const late = twin.activation_ms.slice();
  late[7] += 0.5;
  const residual = async (changed: Partial<typeof twin>) =>
    twinResidual({ ...input, twin: { ...twin, ...changed }, backend: wasmBackend });
  t.true(Math.abs((await residual({ activation_ms: late })).activation_ms - 0.5) < 1e-9);
  const high = twin.ecg_mV.map((value) => value + 0.25);
  t.true(Math.abs((await residual({ ecg_mV: high })).ecg_mV - 0.25) < 1e-9);
  const most_mV = Math.max(...twin.ecg_mV.map(Math.abs));
  t.true(most_mV > 0);
  t.true(Math.abs((await residual({ gain: 2 * twin.gain })).ecg_mV / most_mV - 1) < 1e-9);
  late[7] = Number.NaN;
  t.is((await residual({ activation_ms: late })).activation_ms, Number.POSITIVE_INFINITY);
});

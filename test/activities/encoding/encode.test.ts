import test from 'ava';
import {
  decodeAnatomy,
  decodeBeat,
  decodeTwin,
  encodeAnatomy,
  encodeBeat,
  encodeTwin,
} from '../../../activities/encoding/encode.ts';
import { fakeAnatomy, fakeBeat, fakeTwin } from '../../helpers/fakeEdge.ts';

test('an anatomy, a beat and a twin come back as they were, NaN and minus zero included', (t) => {
  t.deepEqual(decodeAnatomy(encodeAnatomy(fakeAnatomy({ value: 1 })), 'a'), fakeAnatomy({ value: 1 }));
  const withFields = { ...fakeAnatomy({ value: 1 }), electrodeFields: Float32Array.from({ length: 36 }, Math.sqrt) };
  t.deepEqual(decodeAnatomy(encodeAnatomy(withFields), 'a'), withFields);
  t.deepEqual(decodeBeat(encodeBeat(fakeBeat(3)), 'b'), fakeBeat(3));
  t.deepEqual(decodeTwin(encodeTwin(fakeTwin(2, 5)), 't'), fakeTwin(2, 5));
});

test('a beat’s T wave, its recorder’s measurements and a twin’s repolarisation come back as they were', (t) => {
  const beat = {
    ...fakeBeat(3),
    rr_ms: 812.5,
    measurements: { heartRate_bpm: 74, qrsDuration_ms: 96, qrsAxis_deg: -30 },
    qrst: { voltage_mV: new Float64Array(16).fill(-0), tPeak_ms: 280, tEnd_ms: 361.5 },
  };
  t.deepEqual(decodeBeat(encodeBeat(beat), 'b'), beat);
  const parameters = {
    ari_ms: 240,
    apicobasal_ms: 1,
    transmural_ms: -2,
    interventricular_ms: 3,
    anteroposterior_ms: 4,
    coupling: -1.5,
    downstroke_ms: 90,
  };
  const repolarisation = {
    parameters,
    spread: parameters,
    contraction: { ...parameters, ari_ms: 0.5 },
    repolarisation_ms: Float64Array.of(1, Number.NaN),
    ecg_mV: new Float64Array(16).fill(0.5),
    fit: {
      correlation: Number.NaN,
      rmse_mV: 0.1,
      leadCorrelation: new Float64Array(12).fill(0.9),
      leadRmse_mV: new Float64Array(12).fill(0.1),
      iterations: 3,
    },
  };
  const twin = { ...fakeTwin(2, 5), repolarisation };
  t.deepEqual(decodeTwin(encodeTwin(twin), 't'), twin);
});

test('a twin’s ensemble comes back as it was, a contraction without prior included', (t) => {
  const velocity = { mean: 0.6, sd: 0.1, contraction: Number.NaN };
  const ensemble = {
    members: 8,
    explaining: 7,
    clusters: 1,
    mean_ms: Float64Array.of(1, Number.NaN),
    sd_ms: Float64Array.of(0.5, Number.NaN),
    totalActivation: { mean_ms: 90, sd_ms: 3 },
    velocities: {
      lvFibre: { ...velocity, contraction: 0.8 },
      lvTransverse: velocity,
      rvFibre: velocity,
      rvTransverse: velocity,
    },
  };
  const twin = { ...fakeTwin(2, 5), ensemble };
  t.deepEqual(decodeTwin(encodeTwin(twin), 't'), twin);
  const draws = { columns: ['qrsDuration_ms', 'qtInterval_ms'], values: Float64Array.of(90, Number.NaN, 92, 400) };
  const drawn = { ...twin, ensemble: { ...ensemble, draws } };
  t.deepEqual(decodeTwin(encodeTwin(drawn), 't'), drawn);
});

test('an anatomy’s atria and consistent coordinates and a twin’s P wave come back as they were, an unfitted one included', (t) => {
  const { mesh } = fakeAnatomy({ value: 1 });
  const triangles = Uint32Array.of(0, 2, 1);
  const values = Float64Array.of(0, 0.5, 1, Number.NaN);
  const atria = {
    mesh: { ...mesh, speed: Float32Array.of(1.5) },
    surfaces: { laEndo: triangles, raEndo: triangles, epi: triangles },
    coordinates: { veinToValve: values, transmural: values, rotational: values, transatrial: values },
    sinusNode: [0.1, 0.2, 0.3] as const,
    findings: [{ code: 'fibres-missing', severity: 'warning' as const, message: 'made by rule' }],
    electrodeFields: new Float32Array(4 * 9).fill(0.25),
  };
  const anatomy = { ...fakeAnatomy({ value: 1 }), atria, consistent: { apicobasal: values, rotational: values } };
  t.deepEqual(decodeAnatomy(encodeAnatomy(anatomy), 'a'), anatomy);
  const parameters = { start_ms: -160, velocityFactor: 1.1, bachmannFactor: 1.5, amplitude: 2 };
  const pWave = {
    parameters,
    spread: parameters,
    activation_ms: values,
    ecg_mV: new Float64Array(16).fill(-0),
    start_ms: -180,
    interval_ms: 2,
    fit: {
      correlation: Number.NaN,
      rmse_mV: Number.NaN,
      leadCorrelation: new Float64Array(12).fill(Number.NaN),
      leadRmse_mV: new Float64Array(12).fill(0.1),
      iterations: 0,
    },
  };
  const twin = { ...fakeTwin(2, 5), pWave };
  t.deepEqual(decodeTwin(encodeTwin(twin), 't'), twin);
});

test('what was read does not keep the whole file alive', (t) => {
  const { mesh } = decodeAnatomy(encodeAnatomy(fakeAnatomy({ value: 1 })), 'a');
  t.is(mesh.points.buffer.byteLength, mesh.points.byteLength);
});

test('an artifact of another kind is refused by name', (t) => {
  t.throws(() => decodeTwin(encodeBeat(fakeBeat(3)), 'artifacts/ab/abcd.safetensors'), {
    message: 'artifacts/ab/abcd.safetensors: expected an artifact of kind twin, found beat',
  });
});

test('a torso comes back with its surfaces, its frame and its findings', (t) => {
  const surface = (size: number) => ({
    points: Float64Array.from({ length: 12 }, (_, at) => size * at),
    triangles: Uint32Array.of(0, 1, 2, 0, 2, 3),
  });
  const torso = {
    skin: surface(3),
    lungs: [surface(1), surface(2)],
    blood: [surface(0.5)],
    origin: 'statistical' as const,
    frame: { rotation: [1, 0, 0, 0, 0, -1, 0, 1, 0], origin: [1, 2, 3] as [number, number, number] },
    findings: [{ code: 'torso-fitted', severity: 'warning' as const, message: 'by 2 mm' }],
  };
  const anatomy = { ...fakeAnatomy({ value: 1 }), torso };
  t.deepEqual(decodeAnatomy(encodeAnatomy(anatomy), 'a'), anatomy);
  const { frame: _, ...unturned } = torso;
  const plain = { ...anatomy, torso: { ...unturned, lungs: [], blood: [] } };
  t.deepEqual(decodeAnatomy(encodeAnatomy(plain), 'a'), plain);
});

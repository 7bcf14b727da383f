import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { openDevice } from '../../backends/webgpu/device.ts';
import { Gpu } from '../../backends/webgpu/gpu.ts';
import { findAdapters, openWebgpuBackend, type WebgpuBackend } from '../../backends/webgpu.ts';
import type { HeartModel } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { TwinError } from '../../twin/errors.ts';
import { REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { testBackend } from '../contracts/backend.ts';
import { blockHeart, heartModel, scatteredPmjs } from '../helpers/heartModels.ts';
import { blockMesh } from '../helpers/meshes.ts';
import { openTestBackend } from '../helpers/webgpuBackend.ts';

const backend = await openTestBackend();

if (typeof backend === 'string') {
  test.skip(`webgpu: no adapter here: ${backend}`, () => {});
} else {
  testBackend(test, backend, { activation_ms: 2e-5, ecg_mV: 0.02, derivative: 1e-3 }, blockHeart(5));
  testWebgpu(backend);
}

const largest = (values: Float64Array | Float32Array) => {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
};
const difference = (one: Float64Array | Float32Array, other: Float64Array | Float32Array) => {
  let most = 0;
  for (let at = 0; at < one.length; at++)
    if (one[at] !== other[at]) most = Math.max(most, Math.abs(one[at] - other[at]));
  return most;
};
const wiggle = (length: number) => Float64Array.from({ length }, (_, at) => Math.sin(1 + at * at));

/** A block with scar, with muscle of no fibre, with fast and slow parts, and with a node that no tetrahedron uses. */
function patchedHeart(): HeartModel {
  const mesh = blockMesh(6, 6, 6, 1.4, {
    fibre: ([x, y]) => (y > 7 ? [0, 0, 0] : [Math.cos(0.4 * x), Math.sin(0.4 * x), 0]),
    region: ([x, , z]) => (z > 6.5 ? REGION.scar : x < 4 ? REGION.lv : REGION.rv),
    jitter: 0.2,
  });
  const speed = Float32Array.from({ length: tetCount(mesh) }, (_, tet) => (tet % 7 === 0 ? 2.5 : 0.8));
  return heartModel({ ...mesh, speed, points: Float64Array.from([...mesh.points, 30, 30, 30]) });
}

/** A block stretched along x with fibres across: in its metric most tetrahedra are obtuse, and nodes depend on each other in rings. */
function obtuseHeart(): HeartModel {
  const mesh = blockMesh(7, 7, 7, 1.2, { fibre: [0.48, 0.6, 0.64], jitter: 0.2 });
  const points = mesh.points.map((value, at) => (at % 3 === 0 ? 2.5 * value + 1.3 * mesh.points[at + 1] : value));
  return heartModel({ ...mesh, points });
}

function testWebgpu(backend: WebgpuBackend): void {
  const hearts: readonly (readonly [string, HeartModel, ActivationParameters])[] = [
    ['two ventricles', blockHeart(), scatteredPmjs(blockHeart().mesh, 6, 11)],
    ['scar, missing fibres and speed', patchedHeart(), scatteredPmjs(patchedHeart().mesh, 5, 3)],
    ['obtuse tetrahedra', obtuseHeart(), scatteredPmjs(obtuseHeart().mesh, 4, 5)],
  ];
  for (const [name, heart, parameters] of hearts) {
    test(`webgpu: on ${name} it is the reference within the rounding of float32`, async (t) => {
      const open = await backend.open(heart);
      const oracle = await referenceBackend.open(heart);
      const solution = await open.solve(parameters);
      const expected = await oracle.solve(parameters);
      t.true(difference(solution.activation_ms, expected.activation_ms) <= 2e-5, 'ms');
      t.true(difference(solution.ecg_mV, expected.ecg_mV) <= 1e-5 * largest(expected.ecg_mV));
      t.deepEqual(solution.sources.nodes, expected.sources.nodes);
      const sensitivity = wiggle(solution.ecg_mV.length);
      const gradient = await oracle.gradient(parameters, sensitivity);
      t.true(difference(await open.gradient(parameters, sensitivity), gradient) <= 2e-5 * largest(gradient));
      const jacobian = await oracle.jacobian(parameters);
      t.true(difference(await open.jacobian(parameters), jacobian) <= 2e-5 * largest(jacobian));
      t.deepEqual(await open.territories(parameters), await oracle.territories(parameters));
      await open.close();
    });
  }

  test('webgpu: members that are asked together get the bytes that each gets alone', async (t) => {
    const heart = blockHeart(4);
    const members = Array.from({ length: 11 }, (_, seed) => scatteredPmjs(heart.mesh, 2 + (seed % 4), seed));
    const sensitivity = wiggle(heart.window.samples * heart.leads);
    const together = await backend.open(heart);
    const answers = await Promise.all(
      members.map((parameters) =>
        Promise.all([
          together.solve(parameters),
          together.gradient(parameters, sensitivity),
          together.jacobian(parameters),
          together.territories(parameters),
        ]),
      ),
    );
    for (const [at, parameters] of members.entries()) {
      const alone = await backend.open(heart);
      t.deepEqual(answers[at], [
        await alone.solve(parameters),
        await alone.gradient(parameters, sensitivity),
        await alone.jacobian(parameters),
        await alone.territories(parameters),
      ]);
      await alone.close();
    }
    await together.close();
  });

  test('webgpu: two sensitivities of one activation, and one twice, are each answered', async (t) => {
    const heart = blockHeart(3);
    const parameters = scatteredPmjs(heart.mesh, 3, 1);
    const sensitivity = wiggle(heart.window.samples * heart.leads);
    const open = await backend.open(heart);
    const [one, doubled, again] = await Promise.all([
      open.gradient(parameters, sensitivity),
      open.gradient(
        parameters,
        sensitivity.map((value) => 2 * value),
      ),
      open.gradient(parameters, sensitivity),
    ]);
    t.deepEqual(again, one);
    t.deepEqual(
      doubled,
      one.map((value) => 2 * value),
    );
    await open.close();
  });

  test('webgpu: of a batch only the members that cannot be solved are refused', async (t) => {
    const heart = blockHeart(3);
    const good = scatteredPmjs(heart.mesh, 3, 1);
    const outside = { ...good, pmjPositions: good.pmjPositions.map((value) => value + 50) };
    const open = await backend.open(heart);
    const [first, bad, worse, last] = await Promise.allSettled([
      open.solve(good),
      open.solve(outside),
      open.jacobian(outside),
      open.solve({ ...good, rv: good.lv }),
    ]);
    t.is(first.status, 'fulfilled');
    t.is(last.status, 'fulfilled');
    for (const answer of [bad, worse]) {
      t.is(answer.status === 'rejected' && answer.reason instanceof TwinError && answer.reason.code, 'NoConvergence');
    }
    await open.close();
  });

  test('webgpu: without a PMJ nothing is reached, alone or beside others', async (t) => {
    const heart = blockHeart(2);
    const some = scatteredPmjs(heart.mesh, 2, 1);
    const none = { ...some, pmjPositions: new Float64Array(0), pmjTimes_ms: new Float64Array(0) };
    const open = await backend.open(heart);
    for (const batch of [[none], [some, none]]) {
      const answers = await Promise.allSettled(batch.map((parameters) => open.solve(parameters)));
      const last = answers.at(-1);
      t.regex(last?.status === 'rejected' ? last.reason.message : '', /27 nodes of the muscle were not reached/);
      t.true(batch.length === 1 || answers[0].status === 'fulfilled');
    }
    await open.close();
  });

  test('webgpu: waves long before and long after the window leave their steps in the ECG, as in the reference', async (t) => {
    const heart = blockHeart(3);
    const open = await backend.open(heart);
    const oracle = await referenceBackend.open(heart);
    for (const shift of [-900, -40, 40, 900, 1e5]) {
      const parameters = scatteredPmjs(heart.mesh, 3, 1);
      const shifted = { ...parameters, pmjTimes_ms: parameters.pmjTimes_ms.map((time) => time + shift) };
      const solution = await open.solve(shifted);
      const expected = await oracle.solve(shifted);
      t.true(difference(solution.activation_ms, expected.activation_ms) <= 2e-5);
      t.true(difference(solution.ecg_mV, expected.ecg_mV) <= 1e-4, `shifted by ${shift} ms`);
    }
    await open.close();
  });

  test('webgpu: hearts that are opened, used and closed leave nothing on the device', async (t) => {
    const own = await openTestBackend({ memory_bytes: 2 ** 20 });
    if (typeof own === 'string') return t.fail(own);
    const heart = blockHeart(4);
    const sensitivity = wiggle(heart.window.samples * heart.leads);
    const seen: number[] = [];
    for (let cycle = 0; cycle < 5; cycle++) {
      const open = await own.open(heart);
      const members = [1, 2, 3].map((seed) => scatteredPmjs(heart.mesh, 3, seed));
      await Promise.all(members.map((parameters) => open.gradient(parameters, sensitivity)));
      await open.jacobian(members[0]);
      seen.push(own.liveBytes());
      await open.close();
      t.is(own.liveBytes(), 0);
      await t.throwsAsync(open.solve(members[0]), { message: /closed/ });
    }
    t.true(seen.every((bytes) => bytes === seen[0] && bytes > 0));
    own.close();
  });

  test('webgpu: batches that memory splits, and hearts that work side by side, give the same bytes', async (t) => {
    const small = await openTestBackend({ memory_bytes: 2 ** 16 });
    if (typeof small === 'string') return t.fail(small);
    const hearts = [blockHeart(4), blockHeart(3)];
    const split = await Promise.all(hearts.map((heart) => small.open(heart)));
    const whole = await Promise.all(hearts.map((heart) => backend.open(heart)));
    const seeds = [1, 2, 3, 4, 5];
    const ask = (opened: typeof split) =>
      Promise.all(
        opened.flatMap((open, at) => seeds.map((seed) => open.solve(scatteredPmjs(hearts[at].mesh, 3, seed)))),
      );
    t.deepEqual(await ask(split), await ask(whole));
    for (const open of [...split, ...whole]) await open.close();
    small.close();
  });

  test('webgpu: a backend that is closed at work refuses what was asked', async (t) => {
    const own = await openTestBackend();
    if (typeof own === 'string') return t.fail(own);
    const heart = blockHeart(4);
    const open = await own.open(heart);
    const asked = [1, 2].map((seed) => open.gradient(scatteredPmjs(heart.mesh, 3, seed), new Float64Array(210)));
    setTimeout(() => own.close(), 5);
    for (const answer of await Promise.allSettled(asked)) {
      t.regex(answer.status === 'rejected' ? answer.reason.message : '', /the backend was closed/);
    }
    await open.close();
    t.is(own.liveBytes(), 0);
  });

  test('webgpu: what the device refuses fails alone', async (t) => {
    const { device } = await openDevice({ allowSoftware: true });
    const gpu = new Gpu(device);
    const numbers = gpu.upload(Uint32Array.of(1, 2, 3, 4), 'numbers');
    const read = [{ from: numbers, bytes: 16 }];
    const tooMuch = gpu.run((encoder) => encoder.copyBufferToBuffer(numbers, 0, numbers, 12, 8), read);
    const [error, answer] = await Promise.all([t.throwsAsync(tooMuch), gpu.run(() => {}, read)]);
    t.regex(error.message, /^graphics device: /);
    t.deepEqual([...new Uint32Array(answer[0])], [1, 2, 3, 4]);
    gpu.free(numbers);
    device.destroy();
  });

  test('webgpu: an adapter in software is described as such, and taken only where it is allowed', async (t) => {
    const adapters = await findAdapters();
    t.true(adapters.some(({ description }) => description === backend.adapter.description));
    t.true(adapters.every(({ maxBufferSize }) => maxBufferSize >= 2 ** 28));
    if (!backend.adapter.isSoftware) return;
    const error = await t.throwsAsync(openWebgpuBackend(), { instanceOf: TwinError });
    t.regex(error.message, /only the software adapter .* take that, or allow/);
  });

  test('webgpu: a window longer than its times can count is refused in a sentence', async (t) => {
    const heart = blockHeart(2);
    const long = { ...heart, window: { start_ms: 0, interval_ms: 2, samples: 600 } };
    const error = await t.throwsAsync(backend.open(long), { instanceOf: TwinError });
    t.regex(error.message, /found 1198 ms, expected at most 900 ms/);
  });
}

import test from 'ava';
import { openWasmBackend, wasmBackend } from '../../backends/wasm.ts';
import { testBackend } from '../contracts/backend.ts';
import { blockHeart, scatteredPmjs } from '../helpers/heartModels.ts';

const pooled = openWasmBackend({ threads: 2 });

testBackend(
  test,
  { ...pooled, name: 'wasm on two threads' },
  { activation_ms: 1e-4, ecg_mV: 0.02, derivative: 1e-2 },
  blockHeart(5),
);

test('threads answer calls that overlap with the bytes of one thread, whoever answers', async (t) => {
  const heart = blockHeart(4);
  const members = [1, 2, 3, 4, 5, 6, 7].map((seed) => scatteredPmjs(heart.mesh, 5, seed));
  const sensitivity = Float64Array.from({ length: heart.window.samples * heart.leads }, (_, at) => Math.cos(at));
  const alone = await wasmBackend.open(heart);
  const several = await pooled.open(heart);
  const answers = await Promise.all(
    members.map(async (member) => ({
      solution: await several.solve(member),
      gradient: await several.gradient(member, sensitivity),
      jacobian: await several.jacobian(member),
    })),
  );
  for (const [place, member] of members.entries()) {
    t.deepEqual(answers[place].solution, await alone.solve(member));
    t.deepEqual(answers[place].gradient, await alone.gradient(member, sensitivity));
    t.deepEqual(answers[place].jacobian, await alone.jacobian(member));
  }
  await several.close();
  await alone.close();
});

test('a call that is not answered when its heart is closed is refused', async (t) => {
  const heart = blockHeart(4);
  const open = await pooled.open(heart);
  const waiting = open.solve(scatteredPmjs(heart.mesh, 5, 1));
  await open.close();
  await t.throwsAsync(waiting, { message: /ended before it answered/ });
});

// What the webgpu backend is worth on this machine's graphics device: `node scripts/gpuCheck.ts [edges in mm] [members]`, by default `3.2,2.15,1.08` and 64. One line
// of JSON per fact. `--software` runs it on SwiftShader, which proves that it runs and nothing about speed.
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { referenceBackend } from '../backends/reference.ts';
import { bytesPerSweep, findAdapters, openWebgpuBackend } from '../backends/webgpu.ts';
import { BENCH_PERSON, benchPlacement } from '../bench/benchHearts.ts';
import { BENCH_WINDOW } from '../bench/benchTruth.ts';
import { meshInTorso, meshWithFibres, toTorso } from '../cohorts/population/placedHeart.ts';
import { plantFunction } from '../cohorts/population/plantedFunction.ts';
import { heartOfSize } from '../twin/anatomy/parametricHeart.ts';
import type { HeartModel, OpenHeart } from '../twin/backend.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../twin/calibrate/calibrate.ts';
import type { ActivationParameters } from '../twin/calibrate/twin.ts';
import { homogeneousLeadVectors } from '../twin/ecg/leadField.ts';
import { LEADS } from '../twin/ecg/leads.ts';
import { locateTet, openLocator } from '../twin/eikonal/locate.ts';
import { nodeCount, tetCount } from '../twin/mesh/tetMesh.ts';
import { openRandom } from '../twin/random.ts';
import { useSoftwareVulkan } from './softwareVulkan.ts';

const isSoftware = process.argv.includes('--software');
const [edgeList = '3.2,2.15,1.08', memberCount = '64'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (isSoftware && !useSoftwareVulkan())
  throw new Error('found no SwiftShader; `node scripts/softwareVulkan.ts` fetches it');

const tell = (fact: string, values: Readonly<Record<string, unknown>>) =>
  console.log(JSON.stringify({ fact, ...values }));
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const round = (value: number) => Number(value.toPrecision(4));

function worst(one: ArrayLike<number>, other: ArrayLike<number>): { error: number; largest: number } {
  let error = 0;
  let largest = 0;
  for (let at = 0; at < one.length; at++) {
    if (one[at] !== other[at]) error = Math.max(error, Math.abs(one[at] - other[at]));
    if (Number.isFinite(other[at])) largest = Math.max(largest, Math.abs(other[at]));
  }
  return { error, largest };
}

/** Wall and own CPU milliseconds of a piece of work. */
async function timed<Result>(work: () => Promise<Result>) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const wall_ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { result, wall_ms, cpu_ms: (user + system) / 1000 };
}

/** The benchmark's heart at an edge length, and `count` activations of one planted law whose times and velocities differ a little. */
function plant(edge_mm: number, count: number): { heart: HeartModel; members: ActivationParameters[] } {
  const shape = heartOfSize(BENCH_PERSON);
  const placement = benchPlacement();
  const mesh = meshInTorso(meshWithFibres(shape, edge_mm), placement);
  const locator = openLocator(mesh);
  const barycentric = new Float64Array(4);
  const isInside = (x: number, y: number, z: number) => {
    const [tx, ty, tz] = toTorso(placement, Float64Array.of(x, y, z));
    return locateTet(locator, tx, ty, tz, barycentric) >= 0;
  };
  const planted = plantFunction(BENCH_PERSON, shape, isInside);
  const first = { ...planted, pmjPositions: toTorso(placement, planted.pmjPositions) };
  const heart: HeartModel = {
    mesh,
    leadVectors: homogeneousLeadVectors(mesh, placement.electrodes, DEFAULT_CALIBRATION.conductivity),
    leads: LEADS,
    window: BENCH_WINDOW,
    actionPotential: VENTRICULAR_UPSTROKE,
  };
  const members = Array.from({ length: count }, (_, member) => {
    const random = openRandom(member, 'gpuCheck');
    const faster = 1 + 0.1 * random.normal();
    return {
      pmjPositions: first.pmjPositions,
      pmjTimes_ms: first.pmjTimes_ms.map((time) => time + (member === 0 ? 0 : Math.abs(2 * random.normal()))),
      lv: { ...first.lv, fibre_mm_ms: first.lv.fibre_mm_ms * (member === 0 ? 1 : faster) },
      rv: first.rv,
    };
  });
  return { heart, members };
}

tell('adapters', {
  adapters: (await findAdapters()).map(({ features, ...adapter }) => ({ ...adapter, features: features.length })),
});
const backend = await openWebgpuBackend({ allowSoftware: isSoftware, memory_bytes: 16 * 2 ** 30 });
tell('device', {
  description: backend.adapter.description,
  architecture: backend.adapter.architecture,
  cores: availableParallelism(),
});

for (const edge_mm of edgeList.split(',').map(Number)) {
  const count = Number(memberCount);
  const { heart, members } = plant(edge_mm, count);
  const [first] = members;
  const size = { edge_mm, nodes: nodeCount(heart.mesh), tets: tetCount(heart.mesh), pmjs: first.pmjTimes_ms.length };
  const sensitivity = Float64Array.from({ length: heart.window.samples * heart.leads }, (_, at) =>
    Math.sin(1 + at * at),
  );

  const opened = await timed(() => backend.open(heart));
  const open: OpenHeart = opened.result;
  const oracle = await referenceBackend.open(heart);
  const warm = await timed(() => open.solve(first));
  await open.gradient(first, sensitivity);
  await open.jacobian(first);
  tell('opening', { ...size, open_ms: round(opened.wall_ms), firstSolve_ms: round(warm.wall_ms) });

  // The second solve of the reference, when V8 has compiled it; others' velocities, so that nothing is remembered.
  await oracle.solve(members[1 % count]);
  const expected = await timed(() => oracle.solve(first));
  const gradient = await timed(() => oracle.gradient(first, sensitivity));
  const jacobian = await timed(() => oracle.jacobian(first));
  const tau = worst(warm.result.activation_ms, expected.result.activation_ms);
  const ecg = worst(warm.result.ecg_mV, expected.result.ecg_mV);
  const ownGradient = worst(await open.gradient(first, sensitivity), gradient.result);
  const ownJacobian = worst(await open.jacobian(first), jacobian.result);
  tell('accuracy against the reference', {
    ...size,
    activation_ms: round(tau.error),
    ecg_mV: round(ecg.error),
    ecgPeak_mV: round(ecg.largest),
    gradient_share: round(ownGradient.error / ownGradient.largest),
    jacobian_share: round(ownJacobian.error / ownJacobian.largest),
  });
  tell('reference, one thread', {
    ...size,
    solve_cpu_ms: round(expected.cpu_ms),
    gradient_cpu_ms: round(gradient.cpu_ms),
    jacobian_cpu_ms: round(jacobian.cpu_ms),
  });

  const alone: Record<'solve' | 'gradient' | 'jacobian', number[]> = { solve: [], gradient: [], jacobian: [] };
  for (const member of members.slice(1, 6)) {
    alone.solve.push((await timed(() => open.solve(member))).wall_ms);
    alone.gradient.push((await timed(() => open.gradient(member, sensitivity))).wall_ms);
    alone.jacobian.push((await timed(() => open.jacobian(member))).wall_ms);
  }
  tell('one member', {
    ...size,
    solve_ms: round(median(alone.solve)),
    gradient_ms: round(median(alone.gradient)),
    jacobian_ms: round(median(alone.jacobian)),
  });

  const all = <Result>(
    batch: readonly ActivationParameters[],
    ask: (member: ActivationParameters) => Promise<Result>,
  ) => timed(() => Promise.all(batch.map(ask)));
  // Others first, which makes the arrays of the batch and leaves no answers of these.
  const later = members.map((member) => ({ ...member, pmjTimes_ms: member.pmjTimes_ms.map((time) => time + 1) }));
  await all(later, (member) => open.solve(member));
  const solved = await all(members, (member) => open.solve(member));
  const gradients = await all(members, (member) => open.gradient(member, sensitivity));
  const jacobians = await all(members, (member) => open.jacobian(member));
  const isSame = worst(solved.result[0].activation_ms, warm.result.activation_ms).error === 0;
  tell(`batch of ${count}`, {
    ...size,
    solve_ms: round(solved.wall_ms),
    solve_host_ms: round(solved.cpu_ms),
    gradient_ms: round(gradients.wall_ms),
    jacobian_ms: round(jacobians.wall_ms),
    solvesPerSecond: round((1000 * count) / solved.wall_ms),
    sameBytesAsAlone: isSame,
    timesReferenceOfAllCores: round((expected.cpu_ms * count) / availableParallelism() / solved.wall_ms),
    sweepOfAll_MB: round(bytesPerSweep({ nodes: size.nodes, tets: size.tets }, count) / 1e6),
    deviceMemory_MB: round(backend.liveBytes() / 1e6),
  });
  await open.close();
  await oracle.close();
}
backend.close();

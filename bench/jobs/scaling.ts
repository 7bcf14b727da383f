import { openBackend } from '../../backends/index.ts';
import { openWasmBackend } from '../../backends/wasm.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { benchHeartModel, openBenchTruths } from '../benchTruth.ts';
import { checksum, cpuSeconds, median } from '../clock.ts';

export interface PmjsJob {
  readonly backend: string;
  readonly edge_mm: number;
  readonly cacheFolder: string;
  readonly pmjs: readonly number[];
}

/** A forward solve and a Jacobian from growing numbers of PMJs: those of several planted activations, taken together. */
export async function byPmjs({ backend: name, edge_mm, cacheFolder, pmjs }: PmjsJob) {
  const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
  const backend = await openBackend(name);
  const most = pmjs.reduce((most, count) => Math.max(most, count), 0);
  const truthOf = openBenchTruths([anatomy]);
  const all: ActivationParameters[] = [];
  for (let seed = 1, count = 0; count < 3 * most; seed++) {
    all.push(truthOf(seed));
    count += all[all.length - 1].pmjTimes_ms.length;
  }
  const positions = Float64Array.from(all.flatMap(({ pmjPositions }) => [...pmjPositions]));
  const times = Float64Array.from(all.flatMap(({ pmjTimes_ms }) => [...pmjTimes_ms]));
  const heart = await backend.open(benchHeartModel(anatomy));
  const rows = [];
  for (const count of pmjs) {
    const solves: number[] = [];
    const jacobians: number[] = [];
    let sum = 0;
    for (let turn = 0; turn < 3; turn++) {
      const first = turn * count;
      const parameters = {
        ...all[0],
        pmjPositions: positions.slice(3 * first, 3 * (first + count)),
        pmjTimes_ms: times.slice(first, first + count),
      };
      const solve = await cpuSeconds(() => heart.solve(parameters));
      solves.push(solve.seconds);
      sum += checksum(solve.result.activation_ms);
      jacobians.push((await cpuSeconds(() => heart.jacobian(parameters))).seconds);
    }
    rows.push({ pmjs: count, solve_s: median(solves), jacobian_s: median(jacobians), checksum: sum });
  }
  await heart.close();
  return { nodes: anatomy.mesh.points.length / 3, rows };
}

export interface MembersJob {
  readonly edge_mm: number;
  readonly cacheFolder: string;
  readonly members: number;
  readonly threads: number;
}

/** Forward solves that overlap, as those of an ensemble's members, on threads of the WebAssembly backend. */
export async function byMembers({ edge_mm, cacheFolder, members, threads }: MembersJob) {
  const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
  const truthOf = openBenchTruths([anatomy]);
  const truths = Array.from({ length: members + 1 }, (_, at) => truthOf(at + 1));
  const heart = await openWasmBackend({ threads }).open(benchHeartModel(anatomy));
  await Promise.all(Array.from({ length: threads }, () => heart.solve(truths[members]))); // compiled before it is timed
  const began_ms = performance.now();
  const { seconds, result } = await cpuSeconds(() =>
    Promise.all(truths.slice(0, members).map((truth) => heart.solve(truth))),
  );
  const wall_s = (performance.now() - began_ms) / 1000;
  await heart.close();
  const sum = result.reduce((total, { activation_ms }) => total + checksum(activation_ms), 0);
  return { nodes: anatomy.mesh.points.length / 3, wall_s, cpu_s: seconds, checksum: sum };
}

import { openBackend } from '../../backends/index.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { benchHeartModel, openBenchTruths } from '../benchTruth.ts';
import { checksum, cpuSeconds, median, settled } from '../clock.ts';
import type { ForwardJob } from './forward.ts';

/** Iterations as of Adam, each with new PMJs: forward solve, then the gradient of a squared mismatch; and the Jacobian beside it. */
export async function gradient({ backend: name, edge_mm, cacheFolder, solves }: ForwardJob) {
  const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
  const backend = await openBackend(name);
  const truthOf = openBenchTruths([anatomy]);
  const truths = Array.from({ length: solves + 2 }, (_, at) => truthOf(at + 1));
  const heart = await backend.open(benchHeartModel(anatomy));
  const target = (await heart.solve(truths[0])).ecg_mV;
  const iterations: number[] = [];
  const jacobians: number[] = [];
  let sum = 0;
  for (const truth of truths.slice(1)) {
    const iteration = await cpuSeconds(async () => {
      const { ecg_mV } = await heart.solve(truth);
      return heart.gradient(
        truth,
        ecg_mV.map((value, at) => 2 * (value - target[at])),
      );
    });
    iterations.push(iteration.seconds);
    sum += checksum(iteration.result);
    jacobians.push((await cpuSeconds(() => heart.jacobian(truth))).seconds);
  }
  await heart.close();
  return {
    nodes: anatomy.mesh.points.length / 3,
    iteration_s: median(settled(iterations)),
    jacobian_s: median(settled(jacobians)),
    checksum: sum,
  };
}

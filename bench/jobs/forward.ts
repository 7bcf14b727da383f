import { openBackend } from '../../backends/index.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { benchHeartModel, benchTruth } from '../benchTruth.ts';
import { checksum, cpuSeconds, median } from '../clock.ts';

export interface ForwardJob {
  readonly backend: string;
  readonly edge_mm: number;
  readonly cacheFolder: string;
  readonly solves: number;
}

/**
 * Forward solves of different PMJs on one opened heart: seeds, activation from a cold start, ECG. The first solve, in which code is still being
 * compiled and tables are filled, is told apart.
 */
export async function forward({ backend: name, edge_mm, cacheFolder, solves }: ForwardJob) {
  const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
  const backend = await openBackend(name);
  const truths = Array.from({ length: solves + 1 }, (_, at) => benchTruth(at + 1, [anatomy], 'default'));
  const heart = await backend.open(benchHeartModel(anatomy));
  const seconds: number[] = [];
  let sum = 0;
  for (const truth of truths) {
    const { seconds: took, result } = await cpuSeconds(() => heart.solve(truth));
    seconds.push(took);
    sum += checksum(result.activation_ms);
  }
  await heart.close();
  const [first_s, ...rest] = seconds;
  return { nodes: anatomy.mesh.points.length / 3, first_s, median_s: median(rest), checksum: sum };
}

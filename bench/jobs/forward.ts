import { openBackend } from '../../backends/index.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { benchHeartModel, openBenchTruths } from '../benchTruth.ts';
import { checksum, cpuSeconds, median, settled } from '../clock.ts';

/** Solves of one job: as many as a code needs to run as it will for long, which on a small mesh are more. */
export const solvesOn = (edge_mm: number, isQuick: boolean): number => (isQuick ? 2 : edge_mm > 2 ? 24 : 6);

export interface ForwardJob {
  readonly backend: string;
  readonly edge_mm: number;
  readonly cacheFolder: string;
  readonly solves: number;
}

/**
 * Forward solves of different PMJs on one opened heart: seeds, activation from a cold start, ECG. The first solve, in which tables are
 * filled as well, is told apart; the first quarter does not count.
 */
export async function forward({ backend: name, edge_mm, cacheFolder, solves }: ForwardJob) {
  const anatomy = await openBenchAnatomy(edge_mm, cacheFolder);
  const backend = await openBackend(name);
  const truthOf = openBenchTruths([anatomy]);
  const truths = Array.from({ length: solves + 1 }, (_, at) => truthOf(at + 1));
  const heart = await backend.open(benchHeartModel(anatomy));
  const seconds: number[] = [];
  let sum = 0;
  for (const truth of truths) {
    const { seconds: took, result } = await cpuSeconds(() => heart.solve(truth));
    seconds.push(took);
    sum += checksum(result.activation_ms);
  }
  await heart.close();
  return {
    nodes: anatomy.mesh.points.length / 3,
    first_s: seconds[0],
    median_s: median(settled(seconds)),
    checksum: sum,
  };
}

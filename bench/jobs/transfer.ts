import { openBackend } from '../../backends/index.ts';
import { compareEcgs } from '../../twin/calibrate/fit.ts';
import { standardLeads } from '../../twin/ecg/leads.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { benchHeartModel, openBenchTruths } from '../benchTruth.ts';

export interface TransferJob {
  readonly backend: string;
  /** Coarsest first; the last is what the others are compared with */
  readonly edges_mm: readonly number[];
  readonly cacheFolder: string;
  readonly seeds: readonly number[];
}

/** The same PMJs and velocities on meshes of several edge lengths: how near each ECG is to that of the finest. */
export async function transfer({ backend: name, edges_mm, cacheFolder, seeds }: TransferJob) {
  const backend = await openBackend(name);
  const anatomies = await Promise.all(edges_mm.map((edge_mm) => openBenchAnatomy(edge_mm, cacheFolder)));
  const truths = seeds.map(openBenchTruths(anatomies));
  const ecgs: Float64Array[][] = [];
  for (const anatomy of anatomies) {
    const heart = await backend.open(benchHeartModel(anatomy));
    const solved: Float64Array[] = [];
    for (const truth of truths) solved.push(standardLeads((await heart.solve(truth)).ecg_mV));
    ecgs.push(solved);
    await heart.close();
  }
  const finest = ecgs[ecgs.length - 1];
  return anatomies.slice(0, -1).map(({ mesh }, level) => {
    const fits = truths.map((_, at) => compareEcgs(ecgs[level][at], finest[at]));
    return {
      edge_mm: edges_mm[level],
      nodes: mesh.points.length / 3,
      correlation: fits.map((fit) => fit.correlation).sort((a, b) => a - b),
      rmse_mV: fits.map((fit) => fit.rmse_mV).sort((a, b) => a - b),
    };
  });
}

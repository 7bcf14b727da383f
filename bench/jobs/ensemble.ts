import { openWasmBackend } from '../../backends/wasm.ts';
import { coarserHearts } from '../../twin/anatomy/coarsen.ts';
import { calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { calibrateEnsemble } from '../../twin/ensemble/ensemble.ts';
import { twelveLeads } from '../../twin/ensemble/leadSystem.ts';
import { BENCH_PERSON } from '../benchHearts.ts';
import { checksum, cpuSeconds } from '../clock.ts';
import { makeTruth } from '../identifiability/truths.ts';

export interface EnsembleJob {
  readonly edge_mm: number;
  readonly truthEdge_mm: number;
  /** Members of this part, from `firstMember` on; 0 measures one calibration instead */
  readonly members: number;
  readonly firstMember: number;
  readonly threads: number;
}

/** One calibration with a study's defaults, or a part of an ensemble, of the same planted activation. The heart's tables are in the time; its coarse meshes, which both need, are told apart. */
export async function ensemble({ edge_mm, truthEdge_mm, members, firstMember, threads }: EnsembleJob) {
  const backend = openWasmBackend({ threads });
  const { anatomy, beat } = await makeTruth(
    'population',
    BENCH_PERSON,
    { edge_mm, truthEdge_mm },
    openWasmBackend({ threads: 1 }),
  );
  const settings = DEFAULT_CALIBRATION;
  const coarse = await cpuSeconds(() => coarserHearts(anatomy, settings.coarseEdges_mm));
  const coarser = coarse.result;
  const began_ms = performance.now();
  const { seconds, result } = await cpuSeconds(async () => {
    if (members === 0) return [(await calibrate({ anatomy, beat, settings, backend, coarser })).activation_ms];
    const observation = twelveLeads(beat, anatomy.electrodes, settings.conductivity);
    const fitted = await calibrateEnsemble({ anatomy, observation, settings, backend, members, firstMember, coarser });
    return fitted.map(({ activation_ms }) => activation_ms);
  });
  return {
    nodes: anatomy.mesh.points.length / 3,
    wall_s: (performance.now() - began_ms) / 1000,
    cpu_s: seconds,
    coarse_s: coarse.seconds,
    checksum: result.reduce((sum, activation_ms) => sum + checksum(activation_ms), 0),
  };
}

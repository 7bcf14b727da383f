import { openBackend } from '../../backends/index.ts';
import { referenceBackend } from '../../backends/reference.ts';
import { calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { totalActivation } from '../../twin/ensemble/spread.ts';
import { BENCH_PERSON } from '../benchHearts.ts';
import { LAWS } from '../identifiability/laws.ts';
import { makeTruth } from '../identifiability/truths.ts';
import { WORLDS } from '../modelError/worlds.ts';
import { rmsDifference } from '../rmsDifference.ts';

export interface ModelErrorJob {
  readonly backend: string;
  /** Name of one of WORLDS */
  readonly world: string;
  readonly edge_mm: number;
  readonly seeds: readonly number[];
}

/** What one calibration kept of a truth that another model made. */
export interface Kept {
  readonly correlation: number;
  /** Root mean square error of activation over all nodes, after the fit and at its start, ms */
  readonly activation_ms: number;
  readonly start_ms: number;
  /** Found minus planted */
  readonly totalActivation_ms: number;
  readonly qrs_ms: number;
  /** Found over planted, minus 1 */
  readonly lvFibre: number;
  readonly lvTransverse: number;
}

/** Calibrates truths of one world, made by the reference in turn by every law, on a coarser mesh of the model's own world. */
export async function modelError({ backend: name, world: worldName, edge_mm, seeds }: ModelErrorJob): Promise<Kept[]> {
  const named = WORLDS.find((world) => world.name === worldName);
  if (named === undefined) throw new Error(`no world is named ${worldName}`);
  const backend = await openBackend(name);
  const kept: Kept[] = [];
  for (const seed of seeds) {
    const person = { ...BENCH_PERSON, seed };
    const edges = { edge_mm, truthEdge_mm: named.truthEdge_mm };
    const { anatomy, beat, activation_ms, planted } = await makeTruth(
      LAWS[seed % LAWS.length],
      person,
      edges,
      referenceBackend,
      named.world,
    );
    const settings = { ...DEFAULT_CALIBRATION, seed };
    const start = await calibrate({ anatomy, beat, settings: { ...settings, maxIterations: 0 }, backend });
    const twin = await calibrate({ anatomy, beat, settings, backend });
    const qrsOf = (twelve: Float64Array) => {
      const { onset_ms, offset_ms } = delineateQrs(twelve, twelve.length / TWELVE, TWELVE, beat.interval_ms);
      return offset_ms - onset_ms;
    };
    kept.push({
      correlation: twin.fit.correlation,
      activation_ms: rmsDifference(twin.activation_ms, activation_ms),
      start_ms: rmsDifference(start.activation_ms, activation_ms),
      totalActivation_ms: totalActivation(twin.activation_ms) - totalActivation(activation_ms),
      qrs_ms: qrsOf(standardLeads(twin.ecg_mV)) - (beat.qrsOffset_ms - beat.qrsOnset_ms),
      lvFibre: twin.parameters.lv.fibre_mm_ms / planted.lv.fibre_mm_ms - 1,
      lvTransverse: twin.parameters.lv.transverse_mm_ms / planted.lv.transverse_mm_ms - 1,
    });
  }
  return kept;
}

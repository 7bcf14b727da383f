import type { SyntheticPerson } from '../../cohorts/population/people.ts';
import { torsoOf } from '../../twin/anatomy/torso.ts';
import type { Backend } from '../../twin/backend.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { clusterMaps, mapDistances } from '../../twin/ensemble/clusters.ts';
import { calibrateEnsemble } from '../../twin/ensemble/ensemble.ts';
import { twelveLeads } from '../../twin/ensemble/leadSystem.ts';
import { activationSpread, type Calibration, calibrationOf, explainingMembers } from '../../twin/ensemble/spread.ts';
import type { Truth } from './truths.ts';

/** What is known and what is measured when a truth is sought. */
export interface Condition {
  readonly name: string;
  /** PMJs lie in the 2.5 mm subendocardial layer, where the truth has them, or anywhere in the wall */
  readonly isConstrained: boolean;
  readonly electrodes: '12 leads' | '128 electrodes';
}

export const CONDITIONS: readonly Condition[] = [
  { name: 'free, 12 leads', isConstrained: false, electrodes: '12 leads' },
  { name: 'free, 128 electrodes', isConstrained: false, electrodes: '128 electrodes' },
  { name: 'subendocardial, 12 leads', isConstrained: true, electrodes: '12 leads' },
  { name: 'subendocardial, 128 electrodes', isConstrained: true, electrodes: '128 electrodes' },
];

/** One ensemble against its truth, and against the fronts it was drawn from. */
export interface Finding {
  readonly truth: string;
  readonly condition: string;
  readonly members: number;
  readonly explaining: number;
  readonly clusters: number;
  /** Mean over members */
  readonly correlation: number;
  /** RMSE of single members, ms, in their order */
  readonly singles_ms: readonly number[];
  readonly prior: Calibration;
  readonly posterior: Calibration;
  /** Root mean square of the spread on the quarter of the muscle nearest to the sternum, and on the rest, ms */
  readonly nearSternumSd_ms: number;
  readonly elsewhereSd_ms: number;
  /** Mean spread by part of the heart, ms, [ventricle][height][angle] as in `PARTS` */
  readonly partSd_ms: readonly number[];
}

/** Parts over which spreads are averaged: LV with septum, then RV; three heights from the apex; twelve angles from mid-septum by the anterior wall. */
export const PARTS = { ventricles: 2, heights: 3, angles: 12 } as const;

export async function studyTruth(
  truth: Truth,
  person: SyntheticPerson,
  condition: Condition,
  members: number,
  backend: Backend,
): Promise<Finding> {
  const { anatomy } = truth;
  const observation =
    condition.electrodes === '12 leads'
      ? twelveLeads(truth.beat, anatomy.electrodes, DEFAULT_CALIBRATION.conductivity)
      : truth.bodySurface;
  const layer_mm = condition.isConstrained ? DEFAULT_CALIBRATION.layer_mm : Number.POSITIVE_INFINITY;
  const input = { anatomy, observation, settings: { ...DEFAULT_CALIBRATION, layer_mm }, backend, members, lanes: 1 };
  const drawn = await calibrateEnsemble({ ...input, of: 'prior' });
  const all = await calibrateEnsemble(input);
  const explaining = explainingMembers(all);
  const spread = activationSpread(explaining);
  const own = (activation_ms: Float64Array) =>
    calibrationOf({ mean: activation_ms, sd: activation_ms }, truth.activation_ms);
  const maps = explaining.map(({ activation_ms }) => activation_ms);
  return {
    truth: truth.name,
    condition: condition.name,
    members: all.length,
    explaining: explaining.length,
    clusters: clusterMaps(mapDistances(maps), maps.length).clusters.length,
    correlation: all.reduce((sum, { correlation }) => sum + correlation / all.length, 0),
    singles_ms: all.map(({ activation_ms }) => own(activation_ms).rmse_ms),
    prior: calibrationOf(activationSpread(drawn), truth.activation_ms),
    posterior: calibrationOf(spread, truth.activation_ms),
    ...sternumSplit(truth, person, spread.sd),
    partSd_ms: partMeans(truth, spread.sd),
  };
}

/** The sternum is the middle of the torso's front at the height of the heart. */
function sternumSplit({ anatomy }: Truth, person: SyntheticPerson, sd: Float64Array) {
  const { points } = anatomy.mesh;
  const front = -torsoOf(person).halfDepth;
  const distance = Float64Array.from(sd, (_, node) =>
    Math.hypot(points[3 * node], points[3 * node + 1] - front, points[3 * node + 2]),
  );
  const quarter = distance.slice().sort()[Math.floor(sd.length / 4)] as number;
  const rootMean = (isNear: boolean) => {
    let squares = 0;
    let count = 0;
    for (let node = 0; node < sd.length; node++) {
      if (distance[node] <= quarter !== isNear || !Number.isFinite(sd[node])) continue;
      squares += sd[node] ** 2;
      count++;
    }
    return Math.sqrt(squares / count);
  };
  return { nearSternumSd_ms: rootMean(true), elsewhereSd_ms: rootMean(false) };
}

function partMeans({ anatomy }: Truth, sd: Float64Array): number[] {
  const { apicobasal, rotational, transventricular } = anatomy.coordinates;
  const { ventricles, heights, angles } = PARTS;
  const sums = new Float64Array(ventricles * heights * angles);
  const counts = new Float64Array(sums.length);
  for (let node = 0; node < sd.length; node++) {
    if (!Number.isFinite(sd[node])) continue;
    const ventricle = transventricular[node] > 0.5 ? 1 : 0;
    const height = Math.min(heights - 1, Math.max(0, Math.floor(apicobasal[node] * heights)));
    const turn = (rotational[node] / (2 * Math.PI) + 1) % 1;
    const part = (ventricle * heights + height) * angles + (Math.round(turn * angles) % angles);
    sums[part] += sd[node];
    counts[part]++;
  }
  return [...sums].map((sum, part) => sum / (counts[part] as number));
}

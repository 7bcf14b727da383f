import type { Anatomy } from '../anatomy/anatomy.ts';
import { type ConductionSettings, withConductionSpeed } from '../anatomy/conductionSpeed.ts';
import type { Backend } from '../backend.ts';
import { openLayer, VENTRICULAR_UPSTROKE } from '../calibrate/calibrateLevel.ts';
import { interpolateAt } from '../calibrate/pmjLayer.ts';
import { openPurkinjeFront } from '../calibrate/purkinjeFront.ts';
import { placePmjs } from '../calibrate/startPmjs.ts';
import { type ActivationParameters, DEFAULT_VELOCITY, type TissueConductivity } from '../calibrate/twin.ts';
import { leadVectorsOf } from '../ecg/leadField.ts';
import { LEADS } from '../ecg/leads.ts';
import { meanEdge_mm } from '../mesh/quality.ts';
import { DEFAULT_REPOLARISATION } from '../repolarisation/repolarisation.ts';
import type { BeatFeatures, FunctionLaw } from './functionLaw.ts';
import { BEAT_WINDOW, openBeats, recoveryOf } from './simulatedBeat.ts';

/** PMJs and their layer where nothing else is said (Grandits et al., Med Image Anal 2025). */
const PMJS = 300;
const LAYER_mm = 2.5;
const SEED = 1;
/** The front's ways go as deep as this many edges of the mesh, where that is deeper than the layer: in a thinner one they are torn, the more the smaller the heart. Ours. */
const WAYS_edges = 1.5;

/**
 * The same function for every anatomy: what a calibration starts from before it has seen an ECG, the middles of its priors. The front's speed is the middle, by
 * factors, of the span in which a calibration looks for it (`fitFront`): QRS durations are then 70–80 ms on synthetic hearts of either sex, as their twins'.
 */
export const REFERENCE_LAW: FunctionLaw = {
  lv: DEFAULT_VELOCITY,
  rv: DEFAULT_VELOCITY,
  front_mm_ms: 1.55,
  repolarisation: {
    ari_ms: DEFAULT_REPOLARISATION.ari_ms.mean,
    apicobasal_ms: DEFAULT_REPOLARISATION.apicobasal_ms.mean,
    transmural_ms: DEFAULT_REPOLARISATION.transmural_ms.mean,
    interventricular_ms: DEFAULT_REPOLARISATION.interventricular_ms.mean,
    anteroposterior_ms: DEFAULT_REPOLARISATION.anteroposterior_ms.mean,
    coupling: DEFAULT_REPOLARISATION.coupling.mean,
    downstroke_ms: DEFAULT_REPOLARISATION.downstroke_ms.mean,
  },
};

/** A heart that is to run by laws. */
export interface LawHeart {
  /** In its own volume conductor where it has one (`electrodeFields`), otherwise in an infinite homogeneous medium */
  readonly anatomy: Pick<Anatomy, 'mesh' | 'endocardialDistance' | 'coordinates' | 'electrodes' | 'electrodeFields'>;
  readonly backend: Backend;
  readonly conductivity: TissueConductivity;
  readonly pmjs?: number;
  readonly layer_mm?: number;
  readonly seed?: number;
  /** Parts of the muscle that conduct faster or slower; none when absent */
  readonly conduction?: ConductionSettings;
}

/** A heart's beat by a law. */
export interface LawBeat {
  readonly parameters: ActivationParameters;
  /** ms, [nodes]; NaN on nodes without tetrahedra */
  readonly activation_ms: Float64Array;
  readonly repolarisation_ms: Float64Array;
  /** On `BEAT_WINDOW`, mV, [samples, 8 independent leads] */
  readonly ecg_mV: Float64Array;
  readonly features: BeatFeatures;
}

/** A heart opened once, that answers law after law. */
export interface LawSimulator {
  /** @throws TwinError NoConvergence when a law's velocities leave the solver's range */
  simulate(law: FunctionLaw): Promise<LawBeat>;
  close(): Promise<void>;
}

/**
 * Opens a heart for many laws. PMJs are spread over its subendocardial layer once, by the seed; their times are those of the law's front, without the
 * jitter of a calibration's start, so that a law and a heart are all that an answer depends on.
 *
 * @throws TwinError BadAnatomy when electrodes or layer are impossible
 */
export async function openLawSimulator(heart: LawHeart): Promise<LawSimulator> {
  const { anatomy, backend, conductivity, pmjs = PMJS, layer_mm = LAYER_mm, seed = SEED, conduction = {} } = heart;
  const layer = openLayer(anatomy, { layer_mm });
  const { positions } = placePmjs(anatomy, layer, pmjs, seed);
  const frontOf = openPurkinjeFront(anatomy, layer_mm, Math.max(layer_mm, WAYS_edges * meanEdge_mm(anatomy.mesh)));
  const leadVectors = leadVectorsOf(anatomy, anatomy.electrodes, conductivity);
  const open = await backend.open({
    mesh: withConductionSpeed(anatomy.mesh, anatomy.endocardialDistance, conduction),
    leadVectors,
    leads: LEADS,
    window: BEAT_WINDOW,
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const beatOf = openBeats();
  return {
    async simulate({ lv, rv, front_mm_ms, repolarisation }) {
      const pmjTimes_ms = interpolateAt(layer.locator, positions, frontOf(front_mm_ms));
      const parameters = { pmjPositions: positions, pmjTimes_ms, lv, rv };
      const activation_ms = muscleTimes((await open.solve(parameters)).activation_ms);
      const recovery = recoveryOf(anatomy, activation_ms, repolarisation);
      const { repolarisation_ms } = recovery;
      return { parameters, activation_ms, repolarisation_ms, ...beatOf(leadVectors, { activation_ms, recovery }) };
    },
    close: () => open.close(),
  };
}

/** One heart, one law. @throws TwinError as `openLawSimulator` and its `simulate` */
export async function simulateLaw({ law, ...heart }: LawHeart & { readonly law: FunctionLaw }): Promise<LawBeat> {
  const simulator = await openLawSimulator(heart);
  try {
    return await simulator.simulate(law);
  } finally {
    await simulator.close();
  }
}

/** Activation times as twins keep them: NaN where there is no muscle. */
export const muscleTimes = (activation_ms: Float64Array): Float64Array =>
  activation_ms.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time));

import type { Anatomy } from '../anatomy/anatomy.ts';
import { type ConductionSettings, withConductionSpeed } from '../anatomy/conductionSpeed.ts';
import type { Backend } from '../backend.ts';
import { throwIfAborted, VENTRICULAR_UPSTROKE } from '../calibrate/calibrateLevel.ts';
import type { ActivationParameters, ConductionVelocity, TissueConductivity } from '../calibrate/twin.ts';
import { homogeneousLeadVectors } from '../ecg/leadField.ts';
import { LEADS } from '../ecg/leads.ts';
import { SCAR_VELOCITY_mm_ms } from '../eikonal/metric.ts';
import { nodeCount } from '../mesh/tetMesh.ts';
import { exchangeElectrodes, type Geometry, heartAtSize, openGeometry } from './exchangeGeometry.ts';
import type { BeatFeatures } from './functionLaw.ts';
import { type Fronts, openBeats, recoveryOf } from './simulatedBeat.ts';
import { muscleTimes } from './simulateLaw.ts';
import { stretchedTimes, type TransportSettings, type TwinFunction, transportFunction } from './transportFunction.ts';

/** The two of a pair, in the order of rows. */
export const SEXES = ['female', 'male'] as const;
export type PairMember = (typeof SEXES)[number];

/** Whose is what of a counterfactual twin. */
export interface Exchange {
  readonly heartShape: PairMember;
  readonly heartSize: PairMember;
  readonly heartPosition: PairMember;
  readonly torso: PairMember;
  readonly function: PairMember;
}

/** A counterfactual twin, summed up. */
export interface SwapRow extends Exchange, BeatFeatures {}

/** One person of a pair. */
export interface SwapPerson {
  readonly anatomy: Anatomy;
  readonly function: TwinFunction;
}

export interface SwapInput extends TransportSettings {
  readonly female: SwapPerson;
  readonly male: SwapPerson;
  readonly backend: Backend;
  readonly conductivity: TissueConductivity;
  readonly conduction?: ConductionSettings;
  readonly signal?: AbortSignal;
}

/** All of a pair's counterfactual twins. */
export interface Swaps {
  /** 2⁵, by shape, size, position, torso and function, the woman's first */
  readonly rows: readonly SwapRow[];
  /** Largest distance by which a transported PMJ is off its coordinates, mm */
  readonly mostOff_mm: number;
}

/**
 * Every way to put a woman's and a man's heart shape, heart size, heart position, torso and function together, as twins. The ECG is that of the infinite homogeneous
 * medium for all of them; without a recorder's gain. Activation knows nothing of position and torso, so that eight waves serve for 32 twins.
 *
 * @throws TwinError BadAnatomy when a heart cannot stand where it is put (an electrode inside it) or lacks a ventricle, NoConvergence, Cancelled
 */
export async function swapPair(input: SwapInput): Promise<Swaps> {
  const people = { female: input.female, male: input.male };
  const geometries = { female: openGeometry(people.female.anatomy), male: openGeometry(people.male.anatomy) };
  const beatsOf = { female: openBeats(), male: openBeats() };
  const rows: SwapRow[] = [];
  let mostOff_mm = 0;
  for (const heartShape of SEXES) {
    const shape = geometries[heartShape];
    const carried = {} as Record<PairMember, ActivationParameters>;
    for (const owner of SEXES) {
      if (owner === heartShape) {
        carried[owner] = people[owner].function.parameters;
        continue;
      }
      const { parameters, off_mm } = transportFunction(
        people[owner].function,
        geometries[owner].anatomy,
        shape.anatomy,
        { layer_mm: input.layer_mm, times: 'kept' },
      );
      carried[owner] = parameters;
      mostOff_mm = off_mm.reduce((most, off) => Math.max(most, off), mostOff_mm);
    }
    for (const heartSize of SEXES) {
      const { size_mm } = geometries[heartSize];
      const functions = SEXES.map((owner) => ({
        ...people[owner].function,
        parameters: {
          ...carried[owner],
          pmjTimes_ms: stretchedTimes(
            carried[owner].pmjTimes_ms,
            input.times === 'kept' ? 1 : size_mm / geometries[owner].size_mm,
          ),
        },
      }));
      const fronts = await activate(input, shape, size_mm / shape.size_mm, functions);
      const { mesh } = heartAtSize(shape, size_mm);
      for (const heartPosition of SEXES) {
        for (const torso of SEXES) {
          throwIfAborted(input.signal);
          const electrodes = exchangeElectrodes(shape, geometries[heartPosition], geometries[torso]);
          const leadVectors = homogeneousLeadVectors(mesh, electrodes, input.conductivity);
          for (const [at, owner] of SEXES.entries()) {
            const { features } = beatsOf[owner](leadVectors, fronts[at] as Fronts);
            rows.push({ heartShape, heartSize, heartPosition, torso, function: owner, ...features });
          }
        }
      }
    }
  }
  return { rows, mostOff_mm };
}

/**
 * Fronts of several functions on a heart made larger by a factor s, solved on the heart as it is with all velocities v/s: the same times, since
 *
 *     |∇τ(x/s)| in the larger heart = |∇τ(x)|/s,
 *
 * and a mesh with edges in proportion to the heart is left no error of its own to show as an effect of size. The solver's own ECG is not asked for.
 */
async function activate(
  { backend, conduction = {}, signal }: SwapInput,
  { anatomy }: Geometry,
  factor: number,
  functions: readonly TwinFunction[],
): Promise<Fronts[]> {
  const { mesh, endocardialDistance } = anatomy;
  const open = await backend.open({
    mesh: withConductionSpeed(mesh, endocardialDistance, conductionFor(conduction, factor)),
    leadVectors: new Float32Array(nodeCount(mesh) * LEADS),
    leads: LEADS,
    window: { start_ms: 0, interval_ms: 1, samples: 1 },
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  try {
    const fronts: Fronts[] = [];
    for (const { parameters, repolarisation } of functions) {
      throwIfAborted(signal);
      const { lv, rv } = parameters;
      const slower = { ...parameters, lv: velocityFor(lv, factor), rv: velocityFor(rv, factor) };
      const activation_ms = muscleTimes((await open.solve(slower)).activation_ms);
      const recovery = repolarisation && recoveryOf(anatomy, activation_ms, repolarisation);
      fronts.push({ activation_ms, ...(recovery && { recovery }) });
    }
    return fronts;
  } finally {
    await open.close();
  }
}

const velocityFor = ({ fibre_mm_ms, transverse_mm_ms }: ConductionVelocity, factor: number): ConductionVelocity => ({
  fibre_mm_ms: fibre_mm_ms / factor,
  transverse_mm_ms: transverse_mm_ms / factor,
});

/** Lengths and velocities of a heart's parts, by the factor. Scar has a velocity of its own, which is said where it is no default. */
function conductionFor({ endocardium, scarVelocity_mm_ms }: ConductionSettings, factor: number): ConductionSettings {
  if (factor === 1) return { endocardium, scarVelocity_mm_ms };
  return {
    endocardium: endocardium && { ...endocardium, thickness_mm: endocardium.thickness_mm / factor },
    scarVelocity_mm_ms: (scarVelocity_mm_ms ?? SCAR_VELOCITY_mm_ms) / factor,
  };
}

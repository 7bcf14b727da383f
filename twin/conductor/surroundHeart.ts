import type { Body, Electrodes, Surfaces } from '../anatomy/anatomy.ts';
import { ELECTRODES } from '../anatomy/anatomy.ts';
import type { Finding } from '../errors.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { type ConductorInput, checkConductor, conductorFields } from './conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from './conductorSettings.ts';
import { torsoFor } from './torsoFor.ts';
import type { ConductorConductivity, TorsoModel, TriangleSurface } from './torsoModel.ts';

/** A heart, and what is known of the body around it. */
export interface HeartToSurround {
  readonly mesh: TetMesh;
  readonly surfaces: Surfaces;
  readonly atria: TetMesh | undefined;
  /** Blood as a label map shows it; undefined: the ventricles', closed at the base */
  readonly blood: readonly TriangleSurface[] | undefined;
  /** Turns the torso's frame into the mesh's where that is known, [9]; undefined: as hearts usually lie */
  readonly rotation: readonly number[] | undefined;
  /** In the frame of the mesh; undefined where they are placed on the torso */
  readonly electrodes: Electrodes | undefined;
  readonly body: Body | undefined;
  /** The subject's own; undefined to have one made */
  readonly torso: TorsoModel | undefined;
  readonly conductivity: ConductorConductivity;
  /** False where the fields are not needed: everything is checked, nothing solved */
  readonly isSolved: boolean;
}

/** The body around a heart, with electrodes on its skin and their potentials in the heart. */
export interface Surroundings {
  readonly torso: TorsoModel;
  readonly electrodes: Electrodes;
  /** As `Anatomy.electrodeFields`; absent where they were not asked for */
  readonly electrodeFields?: Float32Array;
  readonly atrialFields?: Float32Array;
  readonly findings: readonly Finding[];
}

/**
 * Puts a heart into a body (`torsoFor`) and solves for the potentials of its electrodes.
 *
 * @throws TwinError BadInput as `torsoFor`, BadAnatomy and NoConvergence as `conductorFields`
 */
export function surroundHeart(input: HeartToSurround): Surroundings {
  const { mesh, atria, blood, conductivity } = input;
  const { body, rotation, torso: given } = input;
  const heart = { mesh, surfaces: input.surfaces };
  const { electrodes, ...placed } = torsoFor({
    heart,
    electrodes: input.electrodes,
    body,
    given,
    rotation,
    age_y: body?.age_y,
  });
  const torso = blood === undefined ? placed.torso : { ...placed.torso, blood };
  const conductor: ConductorInput = {
    heart: mesh,
    ...(atria === undefined ? {} : { extraMuscle: atria }),
    torso,
    electrodes: ELECTRODES.map((name) => electrodes[name]),
    names: ELECTRODES,
    conductivity,
    settings: DEFAULT_CONDUCTOR_SETTINGS,
  };
  if (!input.isSolved) return { torso, electrodes, findings: [...placed.findings, ...checkConductor(conductor)] };
  const { fields, extraFields, findings } = conductorFields(conductor);
  return {
    torso,
    electrodes,
    electrodeFields: Float32Array.from(fields),
    ...(extraFields === undefined ? {} : { atrialFields: Float32Array.from(extraFields) }),
    findings: [...placed.findings, ...findings],
  };
}

import type { Body, Electrodes, Surfaces } from '../anatomy/anatomy.ts';
import { ELECTRODES } from '../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { type ConductorInput, checkConductor, conductorFields, usedPlaces } from './conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from './conductorSettings.ts';
import { torsoAround } from './torsoAround.ts';
import { fitTorso } from './torsoFit.ts';
import { checkTorso } from './torsoFromSurfaces.ts';
import type { ConductorConductivity, TorsoModel, TriangleSurface } from './torsoModel.ts';

/** A heart, and what is known of the body around it. */
export interface HeartToSurround {
  /** The mesh file's name, for messages */
  readonly name: string;
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
 * Puts a heart into a body and solves for the potentials of its electrodes. The body is the subject's own where it is given; otherwise a statistical torso,
 * through the electrodes where these are given and of the subject's size where that is known.
 *
 * @throws TwinError BadInput where neither electrodes nor a body's size are known, or electrodes and heart belong to no one body; BadAnatomy and
 *   NoConvergence as `conductorFields`
 */
export function surroundHeart(input: HeartToSurround): Surroundings {
  const { mesh, atria, blood, conductivity } = input;
  const { electrodes, ...placed } = placeTorso(input);
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

function placeTorso(input: HeartToSurround): Pick<Surroundings, 'torso' | 'electrodes' | 'findings'> {
  const { name, mesh, surfaces, electrodes, body, torso, rotation } = input;
  const options = rotation === undefined ? {} : { rotation };
  const heart = { mesh, surfaces };
  if (torso !== undefined) {
    // Where electrodes usually lie is known on a statistical torso; from there they are moved onto the subject's own skin.
    const known = electrodes ?? torsoAround(heart, body ?? refuse(name), options).electrodes;
    const checked = checkTorso(torso, usedPlaces(mesh.points, mesh.tets), known);
    return { torso, electrodes: checked.electrodes, findings: [...torso.findings, ...checked.findings] };
  }
  const made =
    electrodes === undefined
      ? torsoAround(heart, body ?? refuse(name), options)
      : fitTorso({ heart, electrodes, ...(body === undefined ? {} : { body }) });
  return { torso: made.torso, electrodes: made.electrodes, findings: made.torso.findings };
}

function refuse(name: string): never {
  throw new TwinError(
    'BadInput',
    `${name}: no electrodes are given, and sex, height and weight to place them by are not all known; add an electrode file or complete the sample sheet`,
  );
}

import type { Body, Electrodes } from '../anatomy/anatomy.ts';
import { regionCentroid } from '../anatomy/torso.ts';
import { type Finding, TwinError } from '../errors.ts';
import { REGION } from '../mesh/tetMesh.ts';
import { bloodPools } from './bloodPools.ts';
import { usedPlaces } from './conductorFields.ts';
import { electrodesOnSkin } from './skinElectrodes.ts';
import { type HeartInside, torsoAround } from './torsoAround.ts';
import { fitTorso } from './torsoFit.ts';
import { TORSO_IS_MESH } from './torsoFrame.ts';
import { checkTorso } from './torsoFromSurfaces.ts';
import type { TorsoModel } from './torsoModel.ts';

/** What is known of a subject's body. */
export interface TorsoInput {
  readonly heart: HeartInside;
  /** Turns the torso's frame into the mesh's where that is known, as of an image, [9] row-major */
  readonly rotation?: readonly number[] | undefined;
  /** In the frame of the mesh, mm; undefined where none were given */
  readonly electrodes: Electrodes | undefined;
  readonly body: Body | undefined;
  /** Of files (`torsoFromSurfaces`) or of a label map (`torsoFromLabels`), where the subject has one */
  readonly given?: TorsoModel | undefined;
  readonly age_y?: number | undefined;
  readonly chestCircumference_mm?: number | undefined;
}

/** A subject's torso and its nine electrodes on the skin. */
export interface SubjectTorso {
  readonly torso: TorsoModel;
  readonly electrodes: Electrodes;
  /** Of the torso and of the electrodes on it */
  readonly findings: readonly Finding[];
}

/** Body height that stands in where none is known, mm: between the survey's mean woman and man. */
const UNKNOWN_HEIGHT_mm = 1700;

/**
 * The torso around a heart from the best that is known: given surfaces; else the statistical torso through given electrodes; else that of sex, height and weight.
 * Electrodes come to lie on the skin, or are placed there; the ventricles' blood is added where the torso has none.
 *
 * @throws TwinError BadInput when nothing is known, or when heart, electrodes and torso do not belong together
 */
export function torsoFor(input: TorsoInput): SubjectTorso {
  const { heart, electrodes, body, given, age_y, chestCircumference_mm, rotation } = input;
  const known = { ...(age_y === undefined ? {} : { age_y }), ...(rotation === undefined ? {} : { rotation }) };
  if (given) {
    const placed = electrodes ?? placeOn(given, input);
    const { electrodes: onSkin, findings } = checkTorso(given, usedPlaces(heart.mesh.points, heart.mesh.tets), placed);
    const blood = given.blood.length > 0 ? given.blood : bloodPools(heart.mesh.points, heart.surfaces);
    return { torso: { ...given, blood }, electrodes: onSkin, findings: [...given.findings, ...findings] };
  }
  if (electrodes) {
    const fitted = fitTorso({ heart, electrodes, ...(body ? { body } : {}), ...known });
    return { torso: fitted.torso, electrodes: fitted.electrodes, findings: fitted.torso.findings };
  }
  if (!body) {
    throw new TwinError(
      'BadInput',
      'no electrodes are given, and sex, height and weight to place them by are not all known; add an electrode file or complete the sample sheet',
    );
  }
  const chest = chestCircumference_mm === undefined ? {} : { chestCircumference_mm };
  const around = torsoAround(heart, body, { ...known, ...chest });
  return { torso: around.torso, electrodes: around.electrodes, findings: around.torso.findings };
}

function placeOn({ skin, frame = TORSO_IS_MESH }: TorsoModel, { heart, body }: TorsoInput): Electrodes {
  const heartCentre = regionCentroid(heart.mesh, REGION.lv);
  return electrodesOnSkin({ skin, frame, heartCentre }, body ? 10 * body.height_cm : UNKNOWN_HEIGHT_mm);
}

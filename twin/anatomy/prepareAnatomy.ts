import { ATRIUM, type Atria } from '../atria/atria.ts';
import { type FoundAtria, prepareAtriaIfSound } from '../atria/prepareAtria.ts';
import { splitChambers } from '../atria/splitChambers.ts';
import { surroundHeart } from '../conductor/surroundHeart.ts';
import type { ConductorConductivity, TorsoModel, TriangleSurface } from '../conductor/torsoModel.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { RawMesh } from '../formats/format.ts';
import { checkMesh } from '../mesh/checkMesh.ts';
import { REGION, type TetMesh } from '../mesh/tetMesh.ts';
import type { LengthUnit } from '../units.ts';
import type { Anatomy, AnatomySettings, Body, ConsistentCoordinates, Electrodes, Surfaces } from './anatomy.ts';
import { consistentCoordinates } from './consistentCoordinates.ts';
import { ventricularCoordinates } from './coordinates.ts';
import { checkElectrodes } from './electrodes.ts';
import { endocardialDistance } from './endocardialDistance.ts';
import { doubtFibres } from './fibreDoubts.ts';
import { solveHarmonicFields } from './harmonicFields.ts';
import { splitVentricles } from './regions.ts';
import { ruleBasedFibres } from './ruleBasedFibres.ts';
import { findSurfaces } from './surfaces.ts';
import { placeElectrodes, poseOfMesh } from './torso.ts';
import { findLvAxis } from './ventricleAxis.ts';

/** What one heart is prepared from. */
export interface AnatomyInput {
  readonly raw: RawMesh;
  /** The mesh file's name, for messages. */
  readonly name: string;
  /** What more is known of a heart that was meshed here, from a label map */
  readonly image?: HeartOfImage | undefined;
  /** In the frame of the mesh, mm; undefined to have them placed on a torso of the subject's size. */
  readonly electrodes: Electrodes | undefined;
  /** Needed where electrodes are not given. */
  readonly body: Body | undefined;
  readonly settings: AnatomySettings;
  /** The body as a volume conductor; absent: an infinite homogeneous medium */
  readonly conductor?: {
    /** The subject's own torso, in the frame of the mesh; absent to have one made */
    readonly torso?: TorsoModel | undefined;
    readonly conductivity: ConductorConductivity;
    /** False to check everything and solve nothing */
    readonly isSolved: boolean;
  };
}

/** What a label map shows beside the mesh of its ventricles, whose tags are those of REGION; all in the patient's frame (LPS, mm). */
export interface HeartOfImage {
  /** The boundary by part, in the nodes of the ventricles */
  readonly surfaces: Surfaces;
  /** With the tags of ATRIUM */
  readonly atria?: RawMesh;
  readonly blood: readonly TriangleSurface[];
  /** Where the map shows the body's outside */
  readonly torso?: TorsoModel;
  readonly findings: readonly Finding[];
}

/** A mesh of a label map has these tags, whatever the study's meshes have. */
const IMAGE_REGIONS: AnatomySettings['regions'] = { lv: [REGION.lv], rv: [REGION.rv], scar: [REGION.scar] };
const IMAGE_ATRIA: AnatomySettings['regions'] = { la: [ATRIUM.la], ra: [ATRIUM.ra] };
/** An image lies in the body as its own axes say. */
const LIES_AS_BODY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/**
 * From a mesh as a file has it to a heart that can be calibrated and measured: chambers parted, gates, surfaces, ventricles, coordinates, fibres,
 * distances, atria, electrodes and the body around them, in this order. The same input gives the same bits.
 *
 * @throws TwinError BadInput for what a file cannot say, BadAnatomy for a heart that cannot carry a twin, NoConvergence when a Laplace
 *   solution fails
 */
export function prepareAnatomy(input: AnatomyInput): Anatomy {
  const { raw, name, image } = input;
  const settings =
    image === undefined ? input.settings : { ...input.settings, regions: IMAGE_REGIONS, fibres: 'rule' as const };
  const chambers = splitChambers(raw, settings.regions, name);
  const { unit, findings, ...ventricles } = prepareVentricles(chambers.ventricles.raw, { ...input, settings });
  const { atria, findings: atrialFindings } = atriaOf({ ...input, settings }, chambers.atria?.raw, {
    ventricles,
    unit,
  });
  const placed = placeInBody(input, ventricles, atria);
  const { mesh, surfaces, coordinates, consistent, origin } = ventricles;
  return {
    mesh,
    surfaces,
    coordinates,
    ...(consistent === undefined ? {} : { consistent }),
    endocardialDistance: endocardialDistance(mesh, surfaces),
    electrodes: placed.electrodes,
    ...(placed.torso === undefined ? {} : { torso: placed.torso }),
    ...(placed.electrodeFields === undefined ? {} : { electrodeFields: placed.electrodeFields }),
    ...(atria === undefined ? {} : { atria: { ...atria, ...placed.atrialFields } }),
    findings: [...(image?.findings ?? []), ...chambers.findings, ...findings, ...atrialFindings, ...placed.findings],
    origin: { ...origin, electrodes: input.electrodes ? 'file' : 'torso-model' },
  };
}

/** The ventricles of a heart, with what their file was. */
interface Ventricles extends Pick<Anatomy, 'mesh' | 'surfaces' | 'coordinates' | 'findings'> {
  readonly consistent: ConsistentCoordinates | undefined;
  readonly unit: LengthUnit;
  readonly origin: Pick<Anatomy['origin'], 'fibres' | 'regions'>;
}

function prepareVentricles(raw: RawMesh, { name, settings, image }: AnatomyInput): Ventricles {
  const { mesh: checked, findings, hasFibres, hasRegions, unit } = checkMesh(raw, { ...settings, name });
  const { surfaces, findings: surfaceFindings } = image
    ? { surfaces: image.surfaces, findings: [] }
    : findSurfaces(checked);
  const fields = solveHarmonicFields(checked, surfaces);
  const hasScar = checked.regions.includes(REGION.scar);
  const split = hasRegions && !hasScar ? checked.regions : splitVentricles(checked, fields);
  const regions = hasRegions ? checked.regions : withScar(split, checked.regions);
  const ventricles = hasRegions && hasScar ? withoutScar(checked.regions, split) : split;
  const rule =
    hasFibres && settings.fibres !== 'rule' ? undefined : ruleBasedFibres(checked, fields, settings.helix_deg);
  const mesh: TetMesh = { ...checked, regions, fibres: rule ?? checked.fibres };
  return {
    mesh,
    surfaces,
    coordinates: ventricularCoordinates(mesh, surfaces, fields, ventricles),
    consistent: consistentCoordinates(mesh, surfaces, fields),
    findings: [...findings, ...surfaceFindings, ...(rule ? [] : doubtFibres(mesh, fields))],
    unit,
    origin: { fibres: rule ? 'rule' : 'file', regions: hasRegions ? 'file' : 'geometry' },
  };
}

function atriaOf(
  { name, image, settings }: AnatomyInput,
  parted: RawMesh | undefined,
  { ventricles, unit }: { readonly ventricles: Pick<Anatomy, 'mesh' | 'surfaces'>; readonly unit: LengthUnit },
): FoundAtria {
  if (image?.atria !== undefined) {
    const ofImage = { rotation: LIES_AS_BODY, settings: { ...settings, regions: IMAGE_ATRIA } };
    return prepareAtriaIfSound(image.atria, { ventricles, unit, name, ...ofImage });
  }
  return parted === undefined ? { findings: [] } : prepareAtriaIfSound(parted, { ventricles, unit, name, settings });
}

interface PlacedHeart extends Pick<Anatomy, 'electrodes' | 'torso' | 'electrodeFields' | 'findings'> {
  readonly atrialFields?: Pick<Atria, 'electrodeFields'>;
}

/** Electrodes around the heart; with a volume conductor also the body and its potentials. */
function placeInBody(
  { name, electrodes, body, conductor, image }: AnatomyInput,
  { mesh, surfaces }: Pick<Anatomy, 'mesh' | 'surfaces'>,
  atria: Atria | undefined,
): PlacedHeart {
  const origin = electrodes ? 'file' : 'torso-model';
  const findings: Finding[] = electrodes ? [] : [PLACED];
  if (conductor === undefined) {
    const placed = electrodes ?? placeOnTorso({ name, mesh, surfaces, isOfImage: image !== undefined }, body);
    return {
      electrodes: placed,
      findings: [...checkElectrodes(mesh.points, surfaces, placed, origin), ...findings],
    };
  }
  const { conductivity, isSolved } = conductor;
  const torso = conductor.torso ?? image?.torso;
  const {
    atrialFields,
    findings: found,
    ...placed
  } = surroundHeart({
    mesh,
    surfaces,
    atria: atria?.mesh,
    blood: image?.blood,
    rotation: image === undefined ? undefined : LIES_AS_BODY,
    electrodes,
    body,
    torso,
    conductivity,
    isSolved,
  });
  findings.push(...checkElectrodes(mesh.points, surfaces, placed.electrodes, origin));
  return {
    ...placed,
    ...(atrialFields === undefined ? {} : { atrialFields: { electrodeFields: atrialFields } }),
    findings: [...findings, ...found],
  };
}

const PLACED: Finding = {
  code: 'electrodes-placed',
  severity: 'warning',
  message: "No electrodes were given; they were placed on a torso of the subject's sex, height and weight.",
};

function placeOnTorso(
  heart: Pick<Anatomy, 'mesh' | 'surfaces'> & { readonly name: string; readonly isOfImage: boolean },
  body: Body | undefined,
): Electrodes {
  const { name, mesh, surfaces, isOfImage } = heart;
  if (body) {
    const pose = poseOfMesh(mesh, findLvAxis(mesh.points, surfaces.lvEndo).direction);
    return placeElectrodes(body, isOfImage ? { ...pose, rotation: LIES_AS_BODY } : pose);
  }
  throw new TwinError(
    'BadInput',
    `${name}: no electrodes are given, and sex, height and weight to place them by are not all known; add an electrode file or complete the sample sheet`,
  );
}

/** Ventricles found by geometry, with the scars of the file kept. */
function withScar(ventricles: Uint8Array, regions: Uint8Array): Uint8Array {
  return ventricles.map((ventricle, tet) => (regions[tet] === REGION.scar ? REGION.scar : ventricle));
}

/** The file's ventricles, with scars given to the ventricle in which they lie. */
function withoutScar(regions: Uint8Array, ventricles: Uint8Array): Uint8Array {
  return regions.map((region, tet) => (region === REGION.scar ? ventricles[tet] : region));
}

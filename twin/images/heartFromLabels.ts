import type { Point, Surfaces } from '../anatomy/anatomy.ts';
import { ATRIUM } from '../atria/atria.ts';
import type { TriangleSurface } from '../conductor/torsoModel.ts';
import type { Finding } from '../errors.ts';
import type { RawMesh } from '../formats/format.ts';
import { REGION } from '../mesh/tetMesh.ts';
import { type MaterialMesh, meshMaterials } from '../meshing/meshMaterials.ts';
import { cutOut, surfaceOf } from '../meshing/surfaceOf.ts';
import { mLFromMm3 } from '../units.ts';
import { voxelVolume_mm3 } from './affine.ts';
import type { BasePlane } from './basePlane.ts';
import { type Contact, findContact } from './contacts.ts';
import { type GrownWall, growWalls } from './grownWalls.ts';
import { heartMapOf } from './heartMap.ts';
import { type HeartPart, heartPartOf } from './heartParts.ts';
import { nameSurfaces } from './heartSurfaces.ts';
import { DEFAULT_IMAGES, type ImageSettings, type Tissue } from './labelImage.ts';
import { levelSetsOf } from './levelSets.ts';
import { countVoxels, type TissueImage } from './tissueImage.ts';

export type HeartOptions = Omit<ImageSettings, 'labels'>;

/** Volume of a tissue in the map and in the mesh; arteries, which are cut short, are left out. */
export interface TissueReport {
  readonly tissue: Tissue;
  /** Voxels times their volume, below the base plane; NaN for a wall that was grown */
  readonly map_mL: number;
  readonly mesh_mL: number;
  /** Mesh over map less 1, %; NaN for a wall that was grown */
  readonly error_percent: number;
  readonly isGrown: boolean;
}

export type ChamberName = 'lv' | 'rv' | 'la' | 'ra';
export type ValveName = 'mitral' | 'tricuspid' | 'aortic' | 'pulmonary';

/** Where blood of two sides of a valve touches in the map. */
export interface ValvePlane {
  /** mm */
  readonly centre: Point;
  /** Unit vector out of the ventricle */
  readonly normal: Point;
  readonly area_mm2: number;
}

/** A heart as a label map shows it: LPS, mm. */
export interface LabelledHeart {
  /** Muscle of both ventricles and its scar; tags are those of REGION */
  readonly ventricles: RawMesh;
  /** As the labels show them, in the nodes of `ventricles` */
  readonly surfaces: Surfaces;
  /** Unit vector from apex to base */
  readonly toBase: Point;
  /** Muscle of both atria, tags those of ATRIUM, with nodes of its own; where the map shows an atrium */
  readonly atria?: { readonly raw: RawMesh };
  /** Blood, mL; as in the map below the base plane and as meshed */
  readonly cavities: Readonly<Partial<Record<ChamberName, { readonly map_mL: number; readonly mesh_mL: number }>>>;
  /** Closed surfaces of each chamber's blood and of the arteries' beginnings */
  readonly blood: readonly TriangleSurface[];
  readonly valves: Readonly<Partial<Record<ValveName, ValvePlane>>>;
  /** Where the ventricles were cut because the map shows no atria */
  readonly plane?: BasePlane;
  readonly report: readonly TissueReport[];
  readonly findings: readonly Finding[];
}

const MUSCLES: readonly Tissue[] = ['lvMuscle', 'rvMuscle', 'laMuscle', 'raMuscle', 'scar'];
const BLOOD_OF = { lv: 'lvBlood', rv: 'rvBlood', la: 'laBlood', ra: 'raBlood' } as const;
const VENTRICLE_TAGS: Readonly<Partial<Record<Tissue, number>>> = {
  lvMuscle: REGION.lv,
  rvMuscle: REGION.rv,
  scar: REGION.scar,
};
const ATRIUM_TAGS: Readonly<Partial<Record<Tissue, number>>> = { laMuscle: ATRIUM.la, raMuscle: ATRIUM.ra };
const ARTERIES: readonly Tissue[] = ['aorta', 'pulmonaryArtery'];
/** Blood of two sides that touches in less is no valve, mm²: an aortic valve has 300 and more. */
const LEAST_VALVE_mm2 = 50;
/** A labelled RV wall of a stack is nowhere thinner, mm; our choice, half of an adult's. */
const LEAST_RV_WALL_mm = 1.5;
/** Walls stay closed at edges up to this many times their thickness. */
const EDGE_PER_THICKNESS = 1.5;
/** Room of the level sets around a grown wall. */
const WALL_ROOM_mm = 3;
/** More muscle that hangs on nothing is worth a word, mm³. */
const DETACHED_mm3 = 5;

/**
 * The heart of a cleaned label map: level sets, walls grown where the map labels only blood, one conforming mesh of all muscle with the blood's surfaces,
 * then ventricles and atria as two meshes (the fibrous ring between them conducts nothing) and surfaces named by what lies beyond them.
 * The septum belongs to the LV.
 *
 * @throws TwinError BadAnatomy when the map lacks LV muscle, LV blood or RV blood, or nothing shows where the ventricles end
 */
export function heartFromLabels(map: TissueImage, options: Partial<HeartOptions> = {}): LabelledHeart {
  const settings = { ...DEFAULT_IMAGES, ...options };
  const { edge_mm, rvWall_mm, atrialWall_mm } = settings;
  const reach_mm = Math.max(rvWall_mm, atrialWall_mm) + 2 * edge_mm;
  const { counted, image, plane, findings } = heartMapOf(map, settings.papillary, reach_mm);
  const levels = levelSetsOf(image, { margin_mm: Math.max(rvWall_mm, atrialWall_mm) + WALL_ROOM_mm });
  const walls = [
    ...wallsToGrow(image.tissues, rvWall_mm, atrialWall_mm),
    ...(plane && image.tissues.includes('rvMuscle') ? [leastRvWall(rvWall_mm, edge_mm)] : []),
  ];
  const materials = growWalls(levels, walls, plane);
  const { names } = materials;
  const all = names.map((_, material) => material);
  const mapVolumes = volumesInMap(counted, names);
  const mesh = meshMaterials(materials, {
    edge_mm,
    surfacesOnly: all.filter((material) => !MUSCLES.includes(names[material])),
    walls: all.filter((material) => MUSCLES.includes(names[material]) && names[material] !== 'scar'),
    bodies: [VENTRICLE_TAGS, ATRIUM_TAGS].map((tags) => all.filter((material) => tags[names[material]] !== undefined)),
    volumes_mm3: mapVolumes,
  });
  const ventricles = heartPartOf(
    mesh,
    names.map((name) => VENTRICLE_TAGS[name] ?? 0),
  );
  const atria = heartPartOf(
    mesh,
    names.map((name) => ATRIUM_TAGS[name] ?? 0),
  );
  const valves = valvesOf(image);
  const toBase = axisToBase(image, plane, valves);
  const isVentricle = names.map((name) => VENTRICLE_TAGS[name] !== undefined);
  return {
    ventricles: ventricles.raw,
    surfaces: nameSurfaces(mesh, names, isVentricle, ventricles, toBase),
    toBase,
    ...(atria.raw.tets.length > 0 ? { atria: { raw: atria.raw } } : {}),
    cavities: cavitiesOf(mesh, names, mapVolumes),
    blood: all
      .filter((material) => !MUSCLES.includes(names[material]))
      .map((material) => cutOut(mesh.points, surfaceOf(mesh.interfaces, [material])))
      .filter(({ triangles }) => triangles.length > 0),
    valves,
    ...(plane ? { plane } : {}),
    report: reportOf(mesh, names, mapVolumes),
    findings: [
      ...map.findings,
      ...findings,
      ...levels.findings,
      ...grownFindings(walls, image.tissues),
      ...detachedFindings(ventricles, 'ventricles'),
      ...detachedFindings(atria, 'atria'),
    ],
  };
}

function wallsToGrow(tissues: readonly Tissue[], rvWall_mm: number, atrialWall_mm: number): GrownWall[] {
  const all: readonly GrownWall[] = [
    { muscle: 'rvMuscle', blood: 'rvBlood', thickness_mm: rvWall_mm },
    { muscle: 'laMuscle', blood: 'laBlood', thickness_mm: atrialWall_mm },
    { muscle: 'raMuscle', blood: 'raBlood', thickness_mm: atrialWall_mm },
  ];
  return all.filter(({ muscle, blood }) => tissues.includes(blood) && !tissues.includes(muscle));
}

/** Between thick slices a labelled RV wall may slant out of itself; there it is grown as thin as the mesh can carry it. */
const leastRvWall = (rvWall_mm: number, edge_mm: number): GrownWall => ({
  muscle: 'rvMuscle',
  blood: 'rvBlood',
  thickness_mm: Math.min(rvWall_mm, Math.max(LEAST_RV_WALL_mm, edge_mm / EDGE_PER_THICKNESS)),
});

function volumesInMap(counted: TissueImage, names: readonly Tissue[]): (number | undefined)[] {
  const voxels = countVoxels(counted);
  const voxel_mm3 = voxelVolume_mm3(counted.affine);
  return names.map((name) => {
    const at = ARTERIES.includes(name) ? -1 : counted.tissues.indexOf(name);
    return at < 0 ? undefined : voxels[at + 1] * voxel_mm3;
  });
}

function valvesOf(image: TissueImage): LabelledHeart['valves'] {
  const plane = (contact: Contact | undefined): ValvePlane | undefined =>
    contact && contact.area_mm2 >= LEAST_VALVE_mm2
      ? { centre: contact.centre, normal: contact.normal, area_mm2: contact.area_mm2 }
      : undefined;
  const found = {
    mitral: plane(findContact(image, 'lvBlood', 'laBlood')),
    tricuspid: plane(findContact(image, 'rvBlood', 'raBlood')),
    aortic: plane(findContact(image, 'lvBlood', 'aorta')),
    pulmonary: plane(findContact(image, 'rvBlood', 'pulmonaryArtery')),
  };
  return Object.fromEntries(Object.entries(found).filter(([, valve]) => valve !== undefined));
}

/** Out of the LV through its valves, or through where its blood lies open. */
function axisToBase(image: TissueImage, plane: BasePlane | undefined, valves: LabelledHeart['valves']): Point {
  if (plane) return plane.normal;
  const ways = [valves.mitral, valves.aortic].filter((valve) => valve !== undefined);
  const sum = [0, 1, 2].map((axis) => ways.reduce((total, valve) => total + valve.area_mm2 * valve.normal[axis], 0));
  const length = Math.hypot(...sum);
  if (length > 0) return [sum[0] / length, sum[1] / length, sum[2] / length];
  return findContact(image, 'lvBlood', 'background')?.normal ?? [0, 0, 1];
}

function cavitiesOf(
  mesh: MaterialMesh,
  names: readonly Tissue[],
  mapVolumes: readonly (number | undefined)[],
): LabelledHeart['cavities'] {
  const entries = Object.entries(BLOOD_OF).flatMap(([chamber, blood]) => {
    const at = names.indexOf(blood);
    if (at < 0) return [];
    return [[chamber, { map_mL: mLFromMm3(mapVolumes[at] ?? Number.NaN), mesh_mL: mLFromMm3(mesh.volumes_mm3[at]) }]];
  });
  return Object.fromEntries(entries);
}

function reportOf(
  mesh: MaterialMesh,
  names: readonly Tissue[],
  mapVolumes: readonly (number | undefined)[],
): TissueReport[] {
  return names.flatMap((tissue, at) => {
    if (ARTERIES.includes(tissue)) return [];
    const map = mapVolumes[at] ?? Number.NaN;
    return {
      tissue,
      map_mL: mLFromMm3(map),
      mesh_mL: mLFromMm3(mesh.volumes_mm3[at]),
      error_percent: 100 * (mesh.volumes_mm3[at] / map - 1),
      isGrown: mapVolumes[at] === undefined,
    };
  });
}

function grownFindings(walls: readonly GrownWall[], tissues: readonly Tissue[]): Finding[] {
  const list = (chosen: readonly GrownWall[]) =>
    chosen.map(({ muscle, thickness_mm }) => `${muscle} of ${thickness_mm.toFixed(1)} mm`).join(', ');
  const grown = walls.filter(({ muscle }) => !tissues.includes(muscle));
  const kept = walls.filter(({ muscle }) => tissues.includes(muscle));
  const findings: Finding[] = [];
  if (grown.length > 0) {
    findings.push({
      code: 'walls-grown',
      severity: 'warning',
      message: `The map labels no muscle around some of its blood; grown there: ${list(grown)}.`,
      count: grown.length,
    });
  }
  if (kept.length > 0) {
    findings.push({
      code: 'wall-kept-closed',
      severity: 'repaired',
      message: `Where labelled muscle leaves blood bare between slices a wall was grown: ${list(kept)}.`,
      count: kept.length,
    });
  }
  const hasAtria = tissues.includes('raBlood') || tissues.includes('laBlood');
  if (hasAtria && !tissues.includes('pulmonaryArtery') && grown.some(({ muscle }) => muscle === 'rvMuscle')) {
    findings.push({
      code: 'outflow-closed',
      severity: 'warning',
      message: 'The map labels no pulmonary artery, so that the grown RV wall closes over the pulmonary valve.',
    });
  }
  return findings;
}

function detachedFindings({ detached_mm3 }: HeartPart, what: string): Finding[] {
  if (detached_mm3 < DETACHED_mm3) return [];
  const message = `${mLFromMm3(detached_mm3).toFixed(2)} mL of the ${what}' muscle hang on nothing and were left out.`;
  return [{ code: 'detached-muscle', severity: 'repaired', message }];
}

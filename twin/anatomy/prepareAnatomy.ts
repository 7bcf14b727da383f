import { type Finding, TwinError } from '../errors.ts';
import type { RawMesh } from '../formats/format.ts';
import { checkMesh } from '../mesh/checkMesh.ts';
import { REGION, type TetMesh } from '../mesh/tetMesh.ts';
import type { Anatomy, AnatomySettings, Body, Electrodes } from './anatomy.ts';
import { ventricularCoordinates } from './coordinates.ts';
import { checkElectrodes } from './electrodes.ts';
import { endocardialDistance } from './endocardialDistance.ts';
import { doubtFibres } from './fibreDoubts.ts';
import { solveHarmonicFields } from './harmonicFields.ts';
import { splitVentricles } from './regions.ts';
import { ruleBasedFibres } from './ruleBasedFibres.ts';
import { findSurfaces } from './surfaces.ts';
import { placeElectrodes, poseOfMesh } from './torso.ts';

/** What one heart is prepared from. */
export interface AnatomyInput {
  readonly raw: RawMesh;
  /** The mesh file's name, for messages. */
  readonly name: string;
  /** In the frame of the mesh, mm; undefined to have them placed on a torso of the subject's size. */
  readonly electrodes: Electrodes | undefined;
  /** Needed where electrodes are not given. */
  readonly body: Body | undefined;
  readonly settings: AnatomySettings;
}

/**
 * From a mesh as a file has it to a heart that can be calibrated and measured: gates, surfaces, ventricles, coordinates, fibres, distances,
 * electrodes, in this order. The same input gives the same bits.
 *
 * @throws TwinError BadInput for what a file cannot say, BadAnatomy for a heart that cannot carry a twin, NoConvergence when a Laplace
 *   solution fails
 */
export function prepareAnatomy({ raw, name, electrodes, body, settings }: AnatomyInput): Anatomy {
  const { mesh: checked, findings, hasFibres, hasRegions } = checkMesh(raw, { ...settings, name });
  const { surfaces, findings: surfaceFindings } = findSurfaces(checked);
  const fields = solveHarmonicFields(checked, surfaces);
  const hasScar = checked.regions.includes(REGION.scar);
  const split = hasRegions && !hasScar ? checked.regions : splitVentricles(checked, fields);
  const regions = hasRegions ? checked.regions : withScar(split, checked.regions);
  const ventricles = hasRegions && hasScar ? withoutScar(checked.regions, split) : split;
  const rule =
    hasFibres && settings.fibres !== 'rule' ? undefined : ruleBasedFibres(checked, fields, settings.helix_deg);
  const mesh: TetMesh = { ...checked, regions, fibres: rule ?? checked.fibres };
  const placed = electrodes ?? placeOnTorso(mesh, fields.lvAxis.direction, body, name);
  return {
    mesh,
    surfaces,
    coordinates: ventricularCoordinates(mesh, surfaces, fields, ventricles),
    endocardialDistance: endocardialDistance(mesh, surfaces),
    electrodes: placed,
    findings: [
      ...findings,
      ...surfaceFindings,
      ...(rule ? [] : doubtFibres(mesh, fields)),
      ...checkElectrodes(mesh.points, surfaces, placed, electrodes ? 'file' : 'torso-model'),
      ...(electrodes ? [] : [PLACED]),
    ],
    origin: {
      fibres: rule ? 'rule' : 'file',
      regions: hasRegions ? 'file' : 'geometry',
      electrodes: electrodes ? 'file' : 'torso-model',
    },
  };
}

const PLACED: Finding = {
  code: 'electrodes-placed',
  severity: 'warning',
  message: "No electrodes were given; they were placed on a torso of the subject's sex, height and weight.",
};

function placeOnTorso(
  mesh: TetMesh,
  toBase: readonly [number, number, number],
  body: Body | undefined,
  name: string,
): Electrodes {
  if (body) return placeElectrodes(body, poseOfMesh(mesh, toBase));
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

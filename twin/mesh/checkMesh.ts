import { DEFAULT_ANATOMY } from '../anatomy/anatomy.ts';
import type { Finding } from '../errors.ts';
import type { RawMesh } from '../formats/format.ts';
import type { LengthUnit } from '../units.ts';
import { detachedParts, orphanNodes } from './gates/connection.ts';
import { fibreChoice, fibreLengths } from './gates/fibres.ts';
import type { Gate, MeshDraft, MeshSettings } from './gates/gate.ts';
import { finiteCoordinates, indexRange, sizes } from './gates/numbers.ts';
import { plausibleRegions, regionTags } from './gates/regions.ts';
import { duplicateNodes, flatTets, invertedTets, repeatedTets } from './gates/shapes.ts';
import { lengthUnit } from './gates/unit.ts';
import { REGION, type TetMesh } from './tetMesh.ts';

/** All gates in their order; each may rely on those before it. A new check is a function here. */
export const MESH_GATES: readonly Gate[] = [
  sizes,
  finiteCoordinates,
  indexRange,
  lengthUnit,
  orphanNodes,
  duplicateNodes,
  repeatedTets,
  flatTets,
  invertedTets,
  detachedParts,
  regionTags,
  plausibleRegions,
  fibreChoice,
  fibreLengths,
];

/** A mesh that holds what `TetMesh` promises, and what was mended or doubted on the way. */
export interface CheckedMesh {
  readonly mesh: TetMesh;
  readonly findings: readonly Finding[];
  /** False when the fibres are still to be made: they are all zero. */
  readonly hasFibres: boolean;
  /** False when LV and RV are still to be found by geometry: all but scar stands as LV. */
  readonly hasRegions: boolean;
  /** The unit that the file was in. */
  readonly unit: LengthUnit;
}

/**
 * Takes a mesh through all gates: what a file says becomes a mesh that every kernel can trust, in mm.
 * Node order and count are the file's; tetrahedra may be fewer.
 *
 * @throws TwinError BadInput for what cannot be a mesh of a heart, BadAnatomy for a heart that cannot carry a twin
 */
export function checkMesh(raw: RawMesh, settings: Partial<MeshSettings> = {}): CheckedMesh {
  const { unit, regions, fibres, repair } = DEFAULT_ANATOMY;
  let draft: MeshDraft = {
    raw,
    settings: { name: 'mesh', unit, regions, fibres, repair, ...settings },
    points: raw.points,
    tets: raw.tets,
    tags: raw.tags,
    fibres: raw.fibres,
    regions: new Uint8Array(raw.tets.length / 4).fill(REGION.lv),
    unit: raw.unit ?? 'mm',
    hasRegions: false,
    findings: [],
  };
  for (const gate of MESH_GATES) draft = gate(draft);
  const { points, tets, findings, hasRegions } = draft;
  return {
    mesh: { points, tets, regions: draft.regions, fibres: draft.fibres ?? new Float64Array((tets.length / 4) * 3) },
    findings,
    hasFibres: draft.fibres !== undefined,
    hasRegions,
    unit: draft.unit,
  };
}

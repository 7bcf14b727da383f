import type { AnatomySettings } from '../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { FieldArray, RawMesh } from '../formats/format.ts';

/** A part of a mesh as a mesh of its own. */
export interface MeshPart {
  readonly raw: RawMesh;
  /** The file's node of each node, ascending, [nodes] */
  readonly nodes: Uint32Array;
  /** The file's tetrahedron of each, ascending, [tets] */
  readonly tets: Uint32Array;
}

/** A heart's chambers: nodes that ventricles and atria share stand in both, so that no wave passes. */
export interface Chambers {
  readonly ventricles: MeshPart;
  /** Absent where the mesh shows none, or only one */
  readonly atria?: MeshPart;
  readonly findings: readonly Finding[];
}

type Regions = AnatomySettings['regions'];

/**
 * Parts a mesh by the tags that a study names `la` and `ra`; tags named `other` are left out, and all else stays with the ventricles, whose gates refuse
 * what the study does not know. A mesh without any of these tags comes back as it is, the same object.
 *
 * @throws TwinError BadStudy when the study names one atrium alone, or a tag twice; BadInput when nothing is left for the ventricles
 */
export function splitChambers(raw: RawMesh, regions: Regions, name = 'mesh'): Chambers {
  const whole = () => ({ raw, nodes: identity(raw.points.length / 3), tets: identity(raw.tets.length / 4) });
  checkNames(regions);
  const atrial = new Set([...(regions.la ?? []), ...(regions.ra ?? [])]);
  const other = new Set(regions.other ?? []);
  const { tags } = raw;
  if (tags === undefined || !tags.some((tag) => atrial.has(tag) || other.has(tag))) {
    return { ventricles: whole(), findings: [] };
  }
  const ventricles = partOf(raw, (tet) => !atrial.has(tags[tet]) && !other.has(tags[tet]));
  if (ventricles.tets.length === 0) {
    throw new TwinError(
      'BadInput',
      `${name}: all tags of the mesh are named la, ra or other in the study's regions; expected ventricles beside them`,
      { file: name },
    );
  }
  const findings = leftOut(tags, other);
  const missing = (['la', 'ra'] as const).filter((atrium) => !tags.some((tag) => regions[atrium]?.includes(tag)));
  if (atrial.size === 0 || missing.length === 2) return { ventricles, findings };
  if (missing.length === 1) {
    const message = `${name}: the mesh has one atrium, and no tetrahedron tagged ${missing[0]} (${regions[missing[0]]?.join(', ')}); the atria were left out`;
    return { ventricles, findings: [...findings, { code: 'atrium-missing', severity: 'warning', message }] };
  }
  return { ventricles, atria: partOf(raw, (tet) => atrial.has(tags[tet])), findings };
}

function checkNames({ la, ra, ...others }: Regions): void {
  if ((la === undefined) !== (ra === undefined)) {
    const [has, lacks] = la === undefined ? ['ra', 'la'] : ['la', 'ra'];
    throw new TwinError('BadStudy', `the study's regions name ${has} and not ${lacks}; atria are made of both`);
  }
  const seen = new Set<number>();
  for (const tag of [...(la ?? []), ...(ra ?? []), ...Object.values(others).flatMap((tags) => tags ?? [])]) {
    if (seen.has(tag)) {
      throw new TwinError('BadStudy', `the study maps tag ${tag} to two regions; each tag is of one`, { tag });
    }
    seen.add(tag);
  }
}

function leftOut(tags: Int32Array, other: ReadonlySet<number>): Finding[] {
  const count = tags.reduce((sum, tag) => sum + (other.has(tag) ? 1 : 0), 0);
  if (count === 0) return [];
  const message = `${count} tetrahedra of other tissue (tags ${[...other].sort((a, b) => a - b).join(', ')}) were left out, as the study says`;
  return [{ code: 'other-tissue-left-out', severity: 'repaired', message, count }];
}

/** The tetrahedra that are wanted, with their nodes in the file's order. */
function partOf(raw: RawMesh, isWanted: (tet: number) => boolean): MeshPart {
  const tets = identity(raw.tets.length / 4).filter(isWanted);
  const place = new Int32Array(raw.points.length / 3).fill(-1);
  for (const tet of tets) for (let corner = 0; corner < 4; corner++) place[raw.tets[4 * tet + corner]] = 0;
  const nodes = identity(place.length).filter((node) => place[node] === 0);
  for (let node = 0; node < nodes.length; node++) place[nodes[node]] = node;
  const fields = (all: RawMesh['pointData'], items: Uint32Array): Record<string, FieldArray> =>
    Object.fromEntries(
      Object.entries(all).map(([key, { components, values }]) => [
        key,
        { components, values: rowsOf(values, components, items) },
      ]),
    );
  return {
    raw: {
      points: rowsOf(raw.points, 3, nodes),
      unit: raw.unit,
      tets: Uint32Array.from({ length: 4 * tets.length }, (_, at) => place[raw.tets[4 * tets[at >> 2] + (at & 3)]]),
      tags: raw.tags && Int32Array.from(tets, (tet) => (raw.tags as Int32Array)[tet]),
      fibres: raw.fibres && rowsOf(raw.fibres, 3, tets),
      pointData: fields(raw.pointData, nodes),
      cellData: fields(raw.cellData, tets),
    },
    nodes,
    tets,
  };
}

function rowsOf(values: Float64Array, width: number, items: Uint32Array): Float64Array {
  const out = new Float64Array(width * items.length);
  for (let item = 0; item < items.length; item++) {
    for (let at = 0; at < width; at++) out[width * item + at] = values[width * items[item] + at];
  }
  return out;
}

const identity = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, at) => at);

import type { Point, Surfaces } from '../anatomy/anatomy.ts';
import { triangleNeighbours, triangleNormals } from '../anatomy/boundary.ts';
import { borderOf, findPatches, growLabels, PART } from '../anatomy/surfaceLabels.ts';
import type { MaterialMesh } from '../meshing/meshMaterials.ts';
import type { HeartPart } from './heartParts.ts';
import type { Tissue } from './labelImage.ts';

/** Parts of the boundary while they are named, beside those of `PART`. */
const RV_ENDO = 4;
/** Muscle that faces the background is base within 41° of the long axis and outside from 73° on; between them the nearest sure neighbour decides. */
const BASE_COSINE = 0.75;
const OUTSIDE_COSINE = 0.3;

/** Smaller patches are islands, as a share of the largest of their label. */
const ISLAND = 0.05;

/** What lies beyond the muscle says what its surface is; background does not. */
const PART_BESIDE: Readonly<Partial<Record<Tissue, number>>> = {
  lvBlood: PART.endo,
  rvBlood: RV_ENDO,
  laBlood: PART.base,
  laMuscle: PART.base,
  raBlood: PART.base,
  raMuscle: PART.base,
  aorta: PART.base,
  pulmonaryArtery: PART.base,
};

/**
 * Names the ventricles' boundary by what lies beyond it: blood of a ventricle is its endocardium; atria and arteries are base. What faces the background
 * is base where it looks to the base, and outside where it does not; between them the surface's bends decide, and a patch of
 * base that meets no endocardium is a shoulder of the outside.
 *
 * @param names   of the mesh's materials
 * @param isPart  materials of the ventricles
 * @param toBase  unit vector from apex to base
 */
export function nameSurfaces(
  mesh: MaterialMesh,
  names: readonly Tissue[],
  isPart: readonly boolean[],
  { raw, newNode }: HeartPart,
  toBase: Point,
): Surfaces {
  const { triangles, beside } = boundaryOf(mesh, isPart, newNode);
  const normals = triangleNormals(raw.points, triangles);
  const areas = new Float64Array(beside.length);
  const labels = new Uint8Array(beside.length);
  for (let triangle = 0; triangle < beside.length; triangle++) {
    const at = 3 * triangle;
    areas[triangle] = Math.hypot(normals[at], normals[at + 1], normals[at + 2]);
    for (let axis = 0; axis < 3; axis++) normals[at + axis] /= areas[triangle] || 1;
    const known = beside[triangle] < names.length ? PART_BESIDE[names[beside[triangle]]] : undefined;
    const upward = normals[at] * toBase[0] + normals[at + 1] * toBase[1] + normals[at + 2] * toBase[2];
    labels[triangle] = known ?? (upward >= BASE_COSINE ? PART.base : upward <= OUTSIDE_COSINE ? PART.epi : 0);
  }
  const isEndo = (label: number) => label === PART.endo || label === RV_ENDO;
  const seeds = labels.slice();
  const neighbours = triangleNeighbours(triangles);
  growLabels(labels, normals, neighbours);
  // Blood alone makes endocardium: what the growth gave to it faces the background beside a valve.
  for (let triangle = 0; triangle < labels.length; triangle++) {
    if (seeds[triangle] === 0 && isEndo(labels[triangle])) labels[triangle] = PART.base;
  }
  for (const patch of findPatches(labels, areas, neighbours)) {
    if (patch.label !== PART.base) continue;
    const border = borderOf(patch, labels, neighbours);
    if ((border[PART.endo] ?? 0) + (border[RV_ENDO] ?? 0) > 0) continue;
    for (const triangle of patch.triangles) labels[triangle] = PART.epi;
  }
  dropIslands(labels, areas, neighbours);
  const pick = (label: number) => triangles.filter((_, at) => labels[Math.floor(at / 3)] === label);
  return { lvEndo: pick(PART.endo), rvEndo: pick(RV_ENDO), epi: pick(PART.epi), base: pick(PART.base) };
}

/** Islands of base in the outside, and of outside in the base, take the label around them: single triangles of a chamfered rim look aside. */
function dropIslands(out: Uint8Array, areas: Float64Array, neighbours: Uint32Array): void {
  const largest: number[] = [];
  for (const patch of findPatches(out, areas, neighbours)) {
    largest[patch.label] ??= patch.area;
    if (patch.label === PART.endo || patch.label === RV_ENDO || patch.area > ISLAND * largest[patch.label]) continue;
    const other = patch.label === PART.base ? PART.epi : PART.base;
    if ((borderOf(patch, out, neighbours)[other] ?? 0) === 0) continue;
    for (const triangle of patch.triangles) out[triangle] = other;
  }
}

/** Boundary of the kept part, outward, and the material beyond each triangle. */
function boundaryOf(
  { interfaces: { triangles, inner, outer } }: MaterialMesh,
  isPart: readonly boolean[],
  newNode: Int32Array,
): { readonly triangles: Uint32Array; readonly beside: Uint8Array } {
  const found: number[] = [];
  const beside: number[] = [];
  for (let triangle = 0; triangle < inner.length; triangle++) {
    const isInner = isPart[inner[triangle]] === true;
    const isOuter = isPart[outer[triangle]] === true;
    if (isInner === isOuter) continue;
    const a = newNode[triangles[3 * triangle]];
    const b = newNode[triangles[3 * triangle + 1]];
    const c = newNode[triangles[3 * triangle + 2]];
    if (a < 0 || b < 0 || c < 0) continue;
    if (isInner) found.push(a, b, c);
    else found.push(a, c, b);
    beside.push(isInner ? outer[triangle] : inner[triangle]);
  }
  return { triangles: Uint32Array.from(found), beside: Uint8Array.from(beside) };
}

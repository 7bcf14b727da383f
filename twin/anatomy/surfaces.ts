import { type Finding, TwinError } from '../errors.ts';
import { REGION, type TetMesh } from '../mesh/tetMesh.ts';
import type { Surfaces } from './anatomy.ts';
import { findBoundary, triangleNeighbours, triangleNormals } from './boundary.ts';
import { type Facets, findOpening, measureEnclosure } from './enclosure.ts';
import { borderOf, findPatches, growLabels, PART, type Patch, smoothOver } from './surfaceLabels.ts';
import { openTriangleTree } from './triangleTree.ts';

/** Surfaces, and what finding them told about the heart. */
export interface FoundSurfaces {
  readonly surfaces: Surfaces;
  /** Unit vector from apex to base, along which the cavities are open. */
  readonly longAxis: readonly [number, number, number];
  readonly findings: readonly Finding[];
}

/** Rays are cast from at most this many triangles; the others follow their neighbours. */
const MOST_CAST = 8000;
/** A triangle that sees muscle in at least this share of its directions lies in a cavity: on real hearts cavities see .9–1, grooves under .6. */
const CAVITY_SHARE = 0.85;
/** Below this share a triangle surely lies outside. */
const OUTSIDE_SHARE = 0.5;
/** The base faces within 41° of the long axis; the outside is sure beyond 73°. Between them the nearest sure neighbour decides. */
const BASE_COSINE = 0.75;
const OUTSIDE_COSINE = 0.3;
/** A ventricle's endocardium is at least this share of the largest cavity's. */
const LEAST_CAVITY = 0.15;
/** Smaller hollows are single tetrahedra left out of a mesh and not worth a word, as a share of the largest cavity. */
const HOLLOW = 0.005;

/**
 * Names the boundary of a biventricular mesh by its shape alone: a place from which rays meet muscle again lies in a cavity, one that looks
 * along the long axis at the rim of a cavity is the base, the rest is epicardium. Of the two cavities the LV is the one whose wall carries
 * the region `lv` where the mesh has both regions, and otherwise the one with the thicker wall.
 *
 * @throws TwinError BadAnatomy when there are not two cavities, or no base between cavities and outside
 */
export function findSurfaces(mesh: TetMesh): FoundSurfaces {
  const boundary = findBoundary(mesh);
  const facets = facetsOf(mesh.points, boundary.triangles);
  const neighbours = triangleNeighbours(boundary.triangles);
  const tree = openTriangleTree(mesh.points, boundary.triangles);
  const count = boundary.tets.length;
  const longAxis = findOpening(tree, facets, everyNth(count, MOST_CAST / 8));
  if (longAxis === undefined) throw withoutCavity(count);

  const { share } = measureEnclosure(tree, facets, everyNth(count, MOST_CAST), longAxis);
  const labels = labelBoundary(smoothOver(smoothOver(share, neighbours), neighbours), facets, neighbours, longAxis);
  const patches = findPatches(labels, facets.areas, neighbours);
  const cavities = patches.filter(({ label }) => label === PART.endo);
  if (cavities.length === 0) throw withoutCavity(count);
  const [one, other] = cavities;
  if (other === undefined || other.area < LEAST_CAVITY * one.area) {
    throw new TwinError(
      'BadAnatomy',
      'The mesh has one cavity; a twin needs both ventricles, open at the base. Add the right ventricle, or check that its wall is closed.',
      { cavities: cavities.length },
    );
  }
  if (!patches.some(({ label }) => label === PART.base) || !patches.some(({ label }) => label === PART.epi)) {
    throw new TwinError(
      'BadAnatomy',
      'The mesh has cavities but no basal rim between endocardium and epicardium; expected ventricles cut open below or at the valves.',
    );
  }
  const hollows = cavities.slice(2);
  for (const { triangles } of hollows) for (const triangle of triangles) labels[triangle] = PART.epi;
  const pick = (wanted: (triangle: number) => boolean) => pickTriangles(boundary.triangles, wanted);
  const inOne = memberships(one, count);
  const inOther = memberships(other, count);
  const pair = [pick((t) => inOne[t] === 1), pick((t) => inOther[t] === 1)] as const;
  const epi = pick((t) => labels[t] === PART.epi);
  const { isFirstLv, findings: doubts } = chooseLv(mesh, boundary.tets, [one, other], pair, epi);
  return {
    surfaces: {
      lvEndo: isFirstLv ? pair[0] : pair[1],
      rvEndo: isFirstLv ? pair[1] : pair[0],
      epi,
      base: pick((t) => labels[t] === PART.base),
    },
    longAxis,
    findings: [...doubts, ...describeHollows(hollows.filter(({ area }) => area > HOLLOW * one.area))],
  };
}

function describeHollows(hollows: readonly Patch[]): Finding[] {
  if (hollows.length === 0) return [];
  const area = hollows.reduce((sum, patch) => sum + patch.area, 0);
  const message = `${hollows.length} hollows in the wall beside the two cavities (${area.toFixed(0)} mm² of surface) were counted as outside; the wall may be torn or too thin for its tetrahedra`;
  return [{ code: 'hollows-in-wall', severity: 'warning', message, count: hollows.length }];
}

/** Centroids, outward unit normals and areas in mm² of triangles. */
export function facetsOf(points: Float64Array, triangles: Uint32Array): Facets & { readonly areas: Float64Array } {
  const normals = triangleNormals(points, triangles);
  const areas = new Float64Array(triangles.length / 3);
  const centroids = new Float64Array(triangles.length);
  for (let triangle = 0; triangle < areas.length; triangle++) {
    const at = 3 * triangle;
    areas[triangle] = Math.hypot(normals[at], normals[at + 1], normals[at + 2]);
    for (let axis = 0; axis < 3; axis++) {
      normals[at + axis] /= areas[triangle] || 1;
      centroids[at + axis] =
        (points[3 * triangles[at] + axis] +
          points[3 * triangles[at + 1] + axis] +
          points[3 * triangles[at + 2] + axis]) /
        3;
    }
  }
  return { normals, areas, centroids };
}

function labelBoundary(
  share: Float64Array,
  facets: Facets & { readonly areas: Float64Array },
  neighbours: Uint32Array,
  [ax, ay, az]: readonly [number, number, number],
): Uint8Array {
  const { normals, areas } = facets;
  const labels = new Uint8Array(share.length);
  for (let triangle = 0; triangle < labels.length; triangle++) {
    const at = 3 * triangle;
    const upward = normals[at] * ax + normals[at + 1] * ay + normals[at + 2] * az;
    if (share[triangle] >= CAVITY_SHARE) labels[triangle] = PART.endo;
    else if (upward >= BASE_COSINE && !(share[triangle] > OUTSIDE_SHARE)) labels[triangle] = PART.base;
    else if (upward <= OUTSIDE_COSINE && share[triangle] <= OUTSIDE_SHARE) labels[triangle] = PART.epi;
  }
  dropSpecks(labels, areas, neighbours);
  growLabels(labels, normals, neighbours);
  // What looks like base but does not lie between a cavity and the outside is a shoulder of the outside or a ledge of the cavity.
  for (const patch of findPatches(labels, areas, neighbours)) {
    if (patch.label !== PART.base) continue;
    const border = borderOf(patch, labels, neighbours);
    const toEndo = border[PART.endo] ?? 0;
    const toEpi = border[PART.epi] ?? 0;
    if (toEndo > 0 && toEpi > 0 && toEndo < 12 * toEpi && toEpi < 12 * toEndo) continue;
    for (const triangle of patch.triangles) labels[triangle] = toEndo > toEpi ? PART.endo : PART.epi;
  }
  // Small islands of endocardium outside, or of outside in a cavity, take the label about them.
  const largest: number[] = [];
  for (const patch of findPatches(labels, areas, neighbours)) {
    largest[patch.label] ??= patch.area;
    const isSpeck = patch.area < 0.05 * largest[patch.label];
    const border = borderOf(patch, labels, neighbours);
    if (!isSpeck || border.length === 0) continue;
    const around = border.reduce((best, edges, label) => (edges > (border[best] ?? 0) ? label : best), 0);
    for (const triangle of patch.triangles) labels[triangle] = around || patch.label;
  }
  return labels;
}

/** Seeds too small to be trusted become undecided again. */
function dropSpecks(out: Uint8Array, areas: Float64Array, neighbours: Uint32Array): void {
  const largest: number[] = [];
  for (const patch of findPatches(out, areas, neighbours)) {
    largest[patch.label] ??= patch.area;
    if (patch.area >= 0.02 * largest[patch.label]) continue;
    for (const triangle of patch.triangles) out[triangle] = 0;
  }
}

function chooseLv(
  mesh: TetMesh,
  behind: Uint32Array,
  cavities: readonly [Patch, Patch],
  pair: readonly [Uint32Array, Uint32Array],
  epi: Uint32Array,
): { isFirstLv: boolean; findings: Finding[] } {
  const thickness = [wallThickness(mesh, pair[0], pair[1], epi), wallThickness(mesh, pair[1], pair[0], epi)];
  const isFirstThicker = thickness[0] >= thickness[1];
  if (!mesh.regions.includes(REGION.rv) || !mesh.regions.includes(REGION.lv)) {
    return { isFirstLv: isFirstThicker, findings: [] };
  }
  const rvShare = cavities.map(
    ({ triangles }) => triangles.filter((t) => mesh.regions[behind[t]] === REGION.rv).length / triangles.length,
  );
  const isFirstLv = rvShare[0] <= rvShare[1];
  if (isFirstLv === isFirstThicker) return { isFirstLv, findings: [] };
  const [lv, rv] = isFirstLv ? thickness : [thickness[1], thickness[0]];
  return {
    isFirstLv,
    findings: [
      {
        code: 'ventricle-tags-doubtful',
        severity: 'warning',
        message: `The wall tagged LV is ${lv.toFixed(1)} mm thick and the one tagged RV ${rv.toFixed(1)} mm; expected the LV to be thicker. The tags were kept; check the study's map of regions.`,
      },
    ],
  };
}

/** Median distance from a cavity to the nearest other surface, mm. */
function wallThickness(mesh: TetMesh, own: Uint32Array, other: Uint32Array, epi: Uint32Array): number {
  const outside = new Uint32Array(other.length + epi.length);
  outside.set(other);
  outside.set(epi, other.length);
  const tree = openTriangleTree(mesh.points, outside);
  const distances = everyNth(own.length / 3, 1000).map((triangle) => {
    const node = 3 * own[3 * triangle];
    return tree.distanceFrom(mesh.points[node], mesh.points[node + 1], mesh.points[node + 2]);
  });
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1];
}

function memberships(patch: Patch, count: number): Uint8Array {
  const isIn = new Uint8Array(count);
  for (const triangle of patch.triangles) isIn[triangle] = 1;
  return isIn;
}

function pickTriangles(triangles: Uint32Array, wanted: (triangle: number) => boolean): Uint32Array {
  return triangles.filter((_, at) => wanted((at - (at % 3)) / 3));
}

/** Indices spread evenly over 0 … count − 1, at most `most` of them. */
export function everyNth(count: number, most: number): number[] {
  const length = Math.min(count, Math.floor(most));
  return Array.from({ length }, (_, i) => Math.floor((i * count) / length));
}

function withoutCavity(triangles: number): TwinError {
  return new TwinError(
    'BadAnatomy',
    `The mesh has no cavity: rays from its ${triangles} boundary triangles leave without meeting muscle again. Expected the muscle of two ventricles, hollow and open at the base.`,
    { triangles },
  );
}

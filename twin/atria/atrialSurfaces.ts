import { findBoundary, triangleNeighbours } from '../anatomy/boundary.ts';
import { measureEnclosure } from '../anatomy/enclosure.ts';
import { borderOf, findPatches, growLabels, PART, type Patch } from '../anatomy/surfaceLabels.ts';
import { everyNth, facetsOf } from '../anatomy/surfaces.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { ATRIUM, type AtrialSurfaces } from './atria.ts';

/** Surfaces, and what finding them told. */
export interface FoundAtrialSurfaces {
  readonly surfaces: AtrialSurfaces;
  readonly findings: readonly Finding[];
}

/** Rays are cast from at most this many triangles; the others follow their neighbours. */
const MOST_CAST = 8000;
/**
 * Shares of rays that meet muscle again, above and below which a triangle is surely of a cavity or of the outside. Cavities of atria lose rays through
 * their veins, and grooves between the atria hold some back: .7–1 and 0–.6 on idealised ones. Between them the nearest sure neighbour decides.
 */
const CAVITY_SHARE = 0.68;
const OUTSIDE_SHARE = 0.45;
/** Rims of valves face the ventricles within 60°. */
const RIM_COSINE = 0.5;
/** The smaller atrium's endocardium is at least this share of the larger one's. */
const LEAST_CAVITY = 0.15;
/** Patches below this share of their kind's largest take the label about them. */
const SPECK = 0.05;

/**
 * Names the boundary of atrial muscle by its shape and its regions: what sees muscle opposite lies in a cavity, the rest is epicardium, and the two largest
 * cavities are the LA's and the RA's by the region of the muscle behind them. Rims of valves and veins are shared where the surface bends.
 *
 * @param toValves  unit vector from the atria to the ventricles; rays that way, through the valves, do not count
 * @throws TwinError BadAnatomy when there are not two cavities, one of each region
 */
export function findAtrialSurfaces(
  mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
  toValves: readonly [number, number, number],
): FoundAtrialSurfaces {
  const { triangles, tets: behind } = findBoundary(mesh);
  const facets = facetsOf(mesh.points, triangles);
  const neighbours = triangleNeighbours(triangles);
  const tree = openTriangleTree(mesh.points, triangles);
  const count = behind.length;
  // Rims of valves in thin walls are a triangle wide and part the cavities from the outside and from one another: none may be passed over.
  const facing = (triangle: number) =>
    facets.normals[3 * triangle] * toValves[0] +
    facets.normals[3 * triangle + 1] * toValves[1] +
    facets.normals[3 * triangle + 2] * toValves[2];
  const sample = new Set(everyNth(count, MOST_CAST));
  for (let triangle = 0; triangle < count; triangle++) if (facing(triangle) >= RIM_COSINE) sample.add(triangle);
  const { share } = measureEnclosure(tree, facets, [...sample], toValves);
  const labels = Uint8Array.from(share, (value) =>
    value >= CAVITY_SHARE ? PART.endo : value <= OUTSIDE_SHARE ? PART.epi : 0,
  );
  growLabels(labels, facets.normals, neighbours);
  absorbSpecks(labels, facets.areas, neighbours);

  const isRight = (triangle: number) => mesh.regions[behind[triangle]] === ATRIUM.ra;
  const raShare = (patch: Patch) =>
    patch.triangles.reduce((sum, t) => sum + (isRight(t) ? facets.areas[t] : 0), 0) / patch.area;
  const found = findPatches(labels, facets.areas, neighbours).filter(({ label }) => label === PART.endo);
  const isOpen = found.length > 0 && !(found[1]?.area >= LEAST_CAVITY * found[0].area);
  const cavities = isOpen ? partBySide(found, isRight, facets.areas, neighbours) : found;
  const [one, other] = cavities;
  if (one === undefined || other === undefined || other.area < LEAST_CAVITY * one.area) {
    throw new TwinError(
      'BadAnatomy',
      `The atrial muscle has ${one === undefined ? 'no cavity' : 'one cavity'}; expected two, each within its own walls and with the septum between them. Check the tags named la and ra.`,
      { cavities: cavities.length },
    );
  }
  const [la, ra] = raShare(one) <= raShare(other) ? [one, other] : [other, one];
  if (raShare(la) > 0.5 || raShare(ra) < 0.5) {
    throw new TwinError(
      'BadAnatomy',
      `Both cavities of the atrial muscle lie mostly in walls of one tag (${(100 * raShare(la)).toFixed(0)} % and ${(100 * raShare(ra)).toFixed(0)} % of their surfaces are RA); expected one of each. Check the tags named la and ra.`,
    );
  }
  const hollows = cavities.filter((patch) => patch !== la && patch !== ra);
  for (const { triangles: all } of hollows) for (const triangle of all) labels[triangle] = PART.epi;
  return {
    surfaces: {
      laEndo: trianglesOf(triangles, la.triangles),
      raEndo: trianglesOf(triangles, ra.triangles),
      epi: triangles.filter((_, at) => labels[Math.floor(at / 3)] === PART.epi),
    },
    findings: [...(isOpen ? [OPEN_SEPTUM] : []), ...describeHollows(hollows)],
  };
}

const OPEN_SEPTUM: Finding = {
  code: 'atrial-septum-open',
  severity: 'warning',
  message:
    'The cavities of the atria are joined by a hole in the septum; they were parted along the border of the tags la and ra. Where walls were grown around blood that touches, the hole is not the heart’s.',
};

/** Cavities that a hole joins, parted where the region of the muscle behind them changes; small islands go to the other side. The rest as it was, largest first. */
function partBySide(
  [joined, ...rest]: readonly Patch[],
  isRight: (triangle: number) => boolean,
  areas: Float64Array,
  neighbours: Uint32Array,
): Patch[] {
  const sides = new Uint8Array(areas.length);
  for (const triangle of joined.triangles) sides[triangle] = isRight(triangle) ? 2 : 1;
  for (const patch of findPatches(sides, areas, neighbours)) {
    const border = borderOf(patch, sides, neighbours);
    if (patch.area >= SPECK * joined.area || !border[3 - patch.label]) continue;
    for (const triangle of patch.triangles) sides[triangle] = 3 - patch.label;
  }
  const parts = findPatches(sides, areas, neighbours).map((patch) => ({ ...patch, label: PART.endo }));
  return [...parts, ...rest].sort((a, b) => b.area - a.area || a.triangles[0] - b.triangles[0]);
}

/** Small islands take the label about them. */
function absorbSpecks(out: Uint8Array, areas: Float64Array, neighbours: Uint32Array): void {
  const largest: number[] = [];
  for (const patch of findPatches(out, areas, neighbours)) {
    largest[patch.label] ??= patch.area;
    if (patch.area >= SPECK * largest[patch.label] || borderOf(patch, out, neighbours).length === 0) continue;
    for (const triangle of patch.triangles) out[triangle] = patch.label === PART.endo ? PART.epi : PART.endo;
  }
}

/** Triangles of a patch in the boundary's own order. */
function trianglesOf(triangles: Uint32Array, patch: readonly number[]): Uint32Array {
  const sorted = Uint32Array.from(patch).sort();
  return Uint32Array.from(
    { length: 3 * sorted.length },
    (_, at) => triangles[3 * sorted[Math.floor(at / 3)] + (at % 3)],
  );
}

function describeHollows(hollows: readonly Patch[]): Finding[] {
  if (hollows.length === 0) return [];
  const area = hollows.reduce((sum, patch) => sum + patch.area, 0);
  const message = `${hollows.length} hollows in the atrial walls beside the two cavities (${area.toFixed(0)} mm² of surface) were counted as outside`;
  return [{ code: 'hollows-in-atrial-wall', severity: 'warning', message, count: hollows.length }];
}

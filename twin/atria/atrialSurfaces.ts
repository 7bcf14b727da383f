import { findBoundary, triangleNeighbours } from '../anatomy/boundary.ts';
import { measureEnclosure } from '../anatomy/enclosure.ts';
import { borderOf, findPatches, growLabels, PART, type Patch, smoothOver } from '../anatomy/surfaceLabels.ts';
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
  const { share } = measureEnclosure(tree, facets, everyNth(count, MOST_CAST), toValves);
  const labels = smoothOver(smoothOver(share, neighbours), neighbours).reduce((out, value, triangle) => {
    out[triangle] = value >= CAVITY_SHARE ? PART.endo : value <= OUTSIDE_SHARE ? PART.epi : 0;
    return out;
  }, new Uint8Array(count));
  growLabels(labels, facets.normals, neighbours);
  absorbSpecks(labels, facets.areas, neighbours);

  const raShare = (patch: Patch) =>
    patch.triangles.reduce((sum, t) => sum + (mesh.regions[behind[t]] === ATRIUM.ra ? facets.areas[t] : 0), 0) /
    patch.area;
  const cavities = findPatches(labels, facets.areas, neighbours).filter(({ label }) => label === PART.endo);
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
    findings: describeHollows(hollows),
  };
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

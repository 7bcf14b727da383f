import type { CoarseHeart } from '../calibrate/coarseHeart.ts';
import { type Locator, locateTet, openLocator } from '../eikonal/locate.ts';
import { TwinError } from '../errors.ts';
import { edgeLengths } from '../mesh/quality.ts';
import { nodeCount, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { tetVolume } from '../mesh/volume.ts';
import type { VentricularCoordinates } from './anatomy.ts';
import { findBoundary } from './boundary.ts';
import { principalAxis } from './principalAxis.ts';
import { type SignedDistance, spacingOfEdge_mm, stuffTetrahedra } from './stuffing.ts';
import { openTriangleTree, type TriangleTree } from './triangleTree.ts';

/** A coarser edge pays when it is at least this many times the mesh's own: below, a level costs nearly what the full mesh does. */
const CLEARLY_COARSER = 1.25;

/** Coarser versions of a heart, in the order of the edge lengths given; those not clearly above the heart's own are left out. */
export function coarserHearts(heart: CoarseHeart, edges_mm: readonly number[]): CoarseHeart[] {
  const own = edgeLengths(heart.mesh).mean;
  return edges_mm.filter((edge) => edge >= CLEARLY_COARSER * own).map((edge) => coarsenHeart(heart, edge));
}

/**
 * The same heart with longer edges: its boundary is meshed anew by `stuffTetrahedra`; distances and coordinates are interpolated
 * linearly in the fine tetrahedra (angles as unit vectors); each coarse tetrahedron takes the region that fills most of it and the axis about which
 * the fine fibres inside it lie (a fibre and its opposite are the same). Walls thinner than about 1.5 edges get holes or are lost.
 *
 * @throws TwinError BadAnatomy when nothing of the heart is thick enough for such edges
 */
export function coarsenHeart(heart: CoarseHeart, edge_mm: number): CoarseHeart {
  const { mesh } = heart;
  if (!(edge_mm > 0))
    throw new TwinError('BadAnatomy', `a coarse mesh needs a positive edge length; found ${edge_mm} mm`, { edge_mm });
  const boundary = findBoundary(mesh);
  const fine: FineHeart = {
    locator: openLocator(mesh),
    tree: openTriangleTree(mesh.points, boundary.triangles),
    triangles: boundary.triangles,
    triangleTets: boundary.tets,
    barycentric: new Float64Array(4),
  };
  const { points, tets } = stuffTetrahedra(signedDistance(fine), boundsOf(mesh), spacingOfEdge_mm(edge_mm));
  const tissue = takeTissue(fine, { points, tets });
  return { mesh: { points, tets, ...tissue }, ...takeFields(heart, fine, points) };
}

interface FineHeart {
  readonly locator: Locator;
  readonly tree: TriangleTree;
  /** Boundary, [triangles, 3], and the tetrahedron behind each triangle */
  readonly triangles: Uint32Array;
  readonly triangleTets: Uint32Array;
  /** Workspace, [4] */
  readonly barycentric: Float64Array;
}

/** Distance to the boundary, negative where a tetrahedron holds the point. */
function signedDistance({ locator, tree, barycentric }: FineHeart): SignedDistance {
  return (x, y, z) => {
    const distance = tree.distanceFrom(x, y, z);
    return locateTet(locator, x, y, z, barycentric) >= 0 ? -distance : distance;
  };
}

/** The box of the nodes that tetrahedra use. */
function boundsOf({ points, tets }: TetMesh) {
  const min: [number, number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max: [number, number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const node of tets) {
    for (let axis = 0; axis < 3; axis++) {
      min[axis] = Math.min(min[axis], points[3 * node + axis]);
      max[axis] = Math.max(max[axis], points[3 * node + axis]);
    }
  }
  return { min, max };
}

/** Regions and fibres of coarse tetrahedra from the fine ones whose centres they hold, by volume; from the nearest fine one where they hold none. */
function takeTissue(fine: FineHeart, coarse: Pick<TetMesh, 'points' | 'tets'>): Pick<TetMesh, 'regions' | 'fibres'> {
  const { mesh } = fine.locator;
  const count = tetCount(coarse);
  const tensors = new Float64Array(6 * count);
  const regionKinds = mesh.regions.reduce((most, region) => Math.max(most, region), 0) + 1;
  const shares = new Float64Array(regionKinds * count);
  const add = (tet: number, from: number) => {
    const volume = tetVolume(mesh, from);
    shares[regionKinds * tet + mesh.regions[from]] += volume;
    const x = mesh.fibres[3 * from];
    const y = mesh.fibres[3 * from + 1];
    const z = mesh.fibres[3 * from + 2];
    tensors[6 * tet] += volume * x * x;
    tensors[6 * tet + 1] += volume * x * y;
    tensors[6 * tet + 2] += volume * x * z;
    tensors[6 * tet + 3] += volume * y * y;
    tensors[6 * tet + 4] += volume * y * z;
    tensors[6 * tet + 5] += volume * z * z;
  };
  const blank = { ...coarse, regions: new Uint8Array(count), fibres: new Float64Array(3 * count) };
  const coarseLocator = openLocator(blank);
  const isFilled = new Uint8Array(count);
  const centre = new Float64Array(3);
  for (let from = 0; from < tetCount(mesh); from++) {
    centroidOf(mesh, from, centre);
    const tet = locateTet(coarseLocator, centre[0], centre[1], centre[2], fine.barycentric);
    if (tet < 0) continue;
    add(tet, from);
    isFilled[tet] = 1;
  }
  for (let tet = 0; tet < count; tet++) {
    if (isFilled[tet] === 0) {
      centroidOf(coarse, tet, centre);
      const holder = locateTet(fine.locator, centre[0], centre[1], centre[2], fine.barycentric);
      add(tet, holder >= 0 ? holder : fine.triangleTets[fine.tree.nearest(centre[0], centre[1], centre[2], centre)]);
    }
    for (let region = 1; region < regionKinds; region++) {
      if (shares[regionKinds * tet + region] > shares[regionKinds * tet + blank.regions[tet]])
        blank.regions[tet] = region;
    }
    principalAxis(tensors, tet, blank.fibres);
  }
  return { regions: blank.regions, fibres: blank.fibres };
}

function centroidOf({ points, tets }: Pick<TetMesh, 'points' | 'tets'>, tet: number, out: Float64Array): void {
  out.fill(0);
  for (let corner = 0; corner < 4; corner++) {
    for (let axis = 0; axis < 3; axis++) out[axis] += points[3 * tets[4 * tet + corner] + axis] / 4;
  }
}

/** Node fields at coarse nodes, by linear interpolation; a node that rounding puts outside takes its foot on the boundary. */
function takeFields(heart: CoarseHeart, fine: FineHeart, points: Float64Array): Omit<CoarseHeart, 'mesh'> {
  const nodes = nodeCount({ points });
  const { tets } = heart.mesh;
  const { apicobasal, transmural, rotational, transventricular } = heart.coordinates;
  const coordinates: VentricularCoordinates = {
    apicobasal: new Float64Array(nodes),
    transmural: new Float64Array(nodes),
    rotational: new Float64Array(nodes),
    transventricular: new Float64Array(nodes),
  };
  const endocardialDistance = new Float64Array(nodes);
  const potentials = heart.electrodeFields;
  const electrodes = potentials === undefined ? 0 : potentials.length / nodeCount(heart.mesh);
  const electrodeFields = new Float32Array(electrodes * nodes);
  const foot = new Float64Array(3);
  const weights = new Float64Array(4);
  const from = new Uint32Array(4);
  for (let node = 0; node < nodes; node++) {
    const x = points[3 * node];
    const y = points[3 * node + 1];
    const z = points[3 * node + 2];
    const tet = locateTet(fine.locator, x, y, z, weights);
    if (tet >= 0) for (let corner = 0; corner < 4; corner++) from[corner] = tets[4 * tet + corner];
    else footWeights(heart.mesh.points, fine, fine.tree.nearest(x, y, z, foot), foot, from, weights);
    let cosine = 0;
    let sine = 0;
    for (let corner = 0; corner < 4; corner++) {
      const weight = weights[corner];
      if (weight === 0) continue;
      const source = from[corner];
      endocardialDistance[node] += weight * heart.endocardialDistance[source];
      coordinates.apicobasal[node] += weight * apicobasal[source];
      coordinates.transmural[node] += weight * transmural[source];
      coordinates.transventricular[node] += weight * transventricular[source];
      cosine += weight * Math.cos(rotational[source]);
      sine += weight * Math.sin(rotational[source]);
      if (potentials === undefined) continue;
      for (let e = 0; e < electrodes; e++) {
        electrodeFields[node * electrodes + e] += weight * potentials[source * electrodes + e];
      }
    }
    coordinates.rotational[node] = Math.atan2(sine, cosine);
  }
  return { endocardialDistance, coordinates, ...(potentials === undefined ? {} : { electrodeFields }) };
}

/** Corners and weights of a place on a triangle, by the areas opposite its corners; the fourth weight is 0. */
function footWeights(
  points: Float64Array,
  { triangles }: FineHeart,
  triangle: number,
  foot: Float64Array,
  from: Uint32Array,
  weights: Float64Array,
): void {
  let sum = 0;
  for (let corner = 0; corner < 3; corner++) {
    from[corner] = triangles[3 * triangle + corner];
    const next = 3 * triangles[3 * triangle + ((corner + 1) % 3)];
    const last = 3 * triangles[3 * triangle + ((corner + 2) % 3)];
    const ux = points[next] - foot[0];
    const uy = points[next + 1] - foot[1];
    const uz = points[next + 2] - foot[2];
    const vx = points[last] - foot[0];
    const vy = points[last + 1] - foot[1];
    const vz = points[last + 2] - foot[2];
    weights[corner] = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
    sum += weights[corner];
  }
  for (let corner = 0; corner < 3; corner++) weights[corner] /= sum;
  weights[3] = 0;
}

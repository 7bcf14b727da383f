import { type Locator, locateTet } from '../eikonal/locate.ts';
import { TwinError } from '../errors.ts';
import { tetCount } from '../mesh/tetMesh.ts';
import { tetVolume } from '../mesh/volume.ts';
import type { Random } from '../random.ts';

/** Where PMJs may be: inside the muscle, at most `layer_mm` below an endocardium. */
export interface PmjLayer {
  readonly locator: Locator;
  /** mm, [nodes] */
  readonly endocardialDistance: Float64Array;
  readonly layer_mm: number;
}

/** The tetrahedron that holds a place inside the layer, −1 elsewhere. @param barycentric receives its coordinates there, [4] */
export function tetInLayer(layer: PmjLayer, x: number, y: number, z: number, barycentric: Float64Array): number {
  const tet = locateTet(layer.locator, x, y, z, barycentric);
  if (tet < 0) return -1;
  const { tets } = layer.locator.mesh;
  let depth = 0;
  for (let corner = 0; corner < 4; corner++) {
    depth += barycentric[corner] * layer.endocardialDistance[tets[4 * tet + corner]];
  }
  return depth <= layer.layer_mm ? tet : -1;
}

/**
 * Draws places uniformly by volume from the layer.
 *
 * @returns a function that writes the next place, mm, to its argument, [3]
 * @throws TwinError BadAnatomy when no muscle lies in the layer
 */
export function openLayerSampler(layer: PmjLayer, random: Random): (out: Float64Array) => void {
  const { mesh } = layer.locator;
  const touching: number[] = [];
  const cumulative: number[] = [];
  let total = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    if (!(leastDepth(layer, tet) < layer.layer_mm)) continue;
    total += tetVolume(mesh, tet);
    touching.push(tet);
    cumulative.push(total);
  }
  if (touching.length === 0) {
    throw new TwinError(
      'BadAnatomy',
      `subendocardial layer: found no muscle within ${layer.layer_mm} mm of an endocardium, expected both ventricles' endocardium; check the surfaces and the unit of the mesh`,
    );
  }
  const barycentric = new Float64Array(4);
  return (out) => {
    for (;;) {
      const target = random.uniform() * total;
      const tet = touching[firstAbove(cumulative, target)];
      uniformBarycentric(random, barycentric);
      let depth = 0;
      out.fill(0);
      for (let corner = 0; corner < 4; corner++) {
        const node = mesh.tets[4 * tet + corner];
        depth += barycentric[corner] * layer.endocardialDistance[node];
        for (let axis = 0; axis < 3; axis++) out[axis] += barycentric[corner] * mesh.points[3 * node + axis];
      }
      // The locator's word counts: a place on a face may by rounding lie in no tetrahedron.
      if (depth <= layer.layer_mm && tetInLayer(layer, out[0], out[1], out[2], barycentric) >= 0) return;
    }
  };
}

/**
 * Brings places that another mesh of the same heart held into this one's layer: to the end, inside the layer, of the way to the
 * nearest tetrahedron's centroid there. Places already inside stay.
 *
 * @param positions  mm, [places, 3]
 * @returns [places, 3]
 */
export function bringIntoLayer(layer: PmjLayer, positions: Float64Array): Float64Array {
  const out = positions.slice();
  const barycentric = new Float64Array(4);
  let centroids: Float64Array | undefined;
  for (let at = 0; at < out.length; at += 3) {
    const [x, y, z] = out.subarray(at, at + 3);
    if (tetInLayer(layer, x, y, z, barycentric) >= 0) continue;
    centroids ??= layerCentroids(layer);
    const [cx, cy, cz] = nearestOf(centroids, x, y, z);
    let low = 0;
    let high = 1;
    for (let halving = 0; halving < 20; halving++) {
      const share = (low + high) / 2;
      const isInside =
        tetInLayer(layer, x + share * (cx - x), y + share * (cy - y), z + share * (cz - z), barycentric) >= 0;
      if (isInside) high = share;
      else low = share;
    }
    out[at] = x + high * (cx - x);
    out[at + 1] = y + high * (cy - y);
    out[at + 2] = z + high * (cz - z);
    // The way may cross a cavity: then what the halving ends at is only known to hold at the centroid itself.
    if (tetInLayer(layer, out[at], out[at + 1], out[at + 2], barycentric) < 0) out.set([cx, cy, cz], at);
  }
  return out;
}

/** Values at places inside the mesh; corners without a value (Infinity) leave their share to the others; 0 where there is none. @returns [places] */
export function interpolateAt(locator: Locator, places: Float64Array, values: Float64Array): Float64Array {
  const out = new Float64Array(places.length / 3);
  const barycentric = new Float64Array(4);
  const { tets } = locator.mesh;
  for (let at = 0; at < out.length; at++) {
    const tet = locateTet(locator, places[3 * at], places[3 * at + 1], places[3 * at + 2], barycentric);
    let sum = 0;
    let weight = 0;
    for (let corner = 0; corner < 4 && tet >= 0; corner++) {
      const value = values[tets[4 * tet + corner]];
      if (!Number.isFinite(value)) continue;
      const share = Math.max(barycentric[corner], 1e-9);
      sum += share * value;
      weight += share;
    }
    out[at] = weight > 0 ? sum / weight : 0;
  }
  return out;
}

function leastDepth({ locator, endocardialDistance }: PmjLayer, tet: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let corner = 0; corner < 4; corner++) {
    least = Math.min(least, endocardialDistance[locator.mesh.tets[4 * tet + corner]]);
  }
  return least;
}

/** Centroids of tetrahedra that lie in the layer there, mm, [tetrahedra, 3] */
function layerCentroids(layer: PmjLayer): Float64Array {
  const { points, tets } = layer.locator.mesh;
  const centroids: number[] = [];
  for (let tet = 0; tet < tets.length; tet += 4) {
    let depth = 0;
    for (let corner = 0; corner < 4; corner++) depth += layer.endocardialDistance[tets[tet + corner]] / 4;
    if (!(depth < layer.layer_mm)) continue;
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0;
      for (let corner = 0; corner < 4; corner++) sum += points[3 * tets[tet + corner] + axis] / 4;
      centroids.push(sum);
    }
  }
  return Float64Array.from(centroids);
}

/** The nearest of some places, the given one when there is none. */
function nearestOf(places: Float64Array, x: number, y: number, z: number): [number, number, number] {
  let best: [number, number, number] = [x, y, z];
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < places.length; at += 3) {
    const square = (places[at] - x) ** 2 + (places[at + 1] - y) ** 2 + (places[at + 2] - z) ** 2;
    if (square < least) {
      least = square;
      best = [places[at], places[at + 1], places[at + 2]];
    }
  }
  return best;
}

/** Index of the first entry above a value. */
function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Uniform in a tetrahedron: exponential variates over their sum. @param out [4] */
function uniformBarycentric(random: Random, out: Float64Array): void {
  let sum = 0;
  for (let corner = 0; corner < 4; corner++) {
    out[corner] = -Math.log(1 - random.uniform());
    sum += out[corner];
  }
  for (let corner = 0; corner < 4; corner++) out[corner] /= sum;
}

import { nodeCount } from '../mesh/tetMesh.ts';
import type { CoarseHeart } from './coarseHeart.ts';

/** An early site of the endocardium in ventricular coordinates. */
interface EarlySite {
  readonly ventricle: 'lv' | 'rv';
  readonly apicobasal: number;
  /** 0 is mid-septum, positive towards the anterior wall */
  readonly rotational_deg: number;
  readonly time_ms: number;
}

/**
 * Where the Purkinje network first reaches muscle: three areas of the LV within 0–5 ms (high on the anterior paraseptal wall, in the middle
 * of the septum, on the posterior paraseptal wall a third of the way from the apex) and the RV near the insertion of the anterior papillary
 * muscle 5–10 ms after the LV (Durrer et al., Circulation 1970). The coordinates are our reading of these places.
 */
const EARLY_SITES: readonly EarlySite[] = [
  { ventricle: 'lv', apicobasal: 0.7, rotational_deg: 70, time_ms: 0 },
  { ventricle: 'lv', apicobasal: 0.5, rotational_deg: 0, time_ms: 2 },
  { ventricle: 'lv', apicobasal: 0.35, rotational_deg: -70, time_ms: 2 },
  { ventricle: 'rv', apicobasal: 0.55, rotational_deg: 15, time_ms: 7 },
];

/**
 * First arrival of a Purkinje front that moves along the endocardium at a speed, ms after the first muscle, [nodes]; Infinity outside the layer.
 *
 * @param ways_mm  depth to which the front's ways along edges may go, no less than the layer's; in a layer thinner than the edges ways are torn and take detours
 */
export function openPurkinjeFront(
  heart: CoarseHeart,
  layer_mm: number,
  ways_mm = layer_mm,
): (speed_mm_ms: number) => Float64Array {
  const { mesh, endocardialDistance } = heart;
  const edges = layerEdges(mesh.tets, endocardialDistance, ways_mm);
  const nodes = EARLY_SITES.map((site) => nearestLayerNode(heart, layer_mm, site));
  return (speed_mm_ms) => {
    const times = new Float64Array(nodeCount(mesh)).fill(Number.POSITIVE_INFINITY);
    for (const [at, { time_ms }] of EARLY_SITES.entries()) {
      const node = nodes[at];
      if (node >= 0) times[node] = Math.min(times[node], time_ms);
    }
    spread(mesh.points, edges, speed_mm_ms, times);
    return fillUnreached(heart, ways_mm, speed_mm_ms, times);
  };
}

/** The layer's node nearest to a site in ventricular coordinates; −1 when the ventricle has none. */
function nearestLayerNode(
  { mesh, endocardialDistance, coordinates }: CoarseHeart,
  layer_mm: number,
  site: EarlySite,
): number {
  const target = (site.rotational_deg * Math.PI) / 180;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let node = 0; node < nodeCount(mesh); node++) {
    if (!(endocardialDistance[node] <= layer_mm)) continue;
    const isRv = coordinates.transventricular[node] > 0.5;
    if (isRv !== (site.ventricle === 'rv')) continue;
    // LV muscle on the RV's side of the septum belongs to neither site's endocardium.
    if (!(coordinates.transmural[node] <= 0.7)) continue;
    const along = coordinates.apicobasal[node] - site.apicobasal;
    const turn = Math.cos(coordinates.rotational[node] - target);
    const distance = along * along + (1 - turn) / 4;
    if (distance < least) {
      least = distance;
      best = node;
    }
  }
  return best;
}

interface Edges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Edges of tetrahedra between two nodes of the layer, by node (an edge shared by tetrahedra stands once for each). */
function layerEdges(tets: Uint32Array, endocardialDistance: Float64Array, layer_mm: number): Edges {
  const starts = new Uint32Array(endocardialDistance.length + 1);
  const each = (visit: (from: number, to: number) => void) => {
    for (let at = 0; at < tets.length; at += 4) {
      for (let i = 0; i < 4; i++) {
        if (!(endocardialDistance[tets[at + i]] <= layer_mm)) continue;
        for (let j = 0; j < 4; j++) {
          if (i !== j && endocardialDistance[tets[at + j]] <= layer_mm) visit(tets[at + i], tets[at + j]);
        }
      }
    }
  };
  each((from) => {
    starts[from + 1]++;
  });
  for (let node = 1; node < starts.length; node++) starts[node] += starts[node - 1];
  const next = starts.slice();
  const ends = new Uint32Array(starts[starts.length - 1]);
  each((from, to) => {
    ends[next[from]++] = to;
  });
  return { starts, ends };
}

/** Shortest times along edges from the finite ones (label correcting; the layer is small). @param out ms, [nodes] */
function spread(points: Float64Array, { starts, ends }: Edges, speed_mm_ms: number, out: Float64Array): void {
  const queue: number[] = [];
  const isQueued = new Uint8Array(out.length);
  for (let node = 0; node < out.length; node++) if (Number.isFinite(out[node])) queue.push(node);
  for (let head = 0; head < queue.length; head++) {
    const from = queue[head];
    isQueued[from] = 0;
    for (let at = starts[from]; at < starts[from + 1]; at++) {
      const to = ends[at];
      const length = Math.hypot(
        points[3 * to] - points[3 * from],
        points[3 * to + 1] - points[3 * from + 1],
        points[3 * to + 2] - points[3 * from + 2],
      );
      const time = out[from] + length / speed_mm_ms;
      if (!(time < out[to])) continue;
      out[to] = time;
      if (isQueued[to] === 0) {
        isQueued[to] = 1;
        queue.push(to);
      }
    }
  }
}

/** Layer nodes without a path inside the layer (a thin or torn layer) take the straight way from the nearest reached one. */
function fillUnreached(
  { mesh, endocardialDistance }: CoarseHeart,
  layer_mm: number,
  speed_mm_ms: number,
  times: Float64Array,
): Float64Array {
  const reached: number[] = [];
  const missing: number[] = [];
  for (let node = 0; node < times.length; node++) {
    if (!(endocardialDistance[node] <= layer_mm)) continue;
    (Number.isFinite(times[node]) ? reached : missing).push(node);
  }
  const out = times.slice();
  for (const node of missing) {
    let least = reached.length === 0 ? 0 : Number.POSITIVE_INFINITY;
    for (const other of reached) {
      const length = Math.hypot(
        mesh.points[3 * other] - mesh.points[3 * node],
        mesh.points[3 * other + 1] - mesh.points[3 * node + 1],
        mesh.points[3 * other + 2] - mesh.points[3 * node + 2],
      );
      least = Math.min(least, times[other] + length / speed_mm_ms);
    }
    out[node] = least;
  }
  return out;
}

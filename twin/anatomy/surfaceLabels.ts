/** Parts of the boundary while they are being found; 0 is undecided. */
export const PART = { endo: 1, epi: 2, base: 3 } as const;

/** Connected triangles of one label. */
export interface Patch {
  readonly label: number;
  readonly triangles: readonly number[];
  /** mm² */
  readonly area: number;
}

/**
 * Gives every undecided triangle the label of the decided one from which the surface bends least on the way: the cost of a step across an
 * edge is the angle between the two triangles, and a little for each step so that flat ground is shared by distance. Labels so meet on ridges.
 *
 * @param labels 0 where undecided, changed in place, [triangles]
 */
export function growLabels(out: Uint8Array, normals: Float64Array, neighbours: Uint32Array): void {
  const count = out.length;
  const cost = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  // Buckets of 0.05 rad: the order inside one is that of arrival, which is fixed.
  const width = 0.05;
  const buckets: number[][] = [[]];
  for (let triangle = 0; triangle < count; triangle++) {
    if (out[triangle] === 0) continue;
    cost[triangle] = 0;
    buckets[0].push(triangle);
  }
  const isSettled = new Uint8Array(count);
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    const queue = buckets[bucket] ?? [];
    for (let i = 0; i < queue.length; i++) {
      const triangle = queue[i];
      if (isSettled[triangle] && cost[triangle] < bucket * width) continue;
      isSettled[triangle] = 1;
      for (let edge = 0; edge < 3; edge++) {
        const next = neighbours[3 * triangle + edge];
        const reached = cost[triangle] + bend(normals, triangle, next) + 0.02;
        if (reached >= cost[next]) continue;
        cost[next] = reached;
        out[next] = out[triangle];
        const to = Math.floor(reached / width);
        while (buckets.length <= to) buckets.push([]);
        buckets[to].push(next);
      }
    }
  }
}

/** Angle between two triangles' normals, rad. */
function bend(normals: Float64Array, one: number, other: number): number {
  const a = 3 * one;
  const b = 3 * other;
  const cosine = normals[a] * normals[b] + normals[a + 1] * normals[b + 1] + normals[a + 2] * normals[b + 2];
  return Math.acos(Math.max(-1, Math.min(1, cosine)));
}

/** Connected patches of equal label (undecided ones left out), largest first; of equal size the one that starts first. */
export function findPatches(labels: Uint8Array, areas: Float64Array, neighbours: Uint32Array): Patch[] {
  const isSeen = new Uint8Array(labels.length);
  const patches: Patch[] = [];
  for (let first = 0; first < labels.length; first++) {
    if (isSeen[first] || labels[first] === 0) continue;
    isSeen[first] = 1;
    const triangles = [first];
    let area = 0;
    for (let i = 0; i < triangles.length; i++) {
      area += areas[triangles[i]];
      for (let edge = 0; edge < 3; edge++) {
        const next = neighbours[3 * triangles[i] + edge];
        if (isSeen[next] || labels[next] !== labels[first]) continue;
        isSeen[next] = 1;
        triangles.push(next);
      }
    }
    patches.push({ label: labels[first], triangles, area });
  }
  return patches.sort((a, b) => b.area - a.area || a.triangles[0] - b.triangles[0]);
}

/** Length of a patch's border with each other label, by label, counted in edges. */
export function borderOf(patch: Patch, labels: Uint8Array, neighbours: Uint32Array): number[] {
  const border: number[] = [];
  for (const triangle of patch.triangles) {
    for (let edge = 0; edge < 3; edge++) {
      const other = labels[neighbours[3 * triangle + edge]];
      if (other !== patch.label) border[other] = (border[other] ?? 0) + 1;
    }
  }
  return border;
}

/** Mean of each decided (not NaN) value and its decided neighbours; undecided ones stay NaN. */
export function smoothOver(values: Float64Array, neighbours: Uint32Array): Float64Array {
  return values.map((own, triangle) => {
    if (Number.isNaN(own)) return own;
    let sum = 2 * own;
    let weight = 2;
    for (let edge = 0; edge < 3; edge++) {
      const value = values[neighbours[3 * triangle + edge]];
      if (Number.isNaN(value)) continue;
      sum += value;
      weight++;
    }
    return sum / weight;
  });
}

/** A group of members whose activation maps are alike. */
export interface Cluster {
  /** Places in the list of maps, ascending */
  readonly members: readonly number[];
  /** The one with the least mean squared distance to the others: a map that a heart can have, which a mean is not */
  readonly medoid: number;
}

/** Ways to explain one ECG that are clearly apart. */
export interface Clustering {
  /** Largest first */
  readonly clusters: readonly Cluster[];
  /** Mean silhouette, −1 … 1 (Rousseeuw, J Comput Appl Math 1987); NaN with one cluster */
  readonly silhouette: number;
}

/** Below this mean silhouette members lie about one explanation, however far they spread: no number of groups describes them better. */
const STRUCTURED = 0.25;
const MOST_CLUSTERS = 6;

/** RMSE between maps, ms, [maps, maps]. */
export function mapDistances(maps: readonly Float64Array[]): Float64Array {
  const count = maps.length;
  const out = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let squares = 0;
      let nodes = 0;
      const [one, other] = [maps[a] as Float64Array, maps[b] as Float64Array];
      for (let node = 0; node < one.length; node++) {
        const difference = one[node] - other[node];
        if (!Number.isFinite(difference)) continue;
        squares += difference * difference;
        nodes++;
      }
      out[a * count + b] = out[b * count + a] = Math.sqrt(squares / nodes);
    }
  }
  return out;
}

/**
 * Groups maps by complete linkage: of all ways to cut the tree into 2 … 6 groups the one with the largest mean silhouette, or one group where none is
 * above 0.25. Complete linkage bounds how far two maps of a group are apart, so that a medoid speaks for all of them.
 *
 * @param distances  symmetric, [count, count]
 */
export function clusterMaps(distances: Float64Array, count: number): Clustering {
  let groups: number[][] = Array.from({ length: count }, (_, at) => [at]);
  let best: Clustering = { clusters: clustersOf([[...Array(count).keys()]], distances, count), silhouette: Number.NaN };
  let bestSilhouette = STRUCTURED;
  while (groups.length > 2) {
    groups = mergeNearest(groups, distances, count);
    if (groups.length > MOST_CLUSTERS) continue;
    const silhouette = meanSilhouette(groups, distances, count);
    if (silhouette > bestSilhouette) {
      bestSilhouette = silhouette;
      best = { clusters: clustersOf(groups, distances, count), silhouette };
    }
  }
  return best;
}

function mergeNearest(groups: readonly number[][], distances: Float64Array, count: number): number[][] {
  let pair: [number, number] = [0, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let a = 0; a < groups.length; a++) {
    for (let b = a + 1; b < groups.length; b++) {
      let farthest = 0;
      for (const i of groups[a] as number[]) {
        for (const j of groups[b] as number[]) farthest = Math.max(farthest, distances[i * count + j]);
      }
      if (farthest < least) {
        least = farthest;
        pair = [a, b];
      }
    }
  }
  const merged = [...(groups[pair[0]] as number[]), ...(groups[pair[1]] as number[])].sort((a, b) => a - b);
  return groups.flatMap((group, at) => (at === pair[0] ? [merged] : at === pair[1] ? [] : [group]));
}

/** A member alone in its group counts 0. */
function meanSilhouette(groups: readonly number[][], distances: Float64Array, count: number): number {
  const meanTo = (from: number, group: readonly number[]) => {
    let sum = 0;
    let others = 0;
    for (const to of group) {
      if (to === from) continue;
      sum += distances[from * count + to];
      others++;
    }
    return others === 0 ? Number.NaN : sum / others;
  };
  let total = 0;
  for (const group of groups) {
    for (const member of group) {
      const own = meanTo(member, group);
      if (Number.isNaN(own)) continue;
      let next = Number.POSITIVE_INFINITY;
      for (const other of groups) if (other !== group) next = Math.min(next, meanTo(member, other));
      total += (next - own) / Math.max(next, own, Number.MIN_VALUE);
    }
  }
  return total / count;
}

function clustersOf(groups: readonly (readonly number[])[], distances: Float64Array, count: number): Cluster[] {
  return groups
    .map((members) => {
      let medoid = members[0] as number;
      let least = Number.POSITIVE_INFINITY;
      for (const member of members) {
        let squares = 0;
        for (const other of members) squares += distances[member * count + other] ** 2;
        if (squares < least) {
          least = squares;
          medoid = member;
        }
      }
      return { members, medoid };
    })
    .sort((a, b) => b.members.length - a.members.length || (a.members[0] as number) - (b.members[0] as number));
}

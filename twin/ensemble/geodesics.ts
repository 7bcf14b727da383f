/** Neighbours of each place in the graph that stands for the endocardium; with fewer, ways turn more corners. */
const NEIGHBOURS = 8;
/** A place that no path reaches is thought this much farther than the straight way. Our choice; some pieces of a torn layer. */
const DETOUR = 1.3;

/**
 * Ways along a layer between all pairs of places of one ventricle: shortest paths over each place's eight nearest neighbours (Floyd 1962). Turning
 * corners, they are some 5–10 % longer than the true ones, which a front's speed makes good.
 *
 * @param positions   mm, [places, 3]
 * @param ventricles  0 LV, 1 RV, [places]
 * @returns mm, [places, places]; Infinity between ventricles
 */
export function pairwiseWays(positions: Float64Array, ventricles: Uint8Array): Float64Array {
  const places = ventricles.length;
  const out = new Float64Array(places * places).fill(Number.POSITIVE_INFINITY);
  const straight = (a: number, b: number) =>
    Math.hypot(
      positions[3 * a] - positions[3 * b],
      positions[3 * a + 1] - positions[3 * b + 1],
      positions[3 * a + 2] - positions[3 * b + 2],
    );
  for (let place = 0; place < places; place++) {
    out[place * places + place] = 0;
    const others: { other: number; length: number }[] = [];
    for (let other = 0; other < places; other++) {
      if (other !== place && ventricles[other] === ventricles[place]) {
        others.push({ other, length: straight(place, other) });
      }
    }
    others.sort((a, b) => a.length - b.length || a.other - b.other);
    for (const { other, length } of others.slice(0, NEIGHBOURS)) {
      out[place * places + other] = length;
      out[other * places + place] = length;
    }
  }
  for (let by = 0; by < places; by++) {
    for (let from = 0; from < places; from++) {
      const first = out[from * places + by];
      if (first === Number.POSITIVE_INFINITY) continue;
      for (let to = 0; to < places; to++) {
        const way = first + out[by * places + to];
        if (way < out[from * places + to]) out[from * places + to] = way;
      }
    }
  }
  for (let from = 0; from < places; from++) {
    for (let to = 0; to < places; to++) {
      const isApart = out[from * places + to] === Number.POSITIVE_INFINITY && ventricles[from] === ventricles[to];
      if (isApart) out[from * places + to] = DETOUR * straight(from, to);
    }
  }
  return out;
}

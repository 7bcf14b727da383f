/** Triangles with a value at each corner. */
export interface ScalarTriangles {
  /** [corners, 3], in the frame of the points that were given */
  readonly points: Float64Array;
  /** [corners], three a triangle */
  readonly values: Float64Array;
}

/** Around the quadrilateral that two corners on one side leave, edges in this order of their two ends make a closed ring. */
const ring = (below: readonly number[], above: readonly number[]) =>
  [
    [below[0], above[0]],
    [below[0], above[1]],
    [below[1], above[1]],
    [below[1], above[0]],
  ] as const;

/**
 * Cuts tetrahedra by the plane z = `depth`: the cut face as triangles, values linear along edges.
 *
 * @param points  [nodes, 3]
 * @param values  [nodes]
 */
export function sliceTetrahedra(
  points: Float64Array,
  tets: Uint32Array,
  values: Float64Array,
  depth: number,
): ScalarTriangles {
  const outPoints: number[] = [];
  const outValues: number[] = [];
  const push = (from: number, to: number) => {
    const [low, high] = [points[3 * from + 2], points[3 * to + 2]];
    const share = (depth - low) / (high - low);
    for (let axis = 0; axis < 3; axis++) {
      outPoints.push(points[3 * from + axis] + share * (points[3 * to + axis] - points[3 * from + axis]));
    }
    outValues.push(values[from] + share * (values[to] - values[from]));
  };
  for (let at = 0; at < tets.length; at += 4) {
    const below: number[] = [];
    const above: number[] = [];
    for (let corner = 0; corner < 4; corner++) {
      const node = tets[at + corner];
      (points[3 * node + 2] < depth ? below : above).push(node);
    }
    if (below.length === 0 || above.length === 0) continue;
    if (below.length === 2) {
      const edges = ring(below, above);
      for (const corner of [0, 1, 2, 0, 2, 3] as const) push(edges[corner][0], edges[corner][1]);
    } else {
      const [apex, others] = below.length === 1 ? [below[0], above] : [above[0], below];
      for (const other of others) push(apex, other);
    }
  }
  return { points: Float64Array.from(outPoints), values: Float64Array.from(outValues) };
}

/** What a stencil reads of the lattice and where it puts its tetrahedra. */
export interface StencilSink {
  /** Negative inside, zero on the surface, [lattice nodes] */
  readonly values: Float64Array;
  readonly strides: readonly [number, number, number];
  /** Output node of a lattice node. */
  nodeOf(latticeNode: number): number;
  /** Output node of the cut between two lattice nodes on opposite sides. */
  cutNodeOf(a: number, b: number): number;
  /** mm, [output nodes, 3] */
  readonly points: number[];
  readonly tets: number[];
}

/**
 * The part of one lattice tetrahedron that lies inside, as up to three tetrahedra (Labelle and Shewchuk, SIGGRAPH 2007, figure 3).
 * Where the surface leaves a quadrilateral on a face, its diagonal is a matter of that face alone (`isFirstDiagonal`), so that neighbours agree.
 */
export function emitStencil(sink: StencilSink, a: number, b: number, c: number, d: number): void {
  const inside: number[] = [];
  const outside: number[] = [];
  const surface: number[] = [];
  for (const node of [a, b, c, d]) {
    const value = sink.values[node];
    if (value < 0) inside.push(node);
    else if (value > 0) outside.push(node);
    else surface.push(node);
  }
  const [in0 = 0, in1 = 0, in2 = 0] = inside;
  const [out0 = 0, out1 = 0] = outside;
  if (outside.length === 0) {
    emit(sink, sink.nodeOf(a), sink.nodeOf(b), sink.nodeOf(c), sink.nodeOf(d));
  } else if (inside.length === 1) {
    const [p = 0, q = 0, r = 0] = [
      ...surface.map((node) => sink.nodeOf(node)),
      ...outside.map((node) => sink.cutNodeOf(in0, node)),
    ];
    emit(sink, sink.nodeOf(in0), p, q, r);
  } else if (inside.length === 2 && outside.length === 1) {
    const apex = sink.nodeOf(surface[0]);
    const [first, second] = isFirstDiagonal(sink, in0, in1, out0) ? [in0, in1] : [in1, in0];
    const far = sink.cutNodeOf(second, out0);
    emit(sink, sink.nodeOf(first), sink.nodeOf(second), far, apex);
    emit(sink, sink.nodeOf(first), far, sink.cutNodeOf(first, out0), apex);
  } else if (inside.length === 2) {
    const near = [sink.nodeOf(in0), sink.cutNodeOf(in0, out0), sink.cutNodeOf(in0, out1)];
    const far = [sink.nodeOf(in1), sink.cutNodeOf(in1, out0), sink.cutNodeOf(in1, out1)];
    const before1 = isFirstDiagonal(sink, in0, in1, out0);
    const before2 = isFirstDiagonal(sink, in0, in1, out1);
    const isFree = before1 === before2;
    const oneBeforeTwo = isFree
      ? squaredLength(sink, near[1], far[2]) <= squaredLength(sink, near[2], far[1])
      : before2;
    emitPrism(sink, near, far, before1, before2, oneBeforeTwo);
  } else {
    const cuts = inside.map((node) => sink.cutNodeOf(node, out0));
    emitPrism(
      sink,
      inside.map((node) => sink.nodeOf(node)),
      cuts,
      isFirstDiagonal(sink, in0, in1, out0),
      isFirstDiagonal(sink, in0, in2, out0),
      isFirstDiagonal(sink, in1, in2, out0),
    );
  }
}

/**
 * Whether the diagonal of the quadrilateral p, q, cut(q, out), cut(p, out) starts at p. Where one of the cut edges is long and one
 * short, the diagonal ends at the long edge's cut; where both are short, at the node from which `out` lies in an octant of even parity.
 */
function isFirstDiagonal(sink: StencilSink, p: number, q: number, out: number): boolean {
  if ((p & 1) !== (q & 1)) return (p & 1) !== (out & 1);
  return isEvenOctant(sink.strides, p, out);
}

/** Whether an even number of the coordinates of `to` lie below those of `from`, its neighbour along a short edge. */
function isEvenOctant(strides: readonly [number, number, number], from: number, to: number): boolean {
  const isCorner = (from & 1) === 0;
  let step = Math.abs(isCorner ? from + 1 - to : to + 1 - from);
  let axes = 0;
  for (let axis = 2; axis >= 0; axis--) {
    const stride = strides[axis];
    if (step >= stride) {
      step -= stride;
      axes++;
    }
  }
  return ((isCorner ? axes : 3 - axes) & 1) === 0;
}

/** A prism between triangles `near` and `far` as three tetrahedra: `iBeforeJ` puts its side's diagonal from near[i] to far[j]. */
function emitPrism(
  sink: StencilSink,
  near: readonly number[],
  far: readonly number[],
  zeroBeforeOne: boolean,
  zeroBeforeTwo: boolean,
  oneBeforeTwo: boolean,
): void {
  const rank0 = (zeroBeforeOne ? 0 : 1) + (zeroBeforeTwo ? 0 : 1);
  const rank1 = (zeroBeforeOne ? 1 : 0) + (oneBeforeTwo ? 0 : 1);
  const order = [0, 0, 0];
  order[rank0] = 0;
  order[rank1] = 1;
  order[3 - rank0 - rank1] = 2;
  const [p = 0, q = 0, r = 0] = order;
  emit(sink, near[p], near[q], near[r], far[r]);
  emit(sink, near[p], near[q], far[q], far[r]);
  emit(sink, near[p], far[p], far[q], far[r]);
}

function squaredLength({ points }: StencilSink, a: number, b: number): number {
  const x = points[3 * a] - points[3 * b];
  const y = points[3 * a + 1] - points[3 * b + 1];
  const z = points[3 * a + 2] - points[3 * b + 2];
  return x * x + y * y + z * z;
}

/** Appends a tetrahedron, its last two nodes in the order that makes it positive. */
function emit({ points, tets }: StencilSink, a: number, b: number, c: number, d: number): void {
  const x = points[3 * a];
  const y = points[3 * a + 1];
  const z = points[3 * a + 2];
  const bx = points[3 * b] - x;
  const by = points[3 * b + 1] - y;
  const bz = points[3 * b + 2] - z;
  const cx = points[3 * c] - x;
  const cy = points[3 * c + 1] - y;
  const cz = points[3 * c + 2] - z;
  const dx = points[3 * d] - x;
  const dy = points[3 * d + 1] - y;
  const dz = points[3 * d + 2] - z;
  const volume6 = bx * (cy * dz - cz * dy) - by * (cx * dz - cz * dx) + bz * (cx * dy - cy * dx);
  if (volume6 > 0) tets.push(a, b, c, d);
  else tets.push(a, b, d, c);
}

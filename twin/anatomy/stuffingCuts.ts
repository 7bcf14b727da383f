import type { SignedDistance } from './stuffing.ts';
import { type Lattice, position } from './stuffingLattice.ts';

/** A cut nearer to a node than this share of its edge warps the node onto it: long and short edges (Labelle and Shewchuk 2007, table 1, uniform lattice). */
const ALPHA_LONG = 0.24999;
const ALPHA_SHORT = 0.41189;

/** Refinements of a cut by regula falsi (Illinois) after a linear guess: at most three, none once it is this near to the surface, in spacings. */
const CUT_STEPS = 3;
const CUT_TOLERANCE = 1e-3;

/** Where the surface crosses lattice edges, after warping. */
export interface CutLattice {
  /** mm, [cuts, 3] */
  readonly points: Float64Array;
  /** Cut onto which a lattice node was warped. */
  readonly warpOf: ReadonlyMap<number, number>;
  /** Number of the cut between two lattice nodes on opposite sides. */
  cutOf(a: number, b: number): number;
}

/** Finds the cuts of all edges and warps nodes that are too near to one: their value becomes 0 and their other cuts are gone. */
export function cutLattice(lattice: Lattice, distance: SignedDistance): CutLattice {
  const steps = edgeSteps(lattice);
  const found = findCuts(lattice, distance, steps);
  return {
    points: found.points,
    warpOf: warp(lattice, steps, found),
    cutOf: (a, b) => found.cuts.get(edgeKey(a, b)) ?? -1,
  };
}

/** Differences of node numbers along the 6 long and 8 short edges of a corner and of a centre. */
interface EdgeSteps {
  readonly corner: Int32Array;
  readonly centre: Int32Array;
}
const LONG_EDGES = 6;

function edgeSteps(lattice: Lattice): EdgeSteps {
  const [sx, sy, sz] = lattice.strides;
  const long = [sx, sy, sz, -sx, -sy, -sz];
  const cube = Array.from({ length: 8 }, (_, at) => (at & 1) * sx + ((at >> 1) & 1) * sy + (at >> 2) * sz);
  return {
    corner: Int32Array.from([...long, ...cube.map((step) => 1 - step)]),
    centre: Int32Array.from([...long, ...cube.map((step) => step - 1)]),
  };
}

const stepsOf = (steps: EdgeSteps, node: number): Int32Array => (node & 1 ? steps.centre : steps.corner);

/** One number for an edge: a lattice holds fewer than 2²⁶ nodes, so it is exact. */
const edgeKey = (a: number, b: number): number => (a < b ? a * 0x4000000 + b : b * 0x4000000 + a);

interface FoundCuts {
  readonly points: Float64Array;
  /** Place along the edge from its lower node, 0 … 1, [cuts] */
  readonly along: Float64Array;
  readonly cuts: Map<number, number>;
  /** Nodes with at least one cut, ascending. */
  readonly cutNodes: readonly number[];
}

function findCuts(lattice: Lattice, distance: SignedDistance, steps: EdgeSteps): FoundCuts {
  const { values } = lattice;
  const points: number[] = [];
  const along: number[] = [];
  const cuts = new Map<number, number>();
  const isCut = new Uint8Array(values.length);
  const from: [number, number, number] = [0, 0, 0];
  const to: [number, number, number] = [0, 0, 0];
  const last = values.length - (lattice.strides[2] + lattice.strides[1] + lattice.strides[0]);
  for (let node = 0; node < last; node++) {
    const value = values[node];
    if (value === 0) continue;
    const nodeSteps = stepsOf(steps, node);
    for (let edge = 0; edge < nodeSteps.length; edge++) {
      const other = node + nodeSteps[edge];
      if (other < node) continue;
      const otherValue = values[other];
      if (value < 0 ? otherValue <= 0 : otherValue >= 0) continue;
      position(lattice, node, from);
      position(lattice, other, to);
      const t = crossing(distance, from, to, value, otherValue, CUT_TOLERANCE * lattice.spacing_mm);
      cuts.set(edgeKey(node, other), along.length);
      along.push(t);
      points.push(from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]), from[2] + t * (to[2] - from[2]));
      isCut[node] = 1;
      isCut[other] = 1;
    }
  }
  const cutNodes: number[] = [];
  for (let node = 0; node < isCut.length; node++) if (isCut[node]) cutNodes.push(node);
  return { points: Float64Array.from(points), along: Float64Array.from(along), cuts, cutNodes };
}

function crossing(
  distance: SignedDistance,
  from: readonly [number, number, number],
  to: readonly [number, number, number],
  fromValue: number,
  toValue: number,
  tolerance: number,
): number {
  let low = 0;
  let high = 1;
  let lowValue = fromValue;
  let highValue = toValue;
  let t = lowValue / (lowValue - highValue);
  for (let step = 0; step < CUT_STEPS; step++) {
    const value = distance(
      from[0] + t * (to[0] - from[0]),
      from[1] + t * (to[1] - from[1]),
      from[2] + t * (to[2] - from[2]),
    );
    if (Math.abs(value) < tolerance) return t;
    if (value < 0 === lowValue < 0) {
      low = t;
      lowValue = value;
      highValue /= 2;
    } else {
      high = t;
      highValue = value;
      lowValue /= 2;
    }
    t = low + ((high - low) * lowValue) / (lowValue - highValue);
  }
  return t;
}

function warp(lattice: Lattice, steps: EdgeSteps, { along, cuts, cutNodes }: FoundCuts): Map<number, number> {
  const warpOf = new Map<number, number>();
  for (const node of cutNodes) {
    const nodeSteps = stepsOf(steps, node);
    let nearest = -1;
    let nearestShare = 1;
    for (let edge = 0; edge < nodeSteps.length; edge++) {
      const other = node + nodeSteps[edge];
      const cut = cuts.get(edgeKey(node, other));
      if (cut === undefined) continue;
      const t = along[cut];
      const share = (node < other ? t : 1 - t) / (edge < LONG_EDGES ? ALPHA_LONG : ALPHA_SHORT);
      if (share < nearestShare) {
        nearest = cut;
        nearestShare = share;
      }
    }
    if (nearest < 0) continue;
    warpOf.set(node, nearest);
    lattice.values[node] = 0;
    for (let edge = 0; edge < nodeSteps.length; edge++) cuts.delete(edgeKey(node, node + nodeSteps[edge]));
  }
  return warpOf;
}

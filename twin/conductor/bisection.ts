import { TwinError } from '../errors.ts';
import type { EdgeSize } from './edgeSize.ts';
import { type EdgeTable, openEdgeTable } from './edgeTable.ts';

/** Tetrahedra with the triangles of their boundary, outward. */
export interface BoundedTets {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** Positively oriented, [tets, 4] */
  readonly tets: Uint32Array;
  /** Boundary, [triangles, 3] */
  readonly triangles: Uint32Array;
}

/** Moves the midpoint of a boundary edge onto the true boundary. @param place mm, [3], read and written */
export type ToBoundary = (place: Float64Array) => void;

const PAIRS = [0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3] as const;
/** A node on the boundary goes back to the middle of its edge where a tetrahedron about it would lose more than this share of its volume. */
const LEAST_VOLUME = 0.4;
/** Each pass halves at most every longest edge; a lattice needs three for half the edge length. */
const MOST_PASSES = 30;
/** Halves that wait while a tetrahedron is cut: no more than its edges. */
const DEEPEST = 16;

/**
 * Refines by bisection of longest edges until no tetrahedron has an edge longer than `size` asks for at its middle. In each pass every tetrahedron
 * that is too large marks its longest edge; a tetrahedron with any marked edge marks its longest too (Rivara, SIAM J Numer Anal 1984), and is
 * then cut through its marked edges, longest first. Edges have one order (length, then number) in the whole mesh, so that
 * neighbours cut their common face alike and the mesh stays conforming. Lattice tetrahedra keep to three shapes for ever.
 *
 * @throws TwinError BadAnatomy beyond `mostTets`
 */
export function bisectTo(mesh: BoundedTets, size: EdgeSize, toBoundary: ToBoundary, mostTets: number): BoundedTets {
  let now = mesh;
  let edges = measureEdges(mesh);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const marked = markEdges(now, edges, size);
    if (marked === undefined) break;
    const { points, middleOf } = addMiddles(now, edges, marked, toBoundary);
    const triangles = cutTriangles(now.triangles, edges, middleOf);
    const { tets, ofTet } = cutTets(now.tets, edges, middleOf);
    takeBack(points, tets, now.points, middleOf, edges);
    edges = { table: edges.table, ofTet, ...lengthsFrom(edges, points) };
    now = { points, tets, triangles };
    if (tets.length / 4 > mostTets) {
      throw new TwinError(
        'BadAnatomy',
        `the torso needs more than ${mostTets} tetrahedra at the edge lengths asked for; expected fewer; use longer edges or check the unit of the torso`,
        { tets: tets.length / 4 },
      );
    }
  }
  return now;
}

/** Edges of a mesh. Those that were cut keep their numbers and are not met again. */
export interface Edges {
  readonly table: EdgeTable;
  /** Lower node first, [edges, 2] */
  readonly nodes: Uint32Array;
  /** Squared lengths, mm², [edges] */
  readonly squared: Float64Array;
  /** Place in the order of the mesh's edges: a longer edge has a higher one, and no two the same, [edges] */
  readonly rank: Float64Array;
  /** Edges of each tetrahedron in the order of PAIRS, [tets, 6] */
  readonly ofTet: Uint32Array;
}

/** Numbers, measures and orders the edges of a mesh. */
export function measureEdges({ points, tets }: Pick<BoundedTets, 'points' | 'tets'>): Edges {
  const table = openEdgeTable(points.length / 3);
  const ofTet = new Uint32Array((tets.length / 4) * 6);
  for (let tet = 0; tet < tets.length / 4; tet++) {
    for (let pair = 0; pair < 6; pair++) {
      ofTet[6 * tet + pair] = table.add(tets[4 * tet + PAIRS[2 * pair]], tets[4 * tet + PAIRS[2 * pair + 1]]);
    }
  }
  return { table, ofTet, ...lengthsFrom({ table, squared: new Float64Array(0), rank: new Float64Array(0) }, points) };
}

/** Nodes, lengths and ranks of all edges of a table, those already measured taken over. */
function lengthsFrom(
  { table, squared: known, rank: knownRank }: Pick<Edges, 'table' | 'squared' | 'rank'>,
  points: Float64Array,
): Pick<Edges, 'nodes' | 'squared' | 'rank'> {
  const nodes = table.nodes();
  const squared = new Float64Array(table.size);
  const rank = new Float64Array(table.size);
  squared.set(known);
  rank.set(knownRank);
  for (let edge = known.length; edge < squared.length; edge++) {
    const a = 3 * nodes[2 * edge];
    const b = 3 * nodes[2 * edge + 1];
    const x = points[b] - points[a];
    const y = points[b + 1] - points[a + 1];
    const z = points[b + 2] - points[a + 2];
    squared[edge] = x * x + y * y + z * z;
    // Lengths that differ by rounding alone count as equal and are told apart by the edge's number, so that a lattice is cut regularly.
    rank[edge] = Math.fround(squared[edge]) * (1 + edge * 1e-14);
  }
  return { nodes, squared, rank };
}

/** Marks, [edges]; undefined when no tetrahedron is too large. */
function markEdges({ points, tets }: BoundedTets, edges: Edges, size: EdgeSize): Uint8Array | undefined {
  const { ofTet, rank, squared, nodes } = edges;
  const marked = new Uint8Array(squared.length);
  const longest = new Uint32Array(tets.length / 4);
  let isAny = false;
  for (let tet = 0; tet < longest.length; tet++) {
    let edge = ofTet[6 * tet];
    for (let pair = 1; pair < 6; pair++) {
      const other = ofTet[6 * tet + pair];
      if (rank[other] > rank[edge]) edge = other;
    }
    longest[tet] = edge;
    if (marked[edge] === 1) continue;
    const a = 3 * nodes[2 * edge];
    const b = 3 * nodes[2 * edge + 1];
    const wanted = size(
      (points[a] + points[b]) / 2,
      (points[a + 1] + points[b + 1]) / 2,
      (points[a + 2] + points[b + 2]) / 2,
    );
    if (squared[edge] <= wanted * wanted) continue;
    marked[edge] = 1;
    isAny = true;
  }
  if (!isAny) return undefined;
  let isGrowing = true;
  while (isGrowing) {
    isGrowing = false;
    for (let tet = 0; tet < longest.length; tet++) {
      if (marked[longest[tet]] === 1) continue;
      const at = 6 * tet;
      if (
        marked[ofTet[at]] === 0 &&
        marked[ofTet[at + 1]] === 0 &&
        marked[ofTet[at + 2]] === 0 &&
        marked[ofTet[at + 3]] === 0 &&
        marked[ofTet[at + 4]] === 0 &&
        marked[ofTet[at + 5]] === 0
      ) {
        continue;
      }
      marked[longest[tet]] = 1;
      isGrowing = true;
    }
  }
  return marked;
}

interface Middles {
  readonly points: Float64Array;
  /** Node in the middle of each edge, −1 where it is not cut, [edges] */
  readonly middleOf: Int32Array;
}

function addMiddles(
  { points, triangles }: BoundedTets,
  edges: Edges,
  marked: Uint8Array,
  toBoundary: ToBoundary,
): Middles {
  const middleOf = new Int32Array(marked.length).fill(-1);
  let nodes = points.length / 3;
  for (let edge = 0; edge < marked.length; edge++) if (marked[edge] === 1) middleOf[edge] = nodes++;
  const all = new Float64Array(3 * nodes);
  all.set(points);
  for (let edge = 0; edge < marked.length; edge++) {
    if (marked[edge] === 1) writeMiddle(all, points, edges.nodes, edge, middleOf[edge]);
  }
  const place = new Float64Array(3);
  for (let at = 0; at < triangles.length; at++) {
    const a = triangles[at];
    const b = triangles[at % 3 === 2 ? at - 2 : at + 1];
    if (a > b) continue; // Each boundary edge is met twice, once in each direction.
    const middle = middleOf[edges.table.find(a, b)];
    if (middle < 0) continue;
    place.set(all.subarray(3 * middle, 3 * middle + 3));
    toBoundary(place);
    all.set(place, 3 * middle);
  }
  return { points: all, middleOf };
}

function writeMiddle(out: Float64Array, points: Float64Array, nodes: Uint32Array, edge: number, middle: number): void {
  const a = 3 * nodes[2 * edge];
  const b = 3 * nodes[2 * edge + 1];
  for (let axis = 0; axis < 3; axis++) out[3 * middle + axis] = (points[a + axis] + points[b + axis]) / 2;
}

/**
 * Cuts tetrahedra through their marked edges, longest first; the halves take the place of the whole, orientation kept.
 *
 * @param middleOf  new node on each edge, −1 where it is not cut, [edges]
 */
export function cutTets(
  tets: Uint32Array,
  { table, rank, ofTet }: Pick<Edges, 'table' | 'rank' | 'ofTet'>,
  middleOf: Int32Array,
): Pick<BoundedTets, 'tets'> & Pick<Edges, 'ofTet'> {
  let out = new Uint32Array(2 * tets.length);
  let outEdges = new Uint32Array(3 * tets.length);
  let count = 0;
  const nodes = new Uint32Array(4 * DEEPEST);
  const edges = new Uint32Array(6 * DEEPEST);
  for (let tet = 0; tet < tets.length / 4; tet++) {
    for (let corner = 0; corner < 4; corner++) nodes[corner] = tets[4 * tet + corner];
    for (let pair = 0; pair < 6; pair++) edges[pair] = ofTet[6 * tet + pair];
    for (let top = 0; top >= 0; ) {
      const n = 4 * top;
      const e = 6 * top;
      let cut = -1;
      let highest = -1;
      for (let pair = 0; pair < 6; pair++) {
        const edge = edges[e + pair];
        if (!(middleOf[edge] >= 0) || rank[edge] <= highest) continue;
        highest = rank[edge];
        cut = pair;
      }
      if (cut < 0) {
        if (4 * count === out.length) {
          out = doubled(out);
          outEdges = doubled(outEdges);
        }
        for (let corner = 0; corner < 4; corner++) out[4 * count + corner] = nodes[n + corner];
        for (let pair = 0; pair < 6; pair++) outEdges[6 * count + pair] = edges[e + pair];
        count++;
        top--;
        continue;
      }
      const middle = middleOf[edges[e + cut]];
      const first = PAIRS[2 * cut];
      const second = PAIRS[2 * cut + 1];
      for (let corner = 0; corner < 4; corner++) nodes[n + 4 + corner] = nodes[n + corner];
      for (let pair = 0; pair < 6; pair++) edges[e + 6 + pair] = edges[e + pair];
      nodes[n + second] = middle;
      nodes[n + 4 + first] = middle;
      for (let pair = 0; pair < 6; pair++) {
        const i = PAIRS[2 * pair];
        const j = PAIRS[2 * pair + 1];
        if (i === second || j === second) edges[e + pair] = table.add(nodes[n + i], nodes[n + j]);
        if (i === first || j === first) edges[e + 6 + pair] = table.add(nodes[n + 4 + i], nodes[n + 4 + j]);
      }
      top++;
    }
  }
  return { tets: out.slice(0, 4 * count), ofTet: outEdges.slice(0, 6 * count) };
}

/** Cuts the triangles of a boundary as `cutTets` cuts the tetrahedra behind them. @param triangles [triangles, 3] */
export function cutTriangles(
  triangles: Uint32Array,
  { table, rank }: Pick<Edges, 'table' | 'rank'>,
  middleOf: Int32Array,
): Uint32Array {
  const out: number[] = [];
  const stack: number[] = [];
  for (let at = 0; at < triangles.length; at += 3) {
    stack.push(triangles[at], triangles[at + 1], triangles[at + 2]);
    while (stack.length > 0) {
      const corners = stack.splice(-3);
      let highest = -1;
      let first = -1;
      let middle = -1;
      for (let side = 0; side < 3; side++) {
        const edge = table.find(corners[side], corners[(side + 1) % 3]);
        if (edge < 0 || !(middleOf[edge] >= 0) || rank[edge] <= highest) continue;
        highest = rank[edge];
        middle = middleOf[edge];
        first = side;
      }
      if (first < 0) {
        out.push(...corners);
        continue;
      }
      const [a, b, c] = [corners[first], corners[(first + 1) % 3], corners[(first + 2) % 3]];
      stack.push(a, middle, c, middle, b, c);
    }
  }
  return Uint32Array.from(out);
}

function doubled(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(2 * from.length);
  out.set(from);
  return out;
}

/** Puts nodes that were moved to the boundary back to the middle of their edges wherever a tetrahedron about them became too flat. */
function takeBack(
  points: Float64Array,
  tets: Uint32Array,
  old: Float64Array,
  middleOf: Int32Array,
  edges: Edges,
): void {
  const straight = points.slice();
  for (let edge = 0; edge < middleOf.length; edge++) {
    if (middleOf[edge] >= 0) writeMiddle(straight, old, edges.nodes, edge, middleOf[edge]);
  }
  const moved = new Uint8Array(points.length / 3);
  for (let at = old.length; at < points.length; at++) if (points[at] !== straight[at]) moved[Math.floor(at / 3)] = 1;
  let isFlat = true;
  while (isFlat) {
    isFlat = false;
    for (let at = 0; at < tets.length; at += 4) {
      if ((moved[tets[at]] | moved[tets[at + 1]] | moved[tets[at + 2]] | moved[tets[at + 3]]) === 0) continue;
      if (sixVolumes(points, tets, at) >= LEAST_VOLUME * sixVolumes(straight, tets, at)) continue;
      isFlat = true;
      for (let corner = 0; corner < 4; corner++) {
        const node = tets[at + corner];
        if (moved[node] === 0) continue;
        moved[node] = 0;
        for (let axis = 0; axis < 3; axis++) points[3 * node + axis] = straight[3 * node + axis];
      }
    }
  }
}

/** Six times a tetrahedron's signed volume, mm³. @param at  four times its number */
export function sixVolumes(points: Float64Array, tets: Uint32Array, at: number): number {
  const a = 3 * tets[at];
  const b = 3 * tets[at + 1];
  const c = 3 * tets[at + 2];
  const d = 3 * tets[at + 3];
  const bx = points[b] - points[a];
  const by = points[b + 1] - points[a + 1];
  const bz = points[b + 2] - points[a + 2];
  const cx = points[c] - points[a];
  const cy = points[c + 1] - points[a + 1];
  const cz = points[c + 2] - points[a + 2];
  const dx = points[d] - points[a];
  const dy = points[d + 1] - points[a + 1];
  const dz = points[d + 2] - points[a + 2];
  return bx * (cy * dz - cz * dy) + by * (cz * dx - cx * dz) + bz * (cx * dy - cy * dx);
}

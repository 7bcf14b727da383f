import type { HeartModel } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import type { Projection } from '../../twin/ecg/projection.ts';
import { velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { TwinError } from '../../twin/errors.ts';
import type { Csr } from '../../twin/mesh/nodeTets.ts';
import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { UNITS_PER_MM } from './shaders/nearField.ts';

/** Words of a tetrahedron: four nodes, then eight coordinates. */
export const TET_WORDS = 12;
/** Conductions that a tetrahedron can have: a region with fibre, or one without (then 4 more). */
export const CODES = 8;
/** Nodes are counted in 28 bits, places among tetrahedra in 30. */
const MOST_NODES = 2 ** 28;
const MOST_TETS = 2 ** 30;
/** Of 2³⁰, what the cubic weights of one lead's nodes may fill: their absolute sum is at most 1.25. */
const FULL = 2 ** 30 / 1.25;

/**
 * Tetrahedra in the frame of their fibres, divided by `speed`: with x along the fibre, corner 1 in the plane x y and all
 * from corner 0 on, eight coordinates are left. Their last node carries the code of the conduction.
 */
export function packTets(mesh: TetMesh): Uint32Array {
  const { points, tets, regions, fibres, speed } = mesh;
  const count = tetCount(mesh);
  if (nodeCount(mesh) > MOST_NODES || count > MOST_TETS) {
    throw new TwinError('BadInput', `mesh: found ${count} tetrahedra, expected at most 2³⁰; take a coarser mesh`);
  }
  const words = new Uint32Array(TET_WORDS * count);
  const numbers = new Float32Array(words.buffer);
  const edges = new Float64Array(9);
  for (let tet = 0; tet < count; tet++) {
    const slow = 1 / (speed === undefined ? 1 : speed[tet]);
    let fx = fibres[3 * tet];
    const fy = fibres[3 * tet + 1];
    const fz = fibres[3 * tet + 2];
    const isFibreless = fx === 0 && fy === 0 && fz === 0;
    if (isFibreless) fx = 1;
    for (let corner = 1; corner < 4; corner++) {
      for (let axis = 0; axis < 3; axis++) {
        const other = points[3 * tets[4 * tet + corner] + axis];
        edges[3 * corner - 3 + axis] = slow * (other - points[3 * tets[4 * tet] + axis]);
      }
    }
    // The second axis is the part of the first edge across the fibre; of an edge along the fibre, the part of an axis of space.
    const along = edges[0] * fx + edges[1] * fy + edges[2] * fz;
    let ux = edges[0] - along * fx;
    let uy = edges[1] - along * fy;
    let uz = edges[2] - along * fz;
    let length = Math.hypot(ux, uy, uz);
    if (length < 1e-9 * Math.abs(along)) {
      const isX = Math.abs(fx) < 0.7;
      const dot = isX ? fx : fy;
      ux = (isX ? 1 : 0) - dot * fx;
      uy = (isX ? 0 : 1) - dot * fy;
      uz = -dot * fz;
      length = Math.hypot(ux, uy, uz);
    }
    ux /= length;
    uy /= length;
    uz /= length;
    const wx = fy * uz - fz * uy;
    const wy = fz * ux - fx * uz;
    const wz = fx * uy - fy * ux;
    const at = TET_WORDS * tet;
    for (let corner = 0; corner < 4; corner++) words[at + corner] = tets[4 * tet + corner];
    words[at + 3] |= ((regions[tet] + (isFibreless ? 4 : 0)) << 28) >>> 0;
    let to = at + 4;
    for (let edge = 0; edge < 9; edge += 3) {
      const x = edges[edge];
      const y = edges[edge + 1];
      const z = edges[edge + 2];
      numbers[to++] = x * fx + y * fy + z * fz;
      numbers[to++] = x * ux + y * uy + z * uz;
      if (edge > 0) numbers[to++] = x * wx + y * wy + z * wz;
    }
  }
  return words;
}

/** Where each node's items start, then the items `4 · tetrahedron + corner`, in one array. */
export function packIncidence({ starts, items }: Csr, tets: Uint32Array): Uint32Array {
  const head = starts.length;
  const packed = new Uint32Array(head + items.length);
  for (let node = 0; node < head; node++) packed[node] = head + starts[node];
  for (let node = 0; node < head - 1; node++) {
    for (let at = starts[node]; at < starts[node + 1]; at++) {
      const first = 4 * items[at];
      let corner = 0;
      while (tets[first + corner] !== node) corner++;
      packed[head + at] = first + corner;
    }
  }
  return packed;
}

/** Of each tetrahedron its neighbours across the faces (the highest number for none), then fibre and 1/speed, [tets, 8] */
export function packWays({ fibres, speed }: TetMesh, neighbours: Int32Array): Uint32Array {
  const words = new Uint32Array(2 * neighbours.length);
  const numbers = new Float32Array(words.buffer);
  for (let tet = 0; tet < neighbours.length / 4; tet++) {
    for (let corner = 0; corner < 4; corner++) words[8 * tet + corner] = neighbours[4 * tet + corner];
    for (let axis = 0; axis < 3; axis++) numbers[8 * tet + 4 + axis] = fibres[3 * tet + axis];
    numbers[8 * tet + 7] = 1 / (speed === undefined ? 1 : speed[tet]);
  }
  return words;
}

/** Middle of the box around a mesh, mm. @throws TwinError BadInput when it is too far from there to its ends to be counted */
export function middleOf({ points }: TetMesh): Float64Array {
  const low = new Float64Array(3).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(3).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < points.length; at++) {
    const axis = at % 3;
    if (points[at] < low[axis]) low[axis] = points[at];
    if (points[at] > high[axis]) high[axis] = points[at];
  }
  const widest = high.reduce((most, value, axis) => Math.max(most, value - low[axis]), 0);
  if (widest * UNITS_PER_MM >= 2 ** 32) {
    throw new TwinError('BadInput', `mesh: found ${widest.toFixed(0)} mm from end to end, expected a heart in mm`);
  }
  return low.map((value, axis) => (value + high[axis]) / 2);
}

/** Places of nodes in units from the middle, [nodes, 4] of which three are used */
export function packPoints({ points }: TetMesh, middle: Float64Array): Int32Array {
  const packed = new Int32Array((4 * points.length) / 3);
  for (let node = 0; node < points.length / 3; node++) {
    for (let axis = 0; axis < 3; axis++) {
      packed[4 * node + axis] = Math.round((points[3 * node + axis] - middle[axis]) * UNITS_PER_MM);
    }
  }
  return packed;
}

/** Where each cell's nodes start in the same array, then the nodes that tetrahedra use, cell by cell. */
export function packCells(cellNodes: Csr, nodeTets: Csr): Uint32Array {
  const head = cellNodes.starts.length;
  const packed = new Uint32Array(head + cellNodes.items.length);
  let to = head;
  for (let cell = 0; cell < head - 1; cell++) {
    packed[cell] = to;
    for (let at = cellNodes.starts[cell]; at < cellNodes.starts[cell + 1]; at++) {
      const node = cellNodes.items[at];
      if (nodeTets.starts[node + 1] > nodeTets.starts[node]) packed[to++] = node;
    }
  }
  packed[head - 1] = to;
  return packed;
}

/** 1/velocity along and across of every code, ms/mm, [CODES, 2] */
export function slownessByCode(parameters: Pick<ActivationParameters, 'lv' | 'rv'>): Float32Array {
  const byRegion = velocitiesByRegion(parameters);
  const slowness = new Float32Array(2 * CODES);
  for (let code = 1; code < CODES; code++) {
    const region = code & 3;
    if (region === 0) continue;
    slowness[2 * code] = 1 / byRegion[2 * region + (code > 3 ? 1 : 0)];
    slowness[2 * code + 1] = 1 / byRegion[2 * region + 1];
  }
  return slowness;
}

/**
 * Lead vectors as multiples of a unit for each lead, so large that the integers which they are rounded to fill 2³⁰ when all nodes'
 * shares fall together, and never more.
 */
export function scaleLeads({ leadVectors, leads }: HeartModel): { vectors: Float32Array; units: Float32Array } {
  const sums = new Float64Array(leads);
  for (let at = 0; at < leadVectors.length; at++) sums[at % leads] += Math.abs(leadVectors[at]);
  const units = Float32Array.from(sums, (sum) => (sum > 0 ? sum / FULL : 1));
  return { vectors: leadVectors.map((value, at) => value / units[at % leads]), units };
}

/** Of each grid step, the first sample whose kernel uses it and the one after the last, [steps, 2] */
export function kernelReach({ steps, samples, firsts, width }: Projection): Uint32Array {
  const reach = new Uint32Array(2 * steps);
  let first = 0;
  let end = 0;
  for (let step = 0; step < steps; step++) {
    while (first < samples && firsts[first] + width <= step) first++;
    while (end < samples && firsts[end] <= step) end++;
    reach[2 * step] = first;
    reach[2 * step + 1] = Math.max(first, end);
  }
  return reach;
}

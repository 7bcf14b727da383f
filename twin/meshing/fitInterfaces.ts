import { interfaceStep, openStepSpace } from './interfaceStep.ts';
import type { Materials } from './materials.ts';
import type { Meetings } from './meetings.ts';
import { type Guard, moveGuarded, type Stars } from './stars.ts';

/** Longest move of one sweep, in spacings. */
const LONGEST = 0.5;
/** Inner nodes that wish to move less stay where they are, in spacings. */
const LEAST = 0.005;
/** Share of the way to the middle of its like that a node goes in one sweep along its interface. */
const TANGENTIAL = 0.5;
/** Share of the way to the middle of its neighbours that an inner node goes. */
const RELAXATION = 0.6;

/** What a sweep needs beside the mesh. */
export interface Sweep {
  readonly materials: Materials;
  readonly meetings: Meetings;
  readonly guard: Guard;
  readonly spacing_mm: number;
  /** mm, added to the materials' values, [materials + 1] */
  readonly offsets: Float64Array;
  /** Inner nodes that are relaxed */
  readonly innerNodes: Uint32Array;
  readonly interfaceNodes: Uint32Array;
}

/** One sweep over all nodes in their order: interface nodes to their interfaces and apart from each other, inner ones after them, each as far as the guard lets it. */
export function sweepNodes(stars: Stars, sweep: Sweep): void {
  const { points } = stars;
  const { materials, meetings, guard, spacing_mm, offsets } = sweep;
  const { setOf, sets, holds } = meetings;
  const space = openStepSpace();
  const wish = new Float64Array(3);
  const step = new Float64Array(3);
  const at: [number, number, number] = [0, 0, 0];
  const longest = LONGEST * spacing_mm;
  for (const node of sweep.interfaceNodes) {
    for (let axis = 0; axis < 3; axis++) at[axis] = points[3 * node + axis];
    wishFor(stars, node, setOf, holds, sets.length, TANGENTIAL, wish);
    interfaceStep(materials, offsets, sets[setOf[node]], at, 0.2 * spacing_mm, wish, space, step);
    limit(step, longest);
    if (moveGuarded(stars, guard, node, step[0], step[1], step[2]) > 0.3) continue;
    // What is wished along the interface may stand in the way of reaching it.
    wish.fill(0);
    for (let axis = 0; axis < 3; axis++) at[axis] = points[3 * node + axis];
    interfaceStep(materials, offsets, sets[setOf[node]], at, 0.2 * spacing_mm, wish, space, step);
    limit(step, longest);
    moveGuarded(stars, guard, node, step[0], step[1], step[2]);
  }
  for (const node of sweep.innerNodes) {
    wishFor(stars, node, setOf, holds, sets.length, RELAXATION, wish);
    if (Math.hypot(wish[0], wish[1], wish[2]) < LEAST * spacing_mm) continue;
    moveGuarded(stars, guard, node, wish[0], wish[1], wish[2]);
  }
}

/** Way to the middle of the neighbours at which the same materials meet, weighted by shared tetrahedra. */
function wishFor(
  { points, others, around }: Stars,
  node: number,
  setOf: Uint16Array,
  holds: Uint8Array,
  sets: number,
  share: number,
  out: Float64Array,
): void {
  let x = 0;
  let y = 0;
  let z = 0;
  let count = 0;
  const own = setOf[node];
  for (let i = 3 * around.starts[node]; i < 3 * around.starts[node + 1]; i++) {
    const other = others[i];
    if (holds[setOf[other] * sets + own] === 0) continue;
    x += points[3 * other];
    y += points[3 * other + 1];
    z += points[3 * other + 2];
    count++;
  }
  out[0] = count === 0 ? 0 : share * (x / count - points[3 * node]);
  out[1] = count === 0 ? 0 : share * (y / count - points[3 * node + 1]);
  out[2] = count === 0 ? 0 : share * (z / count - points[3 * node + 2]);
}

function limit(out: Float64Array, longest: number): void {
  const length = Math.hypot(out[0], out[1], out[2]);
  if (length <= longest) return;
  for (let axis = 0; axis < 3; axis++) out[axis] *= longest / length;
}

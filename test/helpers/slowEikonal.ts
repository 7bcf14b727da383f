import { legTime, type VentricularVelocities, velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';

/** Steps of a golden-section search: 1e-7 of the interval, and so 1e-13 of a smooth minimum. */
const STEPS = 34;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The local solve as its definition reads, by nested golden-section search over the opposite face: slow, and knowing
 * nothing of quadratics, edges or angles. Corners without a time are left out.
 */
export function slowLocalTime(
  mesh: TetMesh,
  velocities: VentricularVelocities,
  tau: Float64Array,
  tet: number,
  corner: number,
): number {
  const byRegion = velocitiesByRegion(velocities);
  const own = mesh.tets[4 * tet + corner];
  const others = [0, 1, 2, 3].filter((other) => other !== corner).map((other) => mesh.tets[4 * tet + other]);
  const reached = others.filter((node) => tau[node] < Number.POSITIVE_INFINITY);
  const leg = new Float64Array(3);
  const out = new Float64Array(6);
  const arrival = (weights: readonly number[]) => {
    let start = 0;
    for (let axis = 0; axis < 3; axis++) leg[axis] = mesh.points[3 * own + axis];
    for (const [place, node] of reached.entries()) {
      start += weights[place] * tau[node];
      for (let axis = 0; axis < 3; axis++) leg[axis] -= weights[place] * mesh.points[3 * node + axis];
    }
    legTime(mesh, byRegion, tet, leg, out);
    return start + out[0];
  };
  if (reached.length === 0) return tau[own];
  if (reached.length === 1) return Math.min(tau[own], arrival([1]));
  if (reached.length === 2)
    return Math.min(
      tau[own],
      least((a) => arrival([a, 1 - a]), 1),
    );
  return Math.min(
    tau[own],
    least((a) => least((b) => arrival([a, b, 1 - a - b]), 1 - a), 1),
  );
}

/** Activation by sweeping all corners with the slow local solve until nothing moves: no queue, no rule of thumb. */
export function slowEikonal(
  mesh: TetMesh,
  velocities: VentricularVelocities,
  nodes: Uint32Array,
  times_ms: Float64Array,
): Float64Array {
  const tau = new Float64Array(nodeCount(mesh)).fill(Number.POSITIVE_INFINITY);
  for (const [place, node] of nodes.entries()) tau[node] = times_ms[place];
  for (let moved = true; moved; ) {
    moved = false;
    for (let tet = 0; tet < tetCount(mesh); tet++) {
      for (let corner = 0; corner < 4; corner++) {
        const time = slowLocalTime(mesh, velocities, tau, tet, corner);
        const node = mesh.tets[4 * tet + corner];
        if (time < tau[node] - 1e-7) {
          tau[node] = time;
          moved = true;
        }
      }
    }
  }
  return tau;
}

/** Least value of a convex function on 0 … end, its ends included. */
function least(value: (x: number) => number, end: number): number {
  let low = 0;
  let high = end;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = value(left);
  let atRight = value(right);
  for (let step = 0; step < STEPS; step++) {
    if (atLeft <= atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - GOLDEN * (high - low);
      atLeft = value(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + GOLDEN * (high - low);
      atRight = value(right);
    }
  }
  return Math.min(atLeft, atRight, value(0), value(end));
}

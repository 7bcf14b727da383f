import { BATCH } from './common.ts';
import { MOVING_GRID } from './ecg.ts';
import { KERNEL } from './kernel.ts';
import { STATE_ROWS } from './territories.ts';

/**
 * Factors on a PMJ's four derivatives, or on the four velocities', that keep each within one: weights along the legs sum to one, so none by
 * a time is above one, and none by a place above the steepest of the PMJ's own seeds.
 */
const SCALES = /* wgsl */ `
fn scalesOf(source: u32) -> vec4f {
  if (source == batch.pmjs) { return vec4f(batch.velocityScale); }
  return vec4f(1.0, vec3f(1.0 / max(steepest[batch.near.z + source], 1e-6)));
}
`;

/**
 * Gathers, of the member in a lane, how the running sums move with each of the parameters from `firstRow` on. Sums are integers;
 * with lead vectors that fill 2³⁰/1.25 and weights of the grid up to 1.09, none passes 2³⁰.
 */
export const GATHER = /* wgsl */ `${BATCH}${MOVING_GRID}
@group(0) @binding(4) var<storage, read> states: array<vec4u>;
@group(0) @binding(5) var<storage, read> steepest: array<f32>;
@group(0) @binding(6) var<storage, read_write> bins: array<atomic<i32>>;
${SCALES}

fn add(row: u32, step: u32, weight: f32, node: u32) {
  let to = ((row - batch.firstRow) * batch.steps + step) * batch.leads;
  for (var lead = 0u; lead < batch.leads; lead++) {
    let share = i32(round(weight * leadVectors[node * batch.leads + lead]));
    if (share != 0) { atomicAdd(&bins[to + lead], share); }
  }
}
${KERNEL}
  if (at >= batch.nodes) { return; }
  let tileAt = at * batch.lanes + batch.lane;
  let place = gridPlace(tau[tileAt], batch.tile * batch.lanes + batch.lane);
  if (!isInside(place)) { return; }
  let moving = movingWeights(place.share);
  let start = ${STATE_ROWS}u * tileAt;
  let sources = states[start];
  let step = u32(place.step) - 1u;
  for (var rank = 0u; rank < 5u; rank++) {
    // After the last PMJ come the velocities, which move every node.
    let source = select(sources[min(rank, 3u)], batch.pmjs, rank == 4u);
    let row = 4u * source;
    if (source > batch.pmjs || row < batch.firstRow || row >= batch.firstRow + batch.rows) { continue; }
    let numbers = scalesOf(source) * bitcast<vec4f>(states[start + 1u + rank]);
    for (var d = 0u; d < 4u; d++) {
      for (var k = 0u; k < 3u; k++) { add(row + d, step + k, numbers[d] * moving[k], at); }
    }
  }
}
`;

/** Sends gathered rows through the kernel: mV per ms, mm or mm/ms, [rows, samples, leads]. */
export const SPREAD = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> bins: array<i32>;
@group(0) @binding(2) var<storage, read> kernel: array<f32>;
@group(0) @binding(3) var<storage, read> firsts: array<i32>;
@group(0) @binding(4) var<storage, read> unitOfLead: array<f32>;
@group(0) @binding(5) var<storage, read> steepest: array<f32>;
@group(0) @binding(6) var<storage, read_write> jacobian: array<f32>;
${SCALES}
${KERNEL}
  let ofRow = batch.samples * batch.leads;
  if (at >= batch.rows * ofRow) { return; }
  let lead = at % batch.leads;
  let sample = at % ofRow / batch.leads;
  let here = at / ofRow;
  let row = batch.firstRow + here;
  let start = here * batch.steps * batch.leads + lead;
  let first = u32(firsts[sample]);
  var sum = 0.0;
  for (var k = 0u; k < batch.width; k++) {
    sum += kernel[sample * batch.width + k] * f32(bins[start + (first + k) * batch.leads]);
  }
  jacobian[at] = sum * unitOfLead[lead] * batch.halfStep_mV / (scalesOf(row / 4u)[row % 4u] * batch.step_ms);
}
`;

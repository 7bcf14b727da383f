import { BATCH } from './common.ts';
import { KERNEL } from './kernel.ts';

/**
 * Where a time lies on the projection's grid: the step below it and the share of the way to the next. Whole steps are counted in
 * integers, so that a late time keeps the digits of an early one. `origins` are each member's units from the grid's start to its zero.
 */
const GRID = /* wgsl */ `
@group(0) @binding(1) var<storage, read> tau: array<u32>;
@group(0) @binding(2) var<storage, read> origins: array<i32>;
@group(0) @binding(3) var<storage, read> leadVectors: array<f32>;

struct GridPlace { step: i32, share: f32 }

fn gridPlace(time: u32, member: u32) -> GridPlace {
  let units = i32(min(time, 0x60000000u)) + origins[member];
  let size = f32(batch.stepUnits) + batch.stepShare;
  var step = i32(floor(f32(units) / size));
  var share = (f32(units - step * batch.stepUnits) - f32(step) * batch.stepShare) / size;
  if (share < 0.0) { step--; share += 1.0; }
  if (share >= 1.0) { step++; share -= 1.0; }
  return GridPlace(step, share);
}
fn isInside(place: GridPlace) -> bool { return place.step >= 1 && place.step < i32(batch.steps) - 2; }

/** Running sums of the derivatives of the cubic weights: how the grid's sums move with a time. */
fn movingWeights(x: f32) -> vec3f {
  let first = -(3.0 * x * x - 6.0 * x + 2.0) / 6.0;
  return vec3f(first, first + (3.0 * x * x - 4.0 * x - 1.0) / 2.0, -(3.0 * x * x - 1.0) / 6.0);
}
`;

export const MOVING_GRID = GRID;

/**
 * Shares lead vectors over the four grid times around each node's time. Sums are integers: any order gives the same, and the scale
 * of each lead (in the lead vectors here) keeps the sum of all nodes' largest shares within 2³⁰, so none overflows.
 */
export const BIN = /* wgsl */ `${BATCH}${GRID}
@group(0) @binding(4) var<storage, read_write> bins: array<atomic<i32>>;
${KERNEL}
  if (at >= batch.invocations) { return; }
  let node = nodeOf(at);
  let member = memberOf(at);
  if (node >= batch.nodes || member >= batch.members) { return; }
  var place = gridPlace(tau[at], member);
  if (place.step < 1) { place = GridPlace(1, 0.0); }
  if (place.step >= i32(batch.steps) - 2) { place = GridPlace(i32(batch.steps) - 3, 1.0); }
  let x = place.share;
  let weights = vec4f(
    -x * (x - 1.0) * (x - 2.0) / 6.0, (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0,
    -(x + 1.0) * x * (x - 2.0) / 2.0, (x + 1.0) * x * (x - 1.0) / 6.0);
  let to = (member * batch.steps + u32(place.step) - 1u) * batch.leads;
  for (var lead = 0u; lead < batch.leads; lead++) {
    let b = leadVectors[node * batch.leads + lead];
    for (var k = 0u; k < 4u; k++) { atomicAdd(&bins[to + k * batch.leads + lead], i32(round(weights[k] * b))); }
  }
}
`;

/** Running sums over the grid, one member's lead an invocation. */
export const RUNNING_SUMS = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read_write> bins: array<i32>;
${KERNEL}
  if (at >= batch.members * batch.leads) { return; }
  var place = at / batch.leads * batch.steps * batch.leads + at % batch.leads;
  var sum = 0;
  for (var step = 0u; step < batch.steps; step++) {
    sum += bins[place];
    bins[place] = sum;
    place += batch.leads;
  }
}
`;

/** The ECG from the running sums: the upstroke's changing part, and the resting potential of all. [members, samples, leads] */
export const CONVOLVE = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> sums: array<i32>;
@group(0) @binding(2) var<storage, read> kernel: array<f32>;
@group(0) @binding(3) var<storage, read> firsts: array<i32>;
@group(0) @binding(4) var<storage, read> unitOfLead: array<f32>;
@group(0) @binding(5) var<storage, read_write> ecg: array<f32>;
${KERNEL}
  let ofMember = batch.samples * batch.leads;
  if (at >= batch.members * ofMember) { return; }
  let lead = at % batch.leads;
  let sample = at % ofMember / batch.leads;
  let start = at / ofMember * batch.steps * batch.leads + lead;
  let first = u32(firsts[sample]);
  var sum = 0.0;
  for (var k = 0u; k < batch.width; k++) {
    sum += kernel[sample * batch.width + k] * f32(sums[start + (first + k) * batch.leads]);
  }
  let total = f32(sums[start + (batch.steps - 1u) * batch.leads]);
  ecg[at] = unitOfLead[lead] * (batch.halfStep_mV * sum + batch.rest_mV * total);
}
`;

/** ∂loss/∂(running sums) from ∂loss/∂ECG, the transpose of `CONVOLVE`; `reach[step]` are the first sample that uses a step and the one after the last. */
export const CONVOLVE_BACK = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> sensitivity: array<f32>;
@group(0) @binding(2) var<storage, read> kernel: array<f32>;
@group(0) @binding(3) var<storage, read> firsts: array<i32>;
@group(0) @binding(4) var<storage, read> unitOfLead: array<f32>;
@group(0) @binding(5) var<storage, read> reach: array<vec2u>;
@group(0) @binding(6) var<storage, read_write> perStep: array<f32>;
${KERNEL}
  let ofMember = batch.steps * batch.leads;
  if (at >= batch.members * ofMember) { return; }
  let lead = at % batch.leads;
  let step = at % ofMember / batch.leads;
  let start = at / ofMember * batch.samples * batch.leads + lead;
  var sum = 0.0;
  for (var sample = reach[step].x; sample < reach[step].y; sample++) {
    sum += kernel[sample * batch.width + step - u32(firsts[sample])] * sensitivity[start + sample * batch.leads];
  }
  perStep[at] = unitOfLead[lead] * batch.halfStep_mV * sum;
}
`;

/** ∂loss/∂τ of each node by the ECG alone, the transpose of `BIN`. */
export const BIN_BACK = /* wgsl */ `${BATCH}${GRID}
@group(0) @binding(4) var<storage, read> perStep: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;
${KERNEL}
  if (at >= batch.invocations) { return; }
  let node = nodeOf(at);
  let member = memberOf(at);
  var sum = 0.0;
  if (node < batch.nodes && member < batch.members) {
    let place = gridPlace(tau[at], member);
    if (isInside(place)) {
      let moving = movingWeights(place.share);
      var start = (member * batch.steps + u32(place.step) - 1u) * batch.leads;
      for (var lead = 0u; lead < batch.leads; lead++) {
        let around = vec3f(perStep[start], perStep[start + batch.leads], perStep[start + 2u * batch.leads]);
        sum += leadVectors[node * batch.leads + lead] * dot(moving, around);
        start++;
      }
    }
  }
  out[at] = sum / batch.step_ms;
}
`;

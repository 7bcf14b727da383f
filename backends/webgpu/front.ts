import type { Solution } from '../../twin/backend.ts';
import { unreachedMuscle } from '../../twin/eikonal/sources.ts';
import { type MemberArrays, type SweepStep, sweepUntilStill } from './arrays.ts';
import type { Bound, Gpu } from './gpu.ts';
import { CODES } from './heartTables.ts';
import { type Member, packPmjs } from './members.ts';
import { UNITS_PER_MS, UNREACHED_UNITS, WORKGROUP } from './shaders/common.ts';
import { BIN, CONVOLVE, RUNNING_SUMS } from './shaders/ecg.ts';
import { CLEAR, CLEAR_ORIGINS, LEGS, MARK_SEEDS, SEEDED_BITS, SWEEP, UNFOLD, WAKE_SEEDS } from './shaders/eikonal.ts';
import { FIND_ORIGINS, SEED_NODES } from './shaders/nearField.ts';
import type { HeartTables } from './tables.ts';

/** A solved batch: the activations and ECGs of its members, and what of it is still on the device. */
export interface Front {
  readonly members: readonly Member[];
  readonly arrays: MemberArrays;
  /** PMJs of all members, member after member, and where each member's begin, [members + 1] */
  readonly pmjs: GPUBuffer;
  readonly pmjStarts: Uint32Array;
  /** Units after each member's zero, [members, nodes] */
  readonly units: Uint32Array;
  /** Which of those are still a seed's, as bits, [members, ⌈nodes / 32⌉] */
  readonly seeded: Uint32Array;
  /** mV, [members, samples, leads] */
  readonly ecg: Float32Array;
  /** Sweeps that the activation took. */
  readonly sweeps: number;
  hasLegs: boolean;
}

/** Solves all members of a batch together. Arrays of an earlier batch of the same layout may be given; they are overwritten. */
export async function solveFront(
  gpu: Gpu,
  tables: HeartTables,
  arrays: MemberArrays,
  members: readonly Member[],
): Promise<Front> {
  const { layout, uniform, tau, tauNext, seedTau, awake, awakeNext, origins, bins, ecg } = arrays;
  const { samples, leads } = tables.projection;
  const { words, starts } = packPmjs(tables, members);
  const pmjs = gpu.upload(words, 'PMJs');
  const waves = starts[members.length];
  const bitWords = layout.members * Math.ceil(layout.nodes / 32);
  let bits: GPUBuffer | undefined;
  try {
    const marks = gpu.storage(4 * bitWords, 'marks of seeds');
    bits = marks;
    arrays.select({ waves });
    const slowness = new Float32Array(2 * CODES * layout.members);
    for (const [at, member] of members.entries()) slowness.set(member.slowness, 2 * CODES * at);
    gpu.write(arrays.slowness, slowness);
    gpu.write(
      origins,
      Int32Array.from(members, ({ origin }) => origin),
    );
    const sweeps = await sweepUntilStill(gpu, sweepStep(tables, arrays), (encoder) => {
      const pass = encoder.beginComputePass();
      gpu.dispatch(pass, CLEAR, [uniform, tau, tauNext, awake, awakeNext], layout.invocations);
      gpu.dispatch(pass, SEED_NODES, [...waysOf(tables, arrays, pmjs), tau], waves * WORKGROUP);
      gpu.dispatch(pass, WAKE_SEEDS, [uniform, tables.tets, tau, tables.incident, awake], layout.invocations);
      pass.end();
      encoder.copyBufferToBuffer(tau, seedTau);
    });
    // The sweeps are over, so their second array can hold the times member by member.
    const [units, seeded, voltages] = await gpu.run(
      (encoder) => {
        encoder.clearBuffer(bins);
        const pass = encoder.beginComputePass();
        gpu.dispatch(pass, UNFOLD, [uniform, tau, tauNext], layout.members * layout.nodes);
        gpu.dispatch(pass, SEEDED_BITS, [uniform, seedTau, tau, marks], bitWords);
        gpu.dispatch(pass, BIN, [uniform, tau, origins, tables.leadVectors, bins], layout.invocations);
        gpu.dispatch(pass, RUNNING_SUMS, [uniform, bins], layout.members * leads);
        gpu.dispatch(
          pass,
          CONVOLVE,
          [uniform, bins, tables.kernel, tables.firsts, tables.leadUnits, ecg],
          layout.members * samples * leads,
        );
        pass.end();
      },
      [
        { from: tauNext, bytes: 4 * layout.members * layout.nodes },
        { from: marks, bytes: 4 * bitWords },
        { from: ecg, bytes: 4 * layout.members * samples * leads },
      ],
    );
    return {
      members,
      arrays,
      pmjs,
      pmjStarts: starts,
      units: new Uint32Array(units),
      seeded: new Uint32Array(seeded),
      ecg: new Float32Array(voltages),
      sweeps,
      hasLegs: false,
    };
  } catch (error) {
    gpu.free(pmjs);
    throw error;
  } finally {
    gpu.free(bits);
  }
}

/** What the kernels of the near field are bound to, up to their own arrays. */
export function waysOf(tables: HeartTables, { uniform, slowness }: MemberArrays, pmjs: GPUBuffer): Bound[] {
  const { tets, ways, points, cells } = tables;
  return [uniform, tets, slowness, ways, points, cells, pmjs];
}

function sweepStep({ tets, incident }: HeartTables, arrays: MemberArrays): SweepStep {
  const { uniform, slowness, tau, tauNext, awake, awakeNext, layout } = arrays;
  return {
    code: SWEEP,
    forth: [uniform, tets, slowness, incident, tau, tauNext, awake, awakeNext],
    back: [uniform, tets, slowness, incident, tauNext, tau, awakeNext, awake],
    awake,
    words: layout.invocations,
    invocations: layout.invocations,
  };
}

/** Finds the leg of every node of a solved batch, or the PMJ of one that a seed reached; once. */
export async function findLegs(gpu: Gpu, tables: HeartTables, front: Front): Promise<void> {
  if (front.hasLegs) return;
  const { uniform, slowness, tau, seedTau, legs, awakeNext, layout } = front.arrays;
  const waves = front.pmjStarts[front.members.length];
  front.arrays.select({ waves });
  await gpu.run((encoder) => {
    const pass = encoder.beginComputePass();
    gpu.dispatch(pass, LEGS, [uniform, tables.tets, slowness, tables.incident, tau, legs], layout.invocations);
    // Marks of the sweeps are free between stages, and each stage begins with its own.
    gpu.dispatch(pass, CLEAR_ORIGINS, [uniform, awakeNext], layout.invocations);
    gpu.dispatch(
      pass,
      FIND_ORIGINS,
      [...waysOf(tables, front.arrays, front.pmjs), seedTau, awakeNext],
      waves * WORKGROUP,
    );
    gpu.dispatch(pass, MARK_SEEDS, [uniform, seedTau, tau, awakeNext, legs], layout.invocations);
    pass.end();
  });
  front.hasLegs = true;
}

/** One member's answer, in arrays of its own. */
export function solutionOf({ nodes, projection }: HeartTables, front: Front, at: number): Solution {
  const { base_ms } = front.members[at];
  const { samples, leads } = projection;
  const bitWords = Math.ceil(nodes / 32);
  const activation_ms = toTimes(front.units.subarray(at * nodes, (at + 1) * nodes), base_ms);
  const seeded = nodesOfBits(front.seeded.subarray(at * bitWords, (at + 1) * bitWords));
  const times_ms = new Float64Array(seeded.length);
  for (let seed = 0; seed < seeded.length; seed++) times_ms[seed] = activation_ms[seeded[seed]];
  return {
    activation_ms,
    ecg_mV: Float64Array.from(front.ecg.subarray(at * samples * leads, (at + 1) * samples * leads)),
    sources: { nodes: seeded, times_ms },
  };
}

/** ms from units; Infinity where no wave came. */
function toTimes(units: Uint32Array, base_ms: number): Float64Array {
  const times = new Float64Array(units.length);
  const perUnit = 1 / UNITS_PER_MS;
  for (let node = 0; node < times.length; node++) {
    const count = units[node];
    times[node] = count === UNREACHED_UNITS ? Number.POSITIVE_INFINITY : base_ms + count * perUnit;
  }
  return times;
}

/** Places of the bits that are set, ascending. */
function nodesOfBits(words: Uint32Array): Uint32Array {
  let count = 0;
  for (let at = 0; at < words.length; at++) for (let word = words[at]; word !== 0; word &= word - 1) count++;
  const nodes = new Uint32Array(count);
  let to = 0;
  for (let at = 0; at < words.length; at++) {
    for (let word = words[at] | 0; word !== 0; word &= word - 1) nodes[to++] = 32 * at + 31 - Math.clz32(word & -word);
  }
  return nodes;
}

/** @throws TwinError NoConvergence when a node of the muscle was not reached */
export function checkReached({ nodes, nodeTets }: HeartTables, front: Front, at: number): void {
  let unreached = 0;
  for (let node = 0; node < nodes; node++) {
    if (front.units[at * nodes + node] === UNREACHED_UNITS && nodeTets.starts[node + 1] > nodeTets.starts[node]) {
      unreached++;
    }
  }
  if (unreached === 0) return;
  throw unreachedMuscle(unreached, ` within ${UNREACHED_UNITS / UNITS_PER_MS} ms`);
}

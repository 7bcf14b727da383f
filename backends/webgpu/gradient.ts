import { VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import { sweepUntilStill } from './arrays.ts';
import { type Front, findLegs, waysOf } from './front.ts';
import type { Gpu } from './gpu.ts';
import { ACCUMULATE, BY_VELOCITY, NODES_A_SUM, WAKE_ALL } from './shaders/adjoint.ts';
import { WORKGROUP } from './shaders/common.ts';
import { BIN_BACK, CONVOLVE_BACK } from './shaders/ecg.ts';
import { SUM_SEEDS } from './shaders/nearField.ts';
import type { HeartTables } from './tables.ts';

/**
 * Gradients of some members of a solved batch by the adjoint, as `pullBack` gives them: what passes through each node is summed on
 * the device, and so are the parts of each PMJ and of chunks of nodes; those are added here in float64.
 *
 * @param sensitivities  by member, loss/mV, [samples, leads]; undefined where none is asked
 * @returns by member, [4·pmjs + VELOCITY_PARAMETERS]
 */
export async function gradientsOf(
  gpu: Gpu,
  tables: HeartTables,
  front: Front,
  sensitivities: readonly (Float64Array | undefined)[],
): Promise<(Float64Array | undefined)[]> {
  await findLegs(gpu, tables, front);
  const { arrays, members, pmjStarts } = front;
  const { layout, uniform, slowness, tau, tauNext, awake, awakeNext, legs, origins } = arrays;
  const { samples, leads, steps } = tables.projection;
  const waves = pmjStarts[members.length];
  const chunks = Math.ceil(layout.nodes / NODES_A_SUM);
  const packed = new Float32Array(members.length * samples * leads);
  for (const [at, sensitivity] of sensitivities.entries()) {
    if (sensitivity) packed.set(sensitivity, at * samples * leads);
  }
  const made: GPUBuffer[] = [];
  const storage = (bytes: number, what: string) => {
    const buffer = gpu.storage(bytes, what);
    made.push(buffer);
    return buffer;
  };
  try {
    const sensitivity = storage(packed.byteLength, 'ECG sensitivities');
    gpu.write(sensitivity, packed);
    const perStep = storage(4 * members.length * steps * leads, 'sensitivities of steps');
    const own = storage(4 * layout.invocations, 'sensitivities of nodes');
    const through = storage(4 * layout.invocations, 'sensitivities of nodes');
    const parts = storage(16 * members.length * chunks, 'velocity gradients');
    const sums = storage(32 * Math.max(1, waves), 'PMJ gradients');
    arrays.select({ waves });
    // The second array of times is free after a solve, and of the same size.
    const step = [uniform, tables.tets, own, tables.incident, legs];
    await sweepUntilStill(
      gpu,
      {
        code: ACCUMULATE,
        forth: [...step, through, tauNext, awake, awakeNext],
        back: [...step, tauNext, through, awakeNext, awake],
        awake,
        words: layout.invocations,
        invocations: layout.invocations,
      },
      (encoder) => {
        const pass = encoder.beginComputePass();
        gpu.dispatch(
          pass,
          CONVOLVE_BACK,
          [uniform, sensitivity, tables.kernel, tables.firsts, tables.leadUnits, tables.reach, perStep],
          members.length * steps * leads,
        );
        gpu.dispatch(pass, BIN_BACK, [uniform, tau, origins, tables.leadVectors, perStep, own], layout.invocations);
        gpu.dispatch(pass, WAKE_ALL, [uniform, awake, awakeNext], layout.invocations);
        pass.end();
        encoder.copyBufferToBuffer(own, through);
      },
    );
    const [partBytes, sumBytes] = await gpu.run(
      (encoder) => {
        const pass = encoder.beginComputePass();
        gpu.dispatch(
          pass,
          BY_VELOCITY,
          [uniform, tables.tets, slowness, undefined, legs, through, parts],
          members.length * chunks,
        );
        gpu.dispatch(pass, SUM_SEEDS, [...waysOf(tables, arrays, front.pmjs), legs, through, sums], waves * WORKGROUP);
        pass.end();
      },
      [
        { from: parts, bytes: 16 * members.length * chunks },
        { from: sums, bytes: 32 * waves },
      ],
    );
    const partsRead = new Float32Array(partBytes);
    const sumsRead = new Float32Array(sumBytes);
    return sensitivities.map((asked, at) =>
      asked
        ? sumGradient(
            members[at].pmjTets.length,
            sumsRead.subarray(8 * pmjStarts[at], 8 * pmjStarts[at + 1]),
            partsRead.subarray(4 * at * chunks, 4 * (at + 1) * chunks),
          )
        : undefined,
    );
  } finally {
    gpu.free(...made);
  }
}

/** Adds up in float64 what PMJs and chunks of nodes gave. */
function sumGradient(pmjs: number, sums: Float32Array, parts: Float32Array): Float64Array {
  const gradient = new Float64Array(4 * pmjs + VELOCITY_PARAMETERS);
  for (let part = 0; part < parts.length; part++) gradient[4 * pmjs + (part & 3)] += parts[part];
  for (let pmj = 0; pmj < pmjs; pmj++) {
    for (let k = 0; k < 4; k++) {
      gradient[4 * pmj + k] = sums[8 * pmj + k];
      gradient[4 * pmjs + k] += sums[8 * pmj + 4 + k];
    }
  }
  return gradient;
}

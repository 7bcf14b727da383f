import { VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import { sweepUntilStill } from './arrays.ts';
import { type Front, findLegs, waysOf } from './front.ts';
import type { Gpu, Slice } from './gpu.ts';
import { UNITS_PER_MS, UNREACHED_UNITS, WORKGROUP } from './shaders/common.ts';
import { GATHER, SPREAD } from './shaders/jacobian.ts';
import { SEED_STATES } from './shaders/nearField.ts';
import {
  CLEAR_STATES,
  COUNT_TERRITORIES,
  OWN_VELOCITIES,
  PUSH,
  STATE_ROWS,
  WAKE_STATES,
} from './shaders/territories.ts';
import type { HeartTables } from './tables.ts';

/** What is asked of one member. */
export interface Wanted {
  readonly jacobian: boolean;
  readonly territories: boolean;
}
/** What is answered of one member. */
export interface Territory {
  /** [4·pmjs + VELOCITY_PARAMETERS, samples·leads]; empty when not asked */
  readonly jacobian: Float32Array;
  /** [pmjs]; empty when not asked */
  readonly sizes: Uint32Array;
}

/**
 * Territories and Jacobians of members of a solved batch, tile by tile: a node keeps 96 bytes of its territories, too many to hold
 * those of all members at once.
 *
 * @param wanted  by member; undefined where nothing is asked
 */
export async function territoriesOf(
  gpu: Gpu,
  tables: HeartTables,
  front: Front,
  wanted: readonly (Wanted | undefined)[],
): Promise<(Territory | undefined)[]> {
  await findLegs(gpu, tables, front);
  const { layout } = front.arrays;
  const answers: (Territory | undefined)[] = wanted.map(() => undefined);
  const here = layout.stride * layout.lanes;
  const made: GPUBuffer[] = [];
  const storage = (bytes: number, what: string) => {
    const buffer = gpu.storage(bytes, what);
    made.push(buffer);
    return buffer;
  };
  try {
    const states = storage(16 * STATE_ROWS * here, 'territories');
    const next = storage(16 * STATE_ROWS * here, 'territories');
    const own = storage(16 * here, 'velocity derivatives');
    const steepest = storage(4 * Math.max(1, front.pmjStarts[front.members.length]), 'steepest seeds');
    for (let tile = 0; tile < layout.tiles; tile++) {
      const members = Array.from({ length: layout.lanes }, (_, lane) => tile * layout.lanes + lane).filter(
        (member) => wanted[member] !== undefined,
      );
      if (members.length === 0) continue;
      await pushTile(gpu, tables, front, tile, { states, next, own, steepest });
      for (const member of members) {
        const { jacobian = false, territories = false } = wanted[member] ?? {};
        answers[member] = {
          sizes: territories ? await countTerritories(gpu, front, member, states) : new Uint32Array(0),
          jacobian: jacobian
            ? await gatherJacobian(gpu, tables, front, member, { states, steepest })
            : new Float32Array(0),
        };
      }
    }
  } finally {
    gpu.free(...made);
  }
  return answers;
}

interface TileArrays {
  readonly states: GPUBuffer;
  readonly next: GPUBuffer;
  readonly own: GPUBuffer;
  /** Of each PMJ of the batch */
  readonly steepest: GPUBuffer;
}

/** Pushes the derivatives of a tile's seeds along the legs, until nothing moves. */
async function pushTile(
  gpu: Gpu,
  tables: HeartTables,
  front: Front,
  tile: number,
  { states, next, own, steepest }: TileArrays,
): Promise<void> {
  const { arrays } = front;
  const { layout, uniform, slowness, awake, awakeNext } = arrays;
  const here = layout.stride * layout.lanes;
  const first = tile * layout.lanes;
  const firstWave = front.pmjStarts[first];
  const waves = front.pmjStarts[Math.min(first + layout.lanes, layout.members)] - firstWave;
  const legs = sliceOf(arrays.legs, tile, 16 * here);
  arrays.select({ waves, firstWave, tile });
  const step = [uniform, tables.tets, own, tables.incident, legs];
  await sweepUntilStill(
    gpu,
    {
      code: PUSH,
      forth: [...step, states, next, awake, awakeNext],
      back: [...step, next, states, awakeNext, awake],
      awake,
      words: here,
      invocations: here,
    },
    (encoder) => {
      const pass = encoder.beginComputePass();
      gpu.dispatch(pass, CLEAR_STATES, [uniform, states, next, awake, awakeNext], here);
      gpu.dispatch(pass, OWN_VELOCITIES, [uniform, tables.tets, slowness, undefined, legs, own], here);
      const ways = waysOf(tables, arrays, front.pmjs);
      gpu.dispatch(pass, SEED_STATES(STATE_ROWS), [...ways, legs, states, steepest], waves * WORKGROUP);
      gpu.dispatch(pass, WAKE_STATES, [uniform, tables.tets, states, tables.incident, legs, next, awake], here);
      pass.end();
    },
  );
}

async function countTerritories(gpu: Gpu, front: Front, member: number, states: GPUBuffer): Promise<Uint32Array> {
  const { arrays } = front;
  const { lanes, nodes } = arrays.layout;
  const pmjs = front.members[member].parameters.pmjTimes_ms.length;
  const sizes = gpu.storage(4 * Math.max(1, pmjs), 'territory sizes');
  try {
    arrays.select({ lane: member % lanes, tile: Math.floor(member / lanes), pmjs });
    const [counted] = await gpu.run(
      (encoder) => {
        const pass = encoder.beginComputePass();
        gpu.dispatch(pass, COUNT_TERRITORIES, [arrays.uniform, states, sizes], nodes);
        pass.end();
      },
      [{ from: sizes, bytes: 4 * pmjs }],
    );
    return new Uint32Array(counted);
  } finally {
    gpu.free(sizes);
  }
}

/** The Jacobian of one member, as many of its rows at once as an array of the device holds. */
async function gatherJacobian(
  gpu: Gpu,
  tables: HeartTables,
  front: Front,
  member: number,
  { states, steepest }: Pick<TileArrays, 'states' | 'steepest'>,
): Promise<Float32Array> {
  const { arrays } = front;
  const { layout, uniform, origins } = arrays;
  const { lanes, stride, nodes } = layout;
  const { samples, leads, steps } = tables.projection;
  const pmjs = front.members[member].parameters.pmjTimes_ms.length;
  const rows = 4 * pmjs + VELOCITY_PARAMETERS;
  const rowBytes = 4 * leads * Math.max(steps, samples);
  const rowsAtOnce = Math.min(rows, Math.max(4, 4 * Math.floor(gpu.mostBytes / rowBytes / 4)));
  const velocityScale = velocityScaleOf(tables, front, member);
  const tau = sliceOf(arrays.tau, Math.floor(member / lanes), 4 * stride * lanes);
  const jacobian = new Float32Array(rows * samples * leads);
  const bins = gpu.storage(4 * rowsAtOnce * steps * leads, 'sums of the Jacobian');
  const spread = gpu.storage(4 * rowsAtOnce * samples * leads, 'Jacobian');
  try {
    for (let firstRow = 0; firstRow < rows; firstRow += rowsAtOnce) {
      const rowsHere = Math.min(rowsAtOnce, rows - firstRow);
      arrays.select({
        lane: member % lanes,
        tile: Math.floor(member / lanes),
        firstRow,
        rows: rowsHere,
        pmjs,
        velocityScale,
        firstWave: front.pmjStarts[member],
      });
      const [part] = await gpu.run(
        (encoder) => {
          encoder.clearBuffer(bins);
          const pass = encoder.beginComputePass();
          gpu.dispatch(pass, GATHER, [uniform, tau, origins, tables.leadVectors, states, steepest, bins], nodes);
          gpu.dispatch(
            pass,
            SPREAD,
            [uniform, bins, tables.kernel, tables.firsts, tables.leadUnits, steepest, spread],
            rowsHere * samples * leads,
          );
          pass.end();
        },
        [{ from: spread, bytes: 4 * rowsHere * samples * leads }],
      );
      jacobian.set(new Float32Array(part), firstRow * samples * leads);
    }
  } finally {
    gpu.free(bins, spread);
  }
  return jacobian;
}

function sliceOf(buffer: GPUBuffer, tile: number, bytes: number): Slice {
  return { buffer, offset: tile * bytes, size: bytes };
}

/** The most that a node's time can move with a velocity is its path's time over the slowest: the factor that keeps this within one. */
function velocityScaleOf({ nodes }: HeartTables, { members, units }: Front, at: number): number {
  const { lv, rv } = members[at].parameters;
  let last = 0;
  for (let node = at * nodes; node < (at + 1) * nodes; node++) {
    if (units[node] !== UNREACHED_UNITS && units[node] > last) last = units[node];
  }
  const slowest = Math.min(lv.fibre_mm_ms, lv.transverse_mm_ms, rv.fibre_mm_ms, rv.transverse_mm_ms);
  return slowest / Math.max(last / UNITS_PER_MS, 1e-6);
}

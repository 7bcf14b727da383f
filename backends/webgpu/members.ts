import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { locateTet } from '../../twin/eikonal/locate.ts';
import { TwinError } from '../../twin/errors.ts';
import { slownessByCode } from './heartTables.ts';
import { UNITS_PER_MS, UNREACHED_UNITS } from './shaders/common.ts';
import { PMJ_WORDS, UNITS_PER_MM } from './shaders/nearField.ts';
import type { HeartTables } from './tables.ts';

/** A member's zero may lie this far from the grid of the ECG, in units; farther is as far, for every wave is then outside the window. */
const FARTHEST_ORIGIN = 2 ** 29;

/** What one set of parameters asks of the device. */
export interface Member {
  readonly key: Float64Array;
  readonly parameters: ActivationParameters;
  /** The tetrahedron that holds each PMJ, [pmjs] */
  readonly pmjTets: Uint32Array;
  /** Time of unit 0, a whole number of units from the start of the ECG's grid; no PMJ is earlier. */
  readonly base_ms: number;
  /** That number. */
  readonly origin: number;
  readonly slowness: Float32Array;
}

/** Finds the PMJs of one set of parameters. @throws TwinError NoConvergence when one is outside, or a velocity is not above zero */
export function prepareMember(
  { locator, projection }: HeartTables,
  parameters: ActivationParameters,
  key: Float64Array,
): Member {
  const { pmjPositions, pmjTimes_ms } = parameters;
  const slowness = slownessByCode(parameters);
  const pmjTets = new Uint32Array(pmjTimes_ms.length);
  const barycentric = new Float64Array(4);
  let earliest = Number.POSITIVE_INFINITY;
  for (let pmj = 0; pmj < pmjTets.length; pmj++) {
    const [x, y, z] = pmjPositions.subarray(3 * pmj, 3 * pmj + 3);
    const tet = locateTet(locator, x, y, z, barycentric);
    const start = pmjTimes_ms[pmj];
    if (tet < 0 || !Number.isFinite(start)) {
      const place = `(${[x, y, z].map((value) => value.toFixed(2)).join(', ')}) mm at ${start} ms`;
      throw new TwinError(
        'NoConvergence',
        `PMJ ${pmj}: found at ${place}, expected inside the muscle at a finite time; take a smaller step or another start`,
        { pmj },
      );
    }
    pmjTets[pmj] = tet;
    if (start < earliest) earliest = start;
  }
  if (pmjTets.length === 0) earliest = projection.start_ms;
  const units = Math.floor((earliest - projection.start_ms) * UNITS_PER_MS);
  return {
    key,
    parameters,
    pmjTets,
    base_ms: projection.start_ms + units / UNITS_PER_MS,
    origin: Math.max(-FARTHEST_ORIGIN, Math.min(FARTHEST_ORIGIN, units)),
    slowness,
  };
}

/** The PMJs of a batch as the kernels take them, member after member; where each member's begin, [members + 1] */
export function packPmjs(
  { locator, middle }: HeartTables,
  members: readonly Member[],
): { readonly words: Uint32Array; readonly starts: Uint32Array } {
  const { low, cell_mm, cells, radius_mm } = locator.nearField;
  const starts = new Uint32Array(members.length + 1);
  for (const [at, { pmjTets }] of members.entries()) starts[at + 1] = starts[at] + pmjTets.length;
  // A kernel is bound to one PMJ at least.
  const words = new Uint32Array(PMJ_WORDS * Math.max(1, starts[members.length]));
  const whole = new Int32Array(words.buffer);
  const numbers = new Float32Array(words.buffer);
  let to = 0;
  for (const [member, { parameters, pmjTets, base_ms }] of members.entries()) {
    const { pmjPositions, pmjTimes_ms } = parameters;
    for (let pmj = 0; pmj < pmjTets.length; pmj++) {
      for (let axis = 0; axis < 3; axis++) {
        const x = pmjPositions[3 * pmj + axis];
        const units = Math.round((x - middle[axis]) * UNITS_PER_MM);
        whole[to + axis] = units;
        numbers[to + 4 + axis] = x - middle[axis] - units / UNITS_PER_MM;
        words[to + 8 + axis] = Math.max(0, Math.floor((x - radius_mm - low[axis]) / cell_mm));
        words[to + 12 + axis] = Math.min(cells[axis] - 1, Math.floor((x + radius_mm - low[axis]) / cell_mm));
      }
      words[to + 3] = pmjTets[pmj];
      words[to + 7] = Math.min(UNREACHED_UNITS - 1, Math.round((pmjTimes_ms[pmj] - base_ms) * UNITS_PER_MS));
      words[to + 11] = member;
      words[to + 15] = pmj;
      to += PMJ_WORDS;
    }
  }
  return { words, starts };
}

/** Bytes of parameters: the four velocities, then times, then positions. */
export function parameterKey({ pmjPositions, pmjTimes_ms, lv, rv }: ActivationParameters): Float64Array {
  const key = new Float64Array(4 + pmjTimes_ms.length + pmjPositions.length);
  key.set([lv.fibre_mm_ms, lv.transverse_mm_ms, rv.fibre_mm_ms, rv.transverse_mm_ms]);
  key.set(pmjTimes_ms, 4);
  key.set(pmjPositions, 4 + pmjTimes_ms.length);
  return key;
}

/** Whether two keys are of the same parameters. */
export function isSameKey(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

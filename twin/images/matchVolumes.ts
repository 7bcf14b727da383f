/** Most that a boundary may move, in edges. */
const MOST = 2;
const ROUNDS = 8;

/** Level sets that were moved until the volumes fit. */
export interface MatchedVolumes {
  /** Added to each field already, mm, [fields] */
  readonly offsets: Float64Array;
  /** Of each field's region, in cubes, [fields] */
  readonly volumes: Float64Array;
}

/**
 * Moves each level set by one length so that its region has the wanted volume. Regions are those of the lowest field; of a cube at a
 * boundary the share
 *
 *     ½ − φ/h,   φ = (s_t − min over u ≠ t of s_u) / 2
 *
 * belongs to it. Newton steps: a length c more takes c times the area away, the area being that of the boundary's shares' slope.
 *
 * @param wanted  in cubes, [fields]; the last field, the background, stays where it is
 * @param fields  interleaved, mm, [cubes, fields]
 */
export function matchVolumes(fields: Float32Array, wanted: Float64Array, spacing: number): MatchedVolumes {
  const count = wanted.length;
  const offsets = new Float64Array(count);
  const near = cubesNearBoundaries(fields, count, 2 * spacing);
  let shares = sharesOf(fields, count, offsets, near, spacing);
  for (let round = 0; round < ROUNDS; round++) {
    let worst = 0;
    for (let field = 0; field < count - 1; field++) {
      const excess = shares.volumes[field] - wanted[field];
      worst = Math.max(worst, Math.abs(excess) / wanted[field]);
      const step = (excess * spacing) / Math.max(shares.areas[field], 1);
      offsets[field] = Math.min(Math.max(offsets[field] + step, -MOST * spacing), MOST * spacing);
    }
    if (worst < 1e-3) break;
    shares = sharesOf(fields, count, offsets, near, spacing);
  }
  for (let at = 0; at < fields.length; at += count) {
    for (let field = 0; field < count - 1; field++) fields[at + field] += offsets[field];
  }
  return { offsets, volumes: shares.volumes };
}

/** Where the two lowest fields are less than `reach` apart; elsewhere a cube is wholly its lowest field's. */
function cubesNearBoundaries(
  fields: Float32Array,
  count: number,
  reach: number,
): { near: Uint32Array; whole: Float64Array } {
  const near: number[] = [];
  const whole = new Float64Array(count);
  for (let at = 0; at < fields.length; at += count) {
    let lowest = 0;
    let second = Number.POSITIVE_INFINITY;
    for (let field = 1; field < count; field++) {
      const value = fields[at + field];
      if (value < fields[at + lowest]) {
        second = fields[at + lowest];
        lowest = field;
      } else if (value < second) second = value;
    }
    if (second - fields[at + lowest] < 2 * reach) near.push(at);
    else whole[lowest]++;
  }
  return { near: Uint32Array.from(near), whole };
}

function sharesOf(
  fields: Float32Array,
  count: number,
  offsets: Float64Array,
  { near, whole }: { near: Uint32Array; whole: Float64Array },
  spacing: number,
): { volumes: Float64Array; areas: Float64Array } {
  const volumes = Float64Array.from(whole);
  const areas = new Float64Array(count);
  for (const at of near) {
    let lowest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let owner = 0;
    for (let field = 0; field < count; field++) {
      const value = fields[at + field] + offsets[field];
      if (value < lowest) {
        second = lowest;
        lowest = value;
        owner = field;
      } else if (value < second) second = value;
    }
    for (let field = 0; field < count; field++) {
      const value = fields[at + field] + offsets[field];
      const share = 0.5 - (value - (field === owner ? second : lowest)) / (2 * spacing);
      if (share >= 1) volumes[field]++;
      else if (share > 0) {
        volumes[field] += share;
        areas[field] += 0.5;
      }
    }
  }
  return { volumes, areas };
}

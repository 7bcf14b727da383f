import type { Tissue } from './labelImage.ts';
import { close, FAR_mm } from './sliceBlends.ts';

/** The muscle around each chamber's blood. */
export const WALL_OF: Readonly<Partial<Record<Tissue, Tissue>>> = {
  lvBlood: 'lvMuscle',
  rvBlood: 'rvMuscle',
  laBlood: 'laMuscle',
  raBlood: 'raMuscle',
};

/** One slice of a stack. */
export interface Slice {
  /** Signed distances in the plane, background first, mm, [codes][pixels] */
  readonly fields: readonly Float32Array[];
  readonly isPresent: readonly boolean[];
  /** Of blood together with its wall, by the wall's code */
  readonly chambers: ReadonlyMap<number, Float32Array>;
}

/**
 * What lies beyond the first or last slice of a stack.
 *
 * @param w         way from it, in slices, 0 to 1
 * @param isClosed  whether the heart ends here, as at the apex, or is cut, as at the base
 * @param values    mm, background first, [codes][pixels]
 */
export function fillEnd(
  tissues: readonly Tissue[],
  slice: Slice,
  w: number,
  isClosed: boolean,
  values: readonly Float32Array[],
): void {
  const nothing = slice.isPresent.map(() => false);
  for (let code = 0; code < values.length; code++) {
    if (!isClosed) {
      if (w <= 0.5) values[code].set(slice.fields[code]);
      else values[code].fill(code === 0 ? -FAR_mm : FAR_mm);
    } else if (code === 0) {
      const heart = slice.fields[0].map((value) => -value);
      close(heart, { along: w, length: 1 }, values[0]);
      for (let at = 0; at < heart.length; at++) values[0][at] = -values[0][at];
    } else if (slice.isPresent[code]) closeTissue(tissues, code, slice, nothing, w, values);
    else values[code].fill(FAR_mm);
  }
}

/**
 * A tissue that is in `slice` and not in the next. It closes by itself, but for a chamber whose blood ends: its muscle goes on as the whole chamber
 * would, without the blood; and the blood stays as far from the background as it is in the slice, so that no apex is pierced.
 *
 * @param along   way to the next slice, 0 to 1
 * @param values  the background's are there already, mm, [codes][pixels]
 */
export function closeTissue(
  tissues: readonly Tissue[],
  code: number,
  slice: Slice,
  isInNext: readonly boolean[],
  along: number,
  values: readonly Float32Array[],
): void {
  const out = values[code];
  const wall = tissues.findIndex((tissue) => tissue === WALL_OF[tissues[code - 1]]) + 1;
  if (wall > 0 && slice.isPresent[wall]) {
    close(slice.fields[code], { along, length: isInNext[wall] ? 1 : 0.5 }, out);
    const cover = leastCover(slice.fields[code], slice.fields[0]);
    for (let at = 0; at < out.length; at++) out[at] = Math.max(out[at], cover - values[0][at]);
    return;
  }
  const blood = tissues.findIndex((tissue) => WALL_OF[tissue] === tissues[code - 1]) + 1;
  const chamber = slice.chambers.get(code);
  close(chamber && !isInNext[blood] ? chamber : slice.fields[code], { along, length: 1 }, out);
  if (!chamber || isInNext[blood]) return;
  const inside = new Float32Array(out.length);
  close(slice.fields[blood], { along, length: 0.5 }, inside);
  for (let at = 0; at < out.length; at++) out[at] = Math.max(out[at], -inside[at]);
}

/** How far the blood of a slice stays from the background, mm. */
function leastCover(blood: Float32Array, background: Float32Array): number {
  let least = FAR_mm;
  for (let at = 0; at < blood.length; at++) {
    if (blood[at] < 0 && background[at] < least) least = background[at];
  }
  return Math.max(least, 0);
}

import type { Tissue } from './labelImage.ts';
import { blend, close, FAR_mm } from './sliceBlends.ts';

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
  for (let code = 0; code < values.length; code++) {
    if (!isClosed) {
      if (w <= 0.5) values[code].set(slice.fields[code]);
      else values[code].fill(code === 0 ? -FAR_mm : FAR_mm);
    } else if (code === 0) {
      const heart = slice.fields[0].map((value) => -value);
      close(heart, { along: w, length: 1 }, values[0]);
      for (let at = 0; at < heart.length; at++) values[0][at] = -values[0][at];
    } else if (!endTissue(tissues, code, slice, undefined, w, values[code])) values[code].fill(FAR_mm);
  }
}

/**
 * Fields of one tissue between a slice and the next, where they do not simply run from one to the other: the tissue ends, or it is the wall of a chamber
 * whose blood ends. Of such a chamber the whole, blood and wall, runs on as a whole; the blood closes within it, as far from its outside as in
 * the slice, so that no apex is pierced; the wall is the rest.
 *
 * @param next   undefined beyond the last slice
 * @param along  way to the next slice, 0 to 1
 * @param out    mm, [pixels]
 * @returns whether the tissue does so; nothing is written where not
 */
export function endTissue(
  tissues: readonly Tissue[],
  code: number,
  slice: Slice,
  next: Slice | undefined,
  along: number,
  out: Float32Array,
): boolean {
  if (code === 0 || !slice.isPresent[code]) return false;
  const tissue = tissues[code - 1];
  const isInNext = (other: number): boolean => next?.isPresent[other] === true;
  const blood = tissue in WALL_OF ? code : tissues.findIndex((other) => WALL_OF[other] === tissue) + 1;
  const wall = tissues.findIndex((other) => other === WALL_OF[tissues[blood - 1]]) + 1;
  const chamber = slice.chambers.get(wall);
  if (chamber === undefined || isInNext(blood)) {
    if (isInNext(code)) return false;
    close(slice.fields[code], { along, length: 1 }, out);
    return true;
  }
  const whole = new Float32Array(out.length);
  const inside = code === blood ? out : new Float32Array(out.length);
  const wallOfNext = isInNext(wall) ? next?.fields[wall] : undefined;
  if (wallOfNext) blend(undefined, chamber, wallOfNext, undefined, along, whole);
  else close(chamber, { along, length: 1 }, whole);
  close(slice.fields[blood], { along, length: wallOfNext ? 1 : 0.5 }, inside);
  const cover = leastCover(slice.fields[blood], chamber);
  for (let at = 0; at < out.length; at++) inside[at] = Math.max(inside[at], whole[at] + cover);
  if (code === wall) for (let at = 0; at < out.length; at++) out[at] = Math.max(whole[at], -inside[at]);
  return true;
}

/** How far the blood of a slice stays inside its chamber, mm; 0 where the wall is open. */
function leastCover(blood: Float32Array, chamber: Float32Array): number {
  let least = FAR_mm;
  for (let at = 0; at < blood.length; at++) if (blood[at] < 0 && -chamber[at] < least) least = -chamber[at];
  return Math.max(least, 0);
}

import type { Picture } from './picture.ts';

/** A picture in at most 256 colours. */
export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, 0 … 255 each, [colours, 3] */
  readonly palette: Uint8Array;
  /** Colour of each pixel, row by row from the top, [height, width] */
  readonly indices: Uint8Array;
}

/** Colours are counted in cells of this many steps a channel. */
const STEPS = 32;
const SHIFT = 3;

/** Cells that shall become one colour. */
interface Box {
  readonly cells: readonly number[];
  readonly pixels: number;
}

/**
 * A picture in few colours by median cut (Heckbert, Comput Graph 1982): the box of colours with most to gain is halved along its longest side at the
 * median of its pixels, until there are as many as asked. Same picture, same colours.
 *
 * @param colours  at most 256
 */
export function quantise({ width, height, rgb }: Picture, colours: number): IndexedPicture {
  const counts = new Uint32Array(STEPS ** 3);
  const sums = new Float64Array(3 * counts.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const cell = cellOf(rgb, at);
    counts[cell]++;
    sums[3 * cell] += rgb[at];
    sums[3 * cell + 1] += rgb[at + 1];
    sums[3 * cell + 2] += rgb[at + 2];
  }
  const used = Array.from(counts.keys()).filter((cell) => counts[cell] > 0);
  const boxes = cut({ cells: used, pixels: rgb.length / 3 }, counts, Math.min(colours, 256));
  const palette = new Uint8Array(3 * boxes.length);
  const indexOf = new Uint8Array(counts.length);
  for (const [index, { cells, pixels }] of boxes.entries()) {
    for (const channel of [0, 1, 2]) {
      palette[3 * index + channel] = Math.round(
        cells.reduce((sum, cell) => sum + sums[3 * cell + channel], 0) / pixels,
      );
    }
    for (const cell of cells) indexOf[cell] = index;
  }
  const indices = new Uint8Array(width * height);
  for (let pixel = 0; pixel < indices.length; pixel++) indices[pixel] = indexOf[cellOf(rgb, 3 * pixel)];
  return { width, height, palette, indices };
}

const cellOf = (rgb: Uint8Array, at: number): number =>
  ((rgb[at] >> SHIFT) * STEPS + (rgb[at + 1] >> SHIFT)) * STEPS + (rgb[at + 2] >> SHIFT);

const channelOf = (cell: number, channel: number): number => Math.floor(cell / STEPS ** (2 - channel)) % STEPS;

function cut(whole: Box, counts: Uint32Array, colours: number): Box[] {
  const boxes = [whole];
  while (boxes.length < colours) {
    let [most, chosen] = [0, -1];
    for (const [at, box] of boxes.entries()) {
      const gain = longestSide(box).length * Math.sqrt(box.pixels); // the root, or paper would take most colours
      if (gain > most) [most, chosen] = [gain, at];
    }
    if (chosen < 0) break;
    boxes.splice(chosen, 1, ...halves(boxes[chosen], counts));
  }
  return boxes;
}

function longestSide({ cells }: Box): { readonly channel: number; readonly length: number } {
  let side = { channel: 0, length: 0 };
  for (const channel of [0, 1, 2]) {
    let [low, high] = [STEPS, 0];
    for (const cell of cells) {
      const place = channelOf(cell, channel);
      low = Math.min(low, place);
      high = Math.max(high, place);
    }
    if (high - low > side.length) side = { channel, length: high - low };
  }
  return side;
}

/** Two boxes of about as many pixels; neither is empty. */
function halves(box: Box, counts: Uint32Array): [Box, Box] {
  const { channel } = longestSide(box);
  const sorted = [...box.cells].sort((a, b) => channelOf(a, channel) - channelOf(b, channel) || a - b);
  const pixelsOf = (cells: readonly number[]) => cells.reduce((sum, cell) => sum + counts[cell], 0);
  let [end, passed] = [0, 0];
  while (end < sorted.length - 1 && (end === 0 || passed + counts[sorted[end]] <= box.pixels / 2)) {
    passed += counts[sorted[end++]];
  }
  const [first, second] = [sorted.slice(0, end), sorted.slice(end)];
  return [
    { cells: first, pixels: pixelsOf(first) },
    { cells: second, pixels: pixelsOf(second) },
  ];
}

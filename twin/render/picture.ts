import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphRows } from './glyphs.ts';

/** Red, green, blue, 0 … 255 each. */
export type Colour = readonly [number, number, number];

/** A picture as bytes. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Row by row from the top, [height, width, 3] */
  readonly rgb: Uint8Array;
}

/** A picture of one colour. */
export function blankPicture(width: number, height: number, [red, green, blue]: Colour): Picture {
  const rgb = new Uint8Array(3 * width * height);
  for (let at = 0; at < rgb.length; at += 3) {
    rgb[at] = red;
    rgb[at + 1] = green;
    rgb[at + 2] = blue;
  }
  return { width, height, rgb };
}

/** Fills a rectangle; what lies outside the picture is left out. */
export function fillRectangle(
  out: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  for (let y = Math.max(0, top); y < Math.min(out.height, top + height); y++)
    for (let x = Math.max(0, left); x < Math.min(out.width, left + width); x++)
      out.rgb.set(colour, 3 * (y * out.width + x));
}

/** Copies a picture into another; both must hold the place. */
export function paste(out: Picture, picture: Picture, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.rgb.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
    out.rgb.set(row, 3 * ((top + y) * out.width + left));
  }
}

/** Width of a line of text, pixels. */
export const textWidth = (text: string, size: number): number =>
  Math.max(0, text.length * (GLYPH_WIDTH + 1) - 1) * size;

/** Writes a line of capitals, digits and a few signs, each dot of a letter `size` pixels wide. */
export function drawText(out: Picture, text: string, left: number, top: number, size: number, colour: Colour): void {
  for (const [at, character] of [...text].entries()) {
    const rows = glyphRows(character);
    const x = left + at * (GLYPH_WIDTH + 1) * size;
    for (let row = 0; row < GLYPH_HEIGHT; row++)
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if ((rows[row] >> (GLYPH_WIDTH - 1 - column)) & 1) {
          fillRectangle(out, x + column * size, top + row * size, size, size, colour);
        }
      }
  }
}

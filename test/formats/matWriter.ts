import { deflateSync } from 'node:zlib';
import { join, pack } from './writers.ts';

/** A matrix by its columns' values, one column after another. */
export interface Matrix {
  readonly name: string;
  readonly rows: number;
  readonly values: readonly number[];
}

export interface MatStyle {
  readonly isLittle: boolean;
  readonly isCompressed: boolean;
  /** Numbers as doubles, or as 16-bit integers where they fit */
  readonly isNarrow: boolean;
}

/** A data element: 8 bytes of header, or 4 for up to 4 bytes of content. */
function element(type: number, body: Uint8Array, isLittle: boolean): Uint8Array {
  const word = (value: number): Uint8Array => pack([value], 'u32', isLittle);
  if (body.length > 0 && body.length <= 4)
    return join(word(body.length * 65_536 + type), body, new Uint8Array(4 - body.length));
  return join(word(type), word(body.length), body, new Uint8Array((8 - (body.length % 8)) % 8));
}

/** Writes a level 5 file. */
export function writeMat(matrices: readonly Matrix[], { isLittle, isCompressed, isNarrow }: MatStyle): Uint8Array {
  const text = 'MATLAB 5.0 MAT-file, written for a test'.padEnd(124, ' ');
  const header = join(text, pack([0x0100], 'i16', isLittle), isLittle ? 'IM' : 'MI');
  const bodies = matrices.map(({ name, rows, values }) => {
    const parts = [
      element(6, pack([6, 0], 'u32', isLittle), isLittle),
      element(5, pack([rows, values.length / rows], 'i32', isLittle), isLittle),
      element(1, new TextEncoder().encode(name), isLittle),
      isNarrow
        ? element(3, pack(values, 'i16', isLittle), isLittle)
        : element(9, pack(values, 'f64', isLittle), isLittle),
    ];
    const matrix = element(14, join(...parts), isLittle);
    if (!isCompressed) return matrix;
    const packed = deflateSync(matrix);
    return join(pack([15, packed.length], 'u32', isLittle), packed);
  });
  return join(header, ...bodies);
}

/** Writes a level 4 file of 16-bit integers, as WFDB's tools do. */
export function writeMat4({ name, rows, values }: Matrix): Uint8Array {
  return join(
    pack([30, rows, values.length / rows, 0, name.length + 1], 'u32', true),
    `${name}\0`,
    pack(values, 'i16', true),
  );
}

import { zipSync } from 'fflate';

/** An array as NumPy's `.npz` keeps it. */
export interface NpzArray {
  readonly values: Float64Array | Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Arrays as one `.npz` file (a ZIP of `.npy`, format version 1.0), for peers that are written in Python. */
export function writeNpz(arrays: Readonly<Record<string, NpzArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, [npy(array), { level: 0 }]]);
  return zipSync(Object.fromEntries(files));
}

function npy({ values, shape }: NpzArray): Uint8Array {
  const type = values instanceof Int32Array ? '<i4' : values instanceof Float32Array ? '<f4' : '<f8';
  const dimensions = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${dimensions}, }`;
  const length = Math.ceil((header.length + 11) / 64) * 64;
  const out = new Uint8Array(length + values.byteLength);
  out.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  out.set(new TextEncoder().encode(`${header.padEnd(length - 11)}\n`), 10);
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), length);
  return out;
}

import { z } from 'zod';
import { TwinError } from '../../twin/errors.ts';

/** Arrays by name with their shapes, and texts by name: what one safetensors file holds. */
export interface Tensors {
  readonly arrays: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}
export type TensorValues = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array;

/** A list as a tensor. */
export const flat = (values: TensorValues): Tensor => ({ shape: [values.length], values });
/** A table as a tensor. @param values [rows, width] */
export const rows = (values: TensorValues, width: number): Tensor => ({
  shape: [values.length / width, width],
  values,
});

type ArrayType<A extends TensorValues> = abstract new (...values: never[]) => A;
/** An array of a file by its name, of the type that it must have. */
export type GetArray = <A extends TensorValues>(key: string, type: ArrayType<A>) => A;

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;
type TypeName = keyof typeof TYPES;

const headerSchema = z.record(
  z.string(),
  z.union([
    z.strictObject({
      dtype: z.enum(['F64', 'F32', 'U32', 'I32', 'U8']),
      shape: z.array(z.int().nonnegative()),
      data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    }),
    z.record(z.string(), z.string()),
  ]),
);

/**
 * Writes safetensors (huggingface/safetensors, format of version 0.4): eight bytes little-endian length of a JSON header, the header, then
 * the arrays without gaps, widest type first and by name within a type, so that each stands at a multiple of its own width. Equal
 * contents give equal bytes.
 */
export function encodeTensors({ arrays, metadata }: Tensors): Uint8Array {
  const entries = Object.entries(arrays).sort(
    ([a, x], [b, y]) => y.values.BYTES_PER_ELEMENT - x.values.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const header: Record<string, unknown> = { __metadata__: sorted(metadata) };
  let length = 0;
  for (const [name, { shape, values }] of entries) {
    if (values.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new RangeError(`${name}: ${values.length} values do not fill the shape [${shape.join(', ')}]`);
    }
    header[name] = { dtype: typeName(values), shape, data_offsets: [length, length + values.byteLength] };
    length += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + length).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let offset = start;
  for (const [, { values }] of entries) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return bytes;
}

/** @throws TwinError BadInput where the bytes are not safetensors of the types above */
export function decodeTensors(bytes: Uint8Array, name: string): Tensors {
  if (bytes.length < 8) throw damaged(name, `${bytes.length} bytes are too few for a header`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8)) {
    throw damaged(name, `its header promises ${length} bytes, the file holds ${bytes.length - 8} after it`);
  }
  const start = 8 + Number(length);
  const header = headerSchema.safeParse(parseJson(bytes.subarray(8, start), name));
  if (!header.success) throw damaged(name, z.prettifyError(header.error));
  const arrays: Record<string, Tensor> = {};
  let metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(header.data)) {
    if (key === '__metadata__') metadata = z.record(z.string(), z.string()).parse(entry);
    else if (isTensorEntry(entry)) arrays[key] = readTensor(bytes, start, entry, `${name}: ${key}`);
  }
  return { arrays, metadata };
}

interface TensorEntry {
  readonly dtype: TypeName;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const isTensorEntry = (entry: object): entry is TensorEntry => Array.isArray((entry as Partial<TensorEntry>).shape);

function readTensor(bytes: Uint8Array, start: number, entry: TensorEntry, name: string): Tensor {
  const { dtype, shape } = entry;
  const [from, to] = entry.data_offsets;
  const type = TYPES[dtype];
  const count = shape.reduce((product, size) => product * size, 1);
  if (to - from !== count * type.BYTES_PER_ELEMENT || start + to > bytes.length) {
    throw damaged(name, `offsets ${from} to ${to} do not hold ${count} values of ${dtype}`);
  }
  // A copy of its own: aligned, and not kept alive by (or sharing changes with) the other arrays of the file.
  return { shape, values: new type(new Uint8Array(bytes.subarray(start + from, start + to)).buffer) };
}

function typeName(values: TensorValues): TypeName {
  if (values instanceof Float64Array) return 'F64';
  if (values instanceof Float32Array) return 'F32';
  if (values instanceof Uint32Array) return 'U32';
  return values instanceof Int32Array ? 'I32' : 'U8';
}

function parseJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw damaged(name, 'its header is not JSON'); // the parser's own sentence would quote bytes of the file
  }
}

const sorted = (record: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const damaged = (name: string, found: string): TwinError =>
  new TwinError('BadInput', `${name}: not a safetensors file of this program: ${found}; build it again`);

/** Numbers as files store them. */
export type NumberType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** Bytes of one number. */
export const BYTES_PER: Readonly<Record<NumberType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

type Get = (view: DataView, at: number, isLittleEndian: boolean) => number;

const GET: Readonly<Record<NumberType, Get>> = {
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at, isLittle) => view.getInt16(at, isLittle),
  uint16: (view, at, isLittle) => view.getUint16(at, isLittle),
  int32: (view, at, isLittle) => view.getInt32(at, isLittle),
  uint32: (view, at, isLittle) => view.getUint32(at, isLittle),
  // A file has fewer than 2^53 of anything, so two halves make the number without a BigInt each.
  int64: (view, at, isLittle) =>
    view.getInt32(isLittle ? at + 4 : at, isLittle) * 2 ** 32 + view.getUint32(isLittle ? at : at + 4, isLittle),
  uint64: (view, at, isLittle) =>
    view.getUint32(isLittle ? at + 4 : at, isLittle) * 2 ** 32 + view.getUint32(isLittle ? at : at + 4, isLittle),
  float32: (view, at, isLittle) => view.getFloat32(at, isLittle),
  float64: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

/** Numbers of one type from bytes, starting anywhere. The caller has checked that so many are there. */
export function decodeNumbers(
  bytes: Uint8Array,
  offset: number,
  count: number,
  type: NumberType,
  isLittleEndian: boolean,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const get = GET[type];
  const width = BYTES_PER[type];
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = get(view, offset + i * width, isLittleEndian);
  return out;
}

/** One number. */
export const decodeNumber = (bytes: Uint8Array, offset: number, type: NumberType, isLittleEndian: boolean): number =>
  GET[type](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset, isLittleEndian);

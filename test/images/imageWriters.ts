import { gzipSync } from 'fflate';

/** A NIfTI file, field by field; what is left out is as in a plain file of one byte a voxel. */
export interface NiftiFields {
  readonly version?: 1 | 2;
  readonly isBigEndian?: boolean;
  readonly sizeofHdr?: number;
  readonly magic?: string;
  readonly dim?: readonly number[];
  readonly datatype?: number;
  /** Each voxel in the file's own type */
  readonly voxels: readonly number[];
  readonly pixdim?: readonly number[];
  readonly voxOffset?: number;
  readonly slope?: number;
  readonly intercept?: number;
  readonly units?: number;
  readonly qformCode?: number;
  readonly sformCode?: number;
  /** b, c, d and the offsets */
  readonly quatern?: readonly number[];
  readonly sform?: readonly number[];
}

type Put = (view: DataView, at: number, value: number, isLittle: boolean) => void;
const PUT: Readonly<Record<number, { width: number; put: Put }>> = {
  2: { width: 1, put: (view, at, value) => view.setUint8(at, value) },
  4: { width: 2, put: (view, at, value, isLittle) => view.setInt16(at, value, isLittle) },
  8: { width: 4, put: (view, at, value, isLittle) => view.setInt32(at, value, isLittle) },
  16: { width: 4, put: (view, at, value, isLittle) => view.setFloat32(at, value, isLittle) },
  64: { width: 8, put: (view, at, value, isLittle) => view.setFloat64(at, value, isLittle) },
  256: { width: 1, put: (view, at, value) => view.setInt8(at, value) },
  512: { width: 2, put: (view, at, value, isLittle) => view.setUint16(at, value, isLittle) },
  768: { width: 4, put: (view, at, value, isLittle) => view.setUint32(at, value, isLittle) },
  1024: { width: 8, put: (view, at, value, isLittle) => view.setBigInt64(at, BigInt(value), isLittle) },
  1280: { width: 8, put: (view, at, value, isLittle) => view.setBigUint64(at, BigInt(value), isLittle) },
};

/** Every type that a label map may have. */
export const NIFTI_TYPES: readonly number[] = Object.keys(PUT).map(Number);

/** Bytes of a NIfTI file, written from nifti1.h and nifti2.h alone. */
export function niftiFile(fields: NiftiFields): Uint8Array {
  const { version = 1, isBigEndian = false, datatype = 2, voxels } = fields;
  const isFirst = version === 1;
  const isLittle = !isBigEndian;
  const { width, put } = PUT[datatype] ?? PUT[2];
  const header = isFirst ? 348 : 540;
  const offset = fields.voxOffset ?? header + 4;
  const bytes = new Uint8Array(header + 4 + width * voxels.length);
  const view = new DataView(bytes.buffer);
  const real = (at: number, value: number): void =>
    isFirst ? view.setFloat32(at, value, isLittle) : view.setFloat64(at, value, isLittle);
  const step = isFirst ? 4 : 8;
  const reals = (at: number, values: readonly number[]): void =>
    values.forEach((value, index) => void real(at + index * step, value));
  const code = (at: number, value: number): void =>
    isFirst ? view.setInt16(at, value, isLittle) : view.setInt32(at, value, isLittle);
  view.setInt32(0, fields.sizeofHdr ?? header, isLittle);
  const dim = fields.dim ?? [3, voxels.length, 1, 1];
  dim.forEach((length, axis) => {
    if (isFirst) view.setInt16(40 + 2 * axis, length, isLittle);
    else view.setBigInt64(16 + 8 * axis, BigInt(length), isLittle);
  });
  view.setInt16(isFirst ? 70 : 12, datatype, isLittle);
  view.setInt16(isFirst ? 72 : 14, 8 * width, isLittle);
  reals(isFirst ? 76 : 104, fields.pixdim ?? [1, 1, 1, 1]);
  if (isFirst) view.setFloat32(108, offset, isLittle);
  else view.setBigInt64(168, BigInt(offset), isLittle);
  reals(isFirst ? 112 : 176, [fields.slope ?? 1, fields.intercept ?? 0]);
  if (isFirst) view.setUint8(123, fields.units ?? 2);
  else view.setInt32(500, fields.units ?? 2, isLittle);
  code(isFirst ? 252 : 344, fields.qformCode ?? 0);
  code(isFirst ? 254 : 348, fields.sformCode ?? (fields.sform ? 1 : 0));
  reals(isFirst ? 256 : 352, fields.quatern ?? []);
  reals(isFirst ? 280 : 400, fields.sform ?? []);
  const magic = fields.magic ?? `n+${version}\0`;
  [...magic].forEach((letter, at) => {
    bytes[(isFirst ? 344 : 4) + at] = letter.charCodeAt(0);
  });
  voxels.forEach((value, at) => void put(view, header + 4 + width * at, value, isLittle));
  return bytes;
}

/** Bytes of an NRRD file: its header's lines, then its data. */
export function nrrdFile(lines: readonly string[], data: Uint8Array = new Uint8Array()): Uint8Array {
  const header = new TextEncoder().encode(`NRRD0005\n${lines.join('\n')}\n\n`);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

export const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { mtime: 0 });
export const nothingBeside = (): undefined => undefined;

import type { Finding } from '../errors.ts';
import { badInput } from '../formats/badInput.ts';
import type { NumberType } from '../formats/numberType.ts';
import { mmPer } from '../units.ts';
import { checkFrame, checkSize, frameMissing, turnAboutHead } from './imageFrame.ts';

/** What a label map needs of a NIfTI header. */
export interface NiftiHeader {
  readonly size: readonly [number, number, number];
  /** Voxel index → LPS, mm, [12] row-major */
  readonly affine: readonly number[];
  readonly type: NumberType;
  readonly isLittleEndian: boolean;
  readonly slope: number;
  readonly intercept: number;
  /** Where the voxels begin, in the file that holds them */
  readonly voxelOffset: number;
  /** True where the voxels stand in a file of their own (`.hdr` with `.img`) */
  readonly isPair: boolean;
  readonly findings: readonly Finding[];
}

/** Codes of the types that a label map may have (nifti1.h, DT_). */
const TYPES: Readonly<Record<number, NumberType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

/** Types by their names that are no labels. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  1: 'single bits',
  32: 'complex numbers',
  128: 'RGB colours',
  1536: 'long doubles',
  1792: 'complex numbers',
  2048: 'complex numbers',
  2304: 'RGBA colours',
};

/** Lowest three bits of xyzt_units. Files that leave it 0 are in millimetres, as every program takes them. */
const LENGTH_UNITS: Readonly<Record<number, number>> = { 0: 1, 1: mmPer.m, 2: 1, 3: mmPer.um };

/** Places of one version's fields, bytes. */
interface Layout {
  readonly bytes: 348 | 540;
  readonly dim: number;
  readonly datatype: number;
  readonly pixdim: number;
  readonly voxOffset: number;
  readonly slope: number;
  readonly units: number;
  readonly qformCode: number;
  readonly sformCode: number;
  readonly quatern: number;
  readonly sform: number;
  readonly magic: number;
}

const NIFTI_1: Layout = {
  bytes: 348,
  dim: 40,
  datatype: 70,
  pixdim: 76,
  voxOffset: 108,
  slope: 112,
  units: 123,
  qformCode: 252,
  sformCode: 254,
  quatern: 256,
  sform: 280,
  magic: 344,
};
const NIFTI_2: Layout = {
  bytes: 540,
  dim: 16,
  datatype: 12,
  pixdim: 104,
  voxOffset: 168,
  slope: 176,
  units: 500,
  qformCode: 344,
  sformCode: 348,
  quatern: 352,
  sform: 400,
  magic: 4,
};

/**
 * Reads a NIfTI-1 or NIfTI-2 header (R. Cox et al., nifti1.h and nifti2.h). The frame is the sform's where its code is above 0, else the qform's, both in RAS and turned to
 * LPS here. A file with neither says only how large its voxels are; its axes are then taken as RAS (method 1 of nifti1.h), with a finding.
 *
 * @throws TwinError BadInput with the field, what it holds and what it should
 */
export function readNiftiHeader(bytes: Uint8Array, fileName: string): NiftiHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { layout, isLittleEndian } = chooseLayout(view, fileName);
  const isFirst = layout.bytes === 348;
  const width = isFirst ? 4 : 8;
  const real = (at: number): number =>
    isFirst ? view.getFloat32(at, isLittleEndian) : view.getFloat64(at, isLittleEndian);
  const code = (at: number): number =>
    isFirst ? view.getInt16(at, isLittleEndian) : view.getInt32(at, isLittleEndian);
  const dims = Array.from({ length: 8 }, (_, axis) =>
    isFirst
      ? view.getInt16(layout.dim + 2 * axis, isLittleEndian)
      : Number(view.getBigInt64(layout.dim + 8 * axis, isLittleEndian)),
  );
  const datatype = view.getInt16(layout.datatype, isLittleEndian);
  const type = TYPES[datatype];
  if (type === undefined)
    throw badInput(
      fileName,
      `the voxels are ${OTHER_TYPES[datatype] ?? `of type ${datatype}, which NIfTI does not know`}; expected whole numbers or floats; this is not a label map`,
    );
  const pixdim = Array.from({ length: 4 }, (_, axis) => real(layout.pixdim + axis * width));
  const unit = LENGTH_UNITS[view.getUint8(isFirst || isLittleEndian ? layout.units : layout.units + 3) & 7];
  if (unit === undefined) throw badInput(fileName, 'the unit of length is none that NIfTI knows; expected m, mm or µm');
  const ras =
    code(layout.sformCode) > 0
      ? Array.from({ length: 12 }, (_, at) => real(layout.sform + at * width))
      : qformAffine(code(layout.qformCode), pixdim, (at) => real(layout.quatern + at * width), fileName);
  const hasFrame = code(layout.sformCode) > 0 || code(layout.qformCode) > 0;
  const slope = real(layout.slope);
  const intercept = real(layout.slope + width);
  const isScaled = Number.isFinite(slope) && slope !== 0;
  const magic = magicOf(view, layout);
  const voxelOffset = isFirst ? real(layout.voxOffset) : Number(view.getBigInt64(layout.voxOffset, isLittleEndian));
  return {
    size: spatialSize(dims, fileName),
    affine: checkFrame(turnAboutHead(ras.map((value) => value * unit)), fileName),
    type,
    isLittleEndian,
    slope: isScaled ? slope : 1,
    intercept: isScaled && Number.isFinite(intercept) ? intercept : 0,
    voxelOffset: checkOffset(voxelOffset, magic.startsWith('ni') ? 0 : layout.bytes, fileName),
    isPair: magic.startsWith('ni'),
    findings: hasFrame ? [] : [frameMissing(fileName, 'right, front and head')],
  };
}

function chooseLayout(view: DataView, fileName: string): { layout: Layout; isLittleEndian: boolean } {
  if (view.byteLength < NIFTI_1.bytes)
    throw badInput(
      fileName,
      `${view.byteLength} bytes are less than a NIfTI header of 348; the file was cut short or is none`,
    );
  const [little, big] = [view.getInt32(0, true), view.getInt32(0, false)];
  const isLittleEndian = little === 348 || little === 540;
  const size = isLittleEndian ? little : big;
  if (size !== 348 && size !== 540)
    throw badInput(
      fileName,
      `not a NIfTI header: its size (sizeof_hdr) is given as ${little}, expected 348 (NIfTI-1) or 540 (NIfTI-2); the file is damaged or of another format`,
    );
  const layout = size === 348 ? NIFTI_1 : NIFTI_2;
  if (view.byteLength < layout.bytes)
    throw badInput(fileName, `${view.byteLength} bytes are less than a NIfTI-2 header of 540; the file was cut short`);
  const magic = magicOf(view, layout);
  const expected = layout === NIFTI_1 ? ['n+1', 'ni1'] : ['n+2', 'ni2'];
  if (!expected.includes(magic))
    throw badInput(
      fileName,
      `the header lacks NIfTI's mark, expected ${expected.join(' or ')}; an Analyze image says nothing of left and right, convert it to NIfTI first`,
    );
  return { layout, isLittleEndian };
}

const magicOf = (view: DataView, { magic }: Layout): string =>
  String.fromCharCode(view.getUint8(magic), view.getUint8(magic + 1), view.getUint8(magic + 2));

function spatialSize(dims: readonly number[], fileName: string): [number, number, number] {
  const [count] = dims;
  if (!(count >= 1 && count <= 7))
    throw badInput(fileName, `the header gives ${count} dimensions (dim[0]), expected 3; the header is damaged`);
  const wrong = dims.findIndex((length, axis) => axis >= 1 && axis <= count && length < 1);
  if (wrong >= 0)
    throw badInput(
      fileName,
      `dim[${wrong}] of the header is ${dims[wrong]}, expected a number of voxels; the header is damaged`,
    );
  if (count < 3)
    throw badInput(fileName, `the image has ${count} dimensions, expected 3; a heart needs more than one slice`);
  const more = dims.slice(4, count + 1).findIndex((length) => length > 1);
  if (more >= 0)
    throw badInput(
      fileName,
      `the image holds ${dims[4 + more]} volumes along dimension ${4 + more}, expected one; split off the phase that is wanted, for a heart end-diastole`,
    );
  return checkSize(dims.slice(1, 4), fileName);
}

/**
 * The qform: a rotation as a unit quaternion, of which a = √(1 − b² − c² − d²) is left out, and a left-handed third axis where pixdim[0] is −1.
 */
function qformAffine(
  code: number,
  [qfac, di, dj, dk]: readonly number[],
  part: (at: number) => number,
  fileName: string,
): number[] {
  const isMissing = ![di, dj, dk].every((edge) => Number.isFinite(edge) && edge > 0);
  if (isMissing)
    throw badInput(
      fileName,
      `the voxel size (pixdim) is ${di} × ${dj} × ${dk}, expected positive lengths, and there is no sform that would give it; write the voxel size into the header`,
    );
  if (!(code > 0)) return [di, 0, 0, 0, 0, dj, 0, 0, 0, 0, dk, 0];
  let [b, c, d] = [part(0), part(1), part(2)];
  const length2 = b * b + c * c + d * d;
  if (!(length2 <= 1.001))
    throw badInput(
      fileName,
      `the quaternion of the qform is longer than 1 (${Math.sqrt(length2).toPrecision(4)}); the header is damaged`,
    );
  let a = 0;
  if (length2 < 1) a = Math.sqrt(1 - length2);
  else {
    const length = Math.sqrt(length2);
    b /= length;
    c /= length;
    d /= length;
  }
  const k = qfac < 0 ? -dk : dk;
  return [
    (a * a + b * b - c * c - d * d) * di,
    2 * (b * c - a * d) * dj,
    2 * (b * d + a * c) * k,
    part(3),
    2 * (b * c + a * d) * di,
    (a * a + c * c - b * b - d * d) * dj,
    2 * (c * d - a * b) * k,
    part(4),
    2 * (b * d - a * c) * di,
    2 * (c * d + a * b) * dj,
    (a * a + d * d - b * b - c * c) * k,
    part(5),
  ];
}

/** Programs write 0 for "right behind the header" too. */
function checkOffset(offset: number, least: number, fileName: string): number {
  if (offset === 0) return least === 0 ? 0 : least + 4;
  if (Number.isSafeInteger(offset) && offset >= least) return offset;
  throw badInput(
    fileName,
    `the voxels begin at byte ${offset} by the header (vox_offset), expected a whole number from ${least} on; the header is damaged`,
  );
}

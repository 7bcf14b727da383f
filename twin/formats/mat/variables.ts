import { latin1 } from '../asciiScanner.ts';
import { badInput } from '../badInput.ts';
import { unzlibBounded } from '../gunzip.ts';
import { BYTES_PER, decodeNumbers, type NumberType } from '../numberType.ts';

/** A variable of a MATLAB file. */
export interface MatVariable {
  readonly name: string;
  /** Of anything but a real matrix of numbers, what it is */
  readonly other?: string;
  readonly rows: number;
  readonly columns: number;
  /** Column by column, [columns, rows]; empty of what is no matrix of numbers */
  readonly values: Float64Array;
}

/** Header of a level 5 file: a text, the version and the order of bytes. */
const HEADER_5 = 128;
/** Header of a level 4 matrix: type, rows, columns, imaginary part, length of the name. */
const HEADER_4 = 20;
const MATRIX = 14;
const COMPRESSED = 15;
/** More variables than anybody keeps beside an ECG. */
const MOST_VARIABLES = 10_000;
/** Bytes that all compressed variables may give together. */
const MOST_BYTES = 2 ** 28;

const TYPES_5: Readonly<Record<number, NumberType>> = {
  1: 'int8',
  2: 'uint8',
  3: 'int16',
  4: 'uint16',
  5: 'int32',
  6: 'uint32',
  7: 'float32',
  9: 'float64',
  12: 'int64',
  13: 'uint64',
};
const CLASSES: Readonly<Record<number, string>> = {
  1: 'a cell array',
  2: 'a struct',
  3: 'an object',
  4: 'text',
  5: 'a sparse matrix',
};
const TYPES_4: readonly NumberType[] = ['float64', 'float32', 'int32', 'int16', 'uint16', 'uint8'];
const COMPLEX = 0x0800;

/**
 * Variables of a MATLAB file of level 4 or 5 that are matrices of numbers; others are named only. Nothing nested is followed.
 *
 * Source: MathWorks, MAT-File Format.
 * @throws TwinError BadInput; files of version 7.3 are HDF5 and refused by name
 */
export function readMatVariables(bytes: Uint8Array, file: string): MatVariable[] {
  const start = latin1(bytes, 0, Math.min(HEADER_5, bytes.length));
  if (start.startsWith('MATLAB 7.3'))
    throw badInput(file, "is a MATLAB file of version 7.3, which is HDF5; save it again with save(…, '-v7')");
  return start.startsWith('MATLAB 5.0') ? readLevel5(bytes, file) : readLevel4(bytes, file);
}

/** True for the header of a level 4 matrix in little-endian order, which has no mark of its own. */
export function looksLikeLevel4(head: Uint8Array): boolean {
  if (head.length < HEADER_4 + 2) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [type, rows, columns, imaginary, length] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const isHeader =
    type <= 52 && type % 10 <= 2 && rows > 0 && columns > 0 && imaginary <= 1 && length > 1 && length <= 64;
  return isHeader && /^[A-Za-z]\w*\0$/.test(latin1(head, HEADER_4, HEADER_4 + length));
}

function readLevel4(bytes: Uint8Array, file: string): MatVariable[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const variables: MatVariable[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (!looksLikeLevel4(bytes.subarray(at, at + HEADER_4 + 64)) || variables.length >= MOST_VARIABLES)
      throw badInput(file, `byte ${at}: no header of a MATLAB matrix; the file was probably cut short`);
    const [type, rows, columns, imaginary, length] = [0, 4, 8, 12, 16].map((offset) =>
      view.getUint32(at + offset, true),
    ) as [number, number, number, number, number];
    const name = latin1(bytes, at + HEADER_4, at + HEADER_4 + length - 1);
    const from = at + HEADER_4 + length;
    const stored = TYPES_4[Math.floor(type / 10)] ?? 'float64';
    const size = rows * columns * BYTES_PER[stored];
    if (from + size * (1 + imaginary) > bytes.length) throw tooShort(file, name, rows, columns);
    const other = type % 10 !== 0 ? ['', 'text', 'a sparse matrix'][type % 10] : imaginary ? 'complex' : undefined;
    const values = other ? new Float64Array() : decodeNumbers(bytes, from, rows * columns, stored, true);
    variables.push({ name, rows, columns, values, ...(other ? { other } : {}) });
    at = from + size * (1 + imaginary);
  }
  return variables;
}

/** One data element of a level 5 file: its type, where its bytes stand, and where the next one begins. */
interface DataElement {
  readonly type: number;
  readonly from: number;
  readonly to: number;
  readonly next: number;
}

function readLevel5(bytes: Uint8Array, file: string): MatVariable[] {
  const isLittle = latin1(bytes, 126, 128) === 'IM';
  const variables: MatVariable[] = [];
  let inflated = 0;
  for (let at = HEADER_5; at < bytes.length; ) {
    const element = elementAt(bytes, at, isLittle, file);
    if (variables.length >= MOST_VARIABLES) throw badInput(file, `holds more than ${MOST_VARIABLES} variables`);
    if (element.type === MATRIX) variables.push(readMatrix(bytes.subarray(element.from, element.to), isLittle, file));
    else if (element.type === COMPRESSED) {
      const content = unzlibBounded(bytes.subarray(element.from, element.to), file, {
        mostBytes: MOST_BYTES - inflated,
      });
      inflated += content.length;
      const inside = elementAt(content, 0, isLittle, file);
      if (inside.type === MATRIX) variables.push(readMatrix(content.subarray(inside.from, inside.to), isLittle, file));
    }
    at = element.next;
  }
  return variables;
}

function elementAt(bytes: Uint8Array, at: number, isLittle: boolean, file: string): DataElement {
  if (at + 8 > bytes.length)
    throw badInput(file, `ends within a data element at byte ${at}; it was probably cut short`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint32(at, isLittle);
  const small = word >>> 16; // A short element has its length here and its bytes where the length stands otherwise.
  const type = word & 0xffff;
  const from = small > 0 ? at + 4 : at + 8;
  const to = from + (small > 0 ? small : view.getUint32(at + 4, isLittle));
  if (to > bytes.length || small > 4)
    throw badInput(
      file,
      `a data element at byte ${at} ends at ${to}, beyond ${bytes.length}; the file was probably cut short`,
    );
  const next = small > 0 ? at + 8 : type === COMPRESSED ? to : from + Math.ceil((to - from) / 8) * 8;
  return { type, from, to, next };
}

/** Flags, dimensions, name and real part follow one another. */
function readMatrix(bytes: Uint8Array, isLittle: boolean, file: string): MatVariable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = elementAt(bytes, 0, isLittle, file);
  const sizes = elementAt(bytes, flags.next, isLittle, file);
  const title = elementAt(bytes, sizes.next, isLittle, file);
  const name = latin1(bytes, title.from, Math.min(title.to, title.from + 64));
  const flag = flags.to - flags.from >= 4 ? view.getUint32(flags.from, isLittle) : 0;
  const dimensions = Math.floor((sizes.to - sizes.from) / 4);
  const [rows = 0, columns = 0] = Array.from({ length: Math.min(dimensions, 2) }, (_, d) =>
    view.getUint32(sizes.from + 4 * d, isLittle),
  );
  const kind = flag & 0xff;
  const other =
    CLASSES[kind] ?? (flag & COMPLEX ? 'complex' : dimensions !== 2 ? `of ${dimensions} dimensions` : undefined);
  const empty = { name, rows, columns, values: new Float64Array() };
  if (other !== undefined) return { ...empty, other };
  if (rows * columns === 0) return { ...empty, other: 'empty' };
  const data = elementAt(bytes, title.next, isLittle, file);
  const type = TYPES_5[data.type];
  if (!type) throw badInput(file, `${name}: numbers of type ${data.type} are not read`);
  if (rows * columns * BYTES_PER[type] > data.to - data.from) throw tooShort(file, name, rows, columns);
  return { name, rows, columns, values: decodeNumbers(bytes, data.from, rows * columns, type, isLittle) };
}

const tooShort = (file: string, name: string, rows: number, columns: number) =>
  badInput(
    file,
    `${name} should hold ${rows} × ${columns} numbers, and there are fewer bytes; the file was probably cut short`,
  );

import { unzlibSync } from 'fflate';
import { TwinError } from '../errors.ts';
import { AsciiScanner, quote } from './asciiScanner.ts';
import { decodeBase64 } from './base64.ts';
import { BYTES_PER, decodeNumber, decodeNumbers, type NumberType } from './numberType.ts';

/** Deflate's greatest ratio: its longest match of 258 bytes takes at least two bits (RFC 1951). */
export const MOST_INFLATION = 1032;

/** What holds for all arrays of a VTU file. */
export interface VtuFile {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly isLittleEndian: boolean;
  /** Block headers of 64 bits rather than 32 */
  readonly isWideHeader: boolean;
  readonly isCompressed: boolean;
  readonly appended: { readonly start: number; readonly end: number; readonly isRaw: boolean } | undefined;
}

/** One DataArray, not yet decoded. */
export interface VtuArray {
  readonly section: string;
  readonly name: string;
  /** undefined for strings */
  readonly type: NumberType | undefined;
  readonly components: number;
  readonly format: 'ascii' | 'binary' | 'appended';
  /** Into the appended data */
  readonly offset: number;
  /** Its text in the file */
  readonly start: number;
  readonly end: number;
}

const NUMBER_TYPES: Readonly<Record<string, NumberType>> = {
  Int8: 'int8',
  UInt8: 'uint8',
  Int16: 'int16',
  UInt16: 'uint16',
  Int32: 'int32',
  UInt32: 'uint32',
  Int64: 'int64',
  UInt64: 'uint64',
  Float32: 'float32',
  Float64: 'float64',
};

/** The number type of a DataArray's `type`; undefined for strings and bits. */
export const vtuNumberType = (type: string): NumberType | undefined =>
  Object.hasOwn(NUMBER_TYPES, type) ? NUMBER_TYPES[type] : undefined;

/** Values of an array, [items, components]. Nothing is allocated that the bytes could not fill. @throws TwinError BadInput */
export function readVtuArray(array: VtuArray, items: number, file: VtuFile): Float64Array {
  const fail = (message: string): never => {
    throw new TwinError('BadInput', `${file.fileName}: array ${quote(array.name || array.section)} ${message}`, {
      file: file.fileName,
    });
  };
  const { type } = array;
  if (type === undefined) return fail('is of a type that is no number');
  const count = items * array.components;
  if (!Number.isSafeInteger(count) || count < 0) fail(`has ${count} numbers`);
  if (array.format === 'ascii') return readAscii(array, count, file, fail);
  const source = openSource(array, file, fail);
  const expected = count * BYTES_PER[type];
  const body = file.isCompressed
    ? inflateBlocks(source, expected, file, fail)
    : plainBytes(source, expected, file, fail);
  return decodeNumbers(body, 0, count, type, file.isLittleEndian);
}

type Fail = (message: string) => never;
/** The bytes of an array from its block header on; gives fewer where there are fewer. */
type Source = (length: number) => Uint8Array;

function readAscii(array: VtuArray, count: number, file: VtuFile, fail: Fail): Float64Array {
  const { start, end } = array;
  const most = Math.floor((end - start + 1) / 2); // A digit and a space each.
  if (count > most)
    fail(
      `should hold ${count} numbers, and its ${end - start} characters can hold ${most}; it was cut short or the header is wrong`,
    );
  const scanner = new AsciiScanner(file.bytes, file.fileName, start, end);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (scanner.isDone()) fail(`should hold ${count} numbers and holds ${i}`);
    values[i] = scanner.number();
  }
  if (!scanner.isDone()) fail(`holds more than the ${count} numbers that the header promises`);
  return values;
}

function openSource(array: VtuArray, file: VtuFile, fail: Fail): Source {
  const { bytes, appended } = file;
  let { start, end } = array;
  let isRaw = false;
  if (array.format === 'appended') {
    if (!appended) return fail('is said to be appended, and the file has no AppendedData');
    if (array.offset > appended.end - appended.start)
      fail(`starts at ${array.offset} of the appended data, which end at ${appended.end - appended.start}`);
    start = appended.start + array.offset;
    end = appended.end;
    isRaw = appended.isRaw;
  }
  if (isRaw) return (length) => bytes.subarray(start, Math.min(start + length, end));
  return (length) => decodeBase64(bytes, start, end, length) ?? fail('holds characters that are no base64');
}

function header(source: Source, words: number, file: VtuFile, fail: Fail): number[] {
  const type = file.isWideHeader ? 'uint64' : 'uint32';
  const width = BYTES_PER[type];
  const bytes = source(words * width);
  if (bytes.length < words * width) fail('ends inside its header; the file was cut short');
  return Array.from({ length: words }, (_, word) => decodeNumber(bytes, word * width, type, file.isLittleEndian));
}

function plainBytes(source: Source, expected: number, file: VtuFile, fail: Fail): Uint8Array {
  const [promised] = header(source, 1, file, fail) as [number];
  if (promised !== expected) fail(`has ${promised} bytes by its header; expected ${expected}`);
  const skip = file.isWideHeader ? 8 : 4;
  const body = source(skip + expected).subarray(skip);
  if (body.length < expected) fail(`holds ${body.length} of ${expected} bytes; the file was cut short`);
  return body;
}

/** Header: number of blocks, their size, the last one's size (0 when it is whole), then each one's compressed size. */
function inflateBlocks(source: Source, expected: number, file: VtuFile, fail: Fail): Uint8Array {
  const [blocks, blockSize, lastSize] = header(source, 3, file, fail) as [number, number, number];
  const total = blocks === 0 ? 0 : (blocks - 1) * blockSize + (lastSize || blockSize);
  if (total !== expected) fail(`has ${total} bytes by its header; expected ${expected}`);
  if (blocks > file.bytes.length) fail(`has ${blocks} blocks, more than the file has bytes`);
  const sizes = header(source, 3 + blocks, file, fail).slice(3);
  const start = (3 + blocks) * (file.isWideHeader ? 8 : 4);
  const length = sizes.reduce((sum, size) => sum + size, 0);
  if (length > file.bytes.length) fail(`has ${length} compressed bytes, more than the file`);
  const packed = source(start + length).subarray(start);
  if (packed.length < length) fail(`holds ${packed.length} of ${length} compressed bytes; the file was cut short`);
  if (expected > length * MOST_INFLATION)
    fail(`promises ${expected} bytes from ${length} compressed ones, more than zlib can give`);
  const out = new Uint8Array(expected);
  let from = 0;
  for (const [block, size] of sizes.entries()) {
    const at = block * blockSize;
    const room = out.subarray(at, block === blocks - 1 ? expected : at + blockSize);
    let inflated: Uint8Array;
    try {
      inflated = unzlibSync(packed.subarray(from, from + size), { out: room });
    } catch (error) {
      return fail(`cannot be decompressed at block ${block} (${error instanceof Error ? error.message : 'no zlib'})`);
    }
    if (inflated.length !== room.length)
      fail(`gives ${inflated.length} bytes at block ${block}; expected ${room.length}`);
    from += size;
  }
  return out;
}

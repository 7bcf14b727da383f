import { FlateErrorCode, Gunzip, Unzlib } from 'fflate';
import { TwinError } from '../errors.ts';
import { badInput } from './badInput.ts';

/** How much may come out of a gzip file. */
export interface GunzipLimits {
  /** Bytes of content, whatever the ratio */
  readonly mostBytes: number;
  /** Bytes of content in one compressed byte, where there are more than `freeBytes` of them */
  readonly mostRatio: number;
  readonly freeBytes: number;
}

/**
 * 1 GiB holds a whole body as 16-bit voxels. Label maps shrink far: one organ in a whole body some hundred times, deflate's greatest ratio is
 * 1,032. So up to 256 MiB any ratio is taken, and above it only what is no mere repetition (docs/decisions/0036-gzip-limits.md).
 */
const LIMITS: GunzipLimits = { mostBytes: 2 ** 30, mostRatio: 500, freeBytes: 2 ** 28 };

/** Compressed bytes taken at a time: at deflate's greatest ratio 16 MB come out of them. */
const CHUNK = 16_384;
/** CRC-32 and size behind each member (RFC 1952). */
const TRAILER = 8;

/**
 * Content of a gzip file of one or several members, its CRC-32 checked. Memory is bounded by the content, not by what the file promises.
 *
 * @param fileName  for messages
 * @throws TwinError BadInput where it ends early, is damaged, or holds more than the limits
 */
export function gunzipBounded(bytes: Uint8Array, fileName: string, limits: Partial<GunzipLimits> = {}): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = -1;
  const endMember = (end: number): void => {
    if (end < TRAILER || view.getUint32(end - TRAILER, true) !== ~crc >>> 0)
      throw badInput(
        fileName,
        'the gzip checksum (CRC-32) does not fit the content; the file was damaged or cut short',
      );
    crc = -1;
  };
  const content = inflateBounded('gzip', bytes, fileName, { ...LIMITS, ...limits }, promisedSize(view), (take) => {
    const gunzip = new Gunzip((chunk) => {
      take(chunk);
      crc = crc32(chunk, crc);
    });
    gunzip.onmember = endMember;
    return gunzip;
  });
  endMember(bytes.length);
  return content;
}

/** Content of zlib data, as they stand inside other files. Limits and errors as with gzip; the sum behind them is not checked. */
export function unzlibBounded(bytes: Uint8Array, fileName: string, limits: Partial<GunzipLimits> = {}): Uint8Array {
  return inflateBounded('zlib', bytes, fileName, { ...LIMITS, ...limits }, 0, (take) => new Unzlib(take));
}

interface Inflater {
  push(chunk: Uint8Array, isLast: boolean): void;
}

function inflateBounded(
  what: string,
  bytes: Uint8Array,
  fileName: string,
  { mostBytes, mostRatio, freeBytes }: GunzipLimits,
  promised: number,
  open: (take: (chunk: Uint8Array) => void) => Inflater,
): Uint8Array {
  const most = Math.min(mostBytes, Math.max(freeBytes, bytes.length * mostRatio));
  let content = new Uint8Array(Math.min(promised, most, bytes.length * 64));
  let length = 0;
  const inflater = open((chunk) => {
    if (length + chunk.length > most) {
      const why = most < mostBytes ? `, more than ${mostRatio} times its own size` : '';
      throw badInput(
        fileName,
        `more than ${mebibytes(most)} MiB come out of ${what}${why}; decompress it yourself if it is what it says`,
      );
    }
    if (length + chunk.length > content.length) {
      const wider = new Uint8Array(Math.min(most, Math.max(2 * content.length, length + chunk.length)));
      wider.set(content.subarray(0, length));
      content = wider;
    }
    content.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < bytes.length; at += CHUNK)
      inflater.push(bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length);
  } catch (error) {
    if (error instanceof TwinError) throw error;
    if ((error as { code?: unknown }).code === FlateErrorCode.UnexpectedEOF)
      throw badInput(
        fileName,
        `${what} ends early, after ${length} bytes of content; the file was probably cut short while copied`,
      );
    throw badInput(fileName, `${what} is damaged after ${length} bytes of content; copy the file again`);
  }
  return content.subarray(0, length);
}

/** Size of the last member by its trailer; a hint only. */
const promisedSize = (view: DataView): number => (view.byteLength < 4 ? 0 : view.getUint32(view.byteLength - 4, true));

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0);

/** CRC-32 of each byte (RFC 1952, section 8). */
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The running CRC-32, not yet inverted; starts at −1. */
export function crc32(bytes: Uint8Array, crc: number): number {
  let value = crc;
  for (let at = 0; at < bytes.length; at++)
    value = (CRC_TABLE[(value ^ (bytes[at] as number)) & 255] as number) ^ (value >>> 8);
  return value;
}

import { badInput } from './badInput.ts';

/** Bytes in front of each channel: length (32 bits), something unknown (16 bits), the first prediction (16 bits), little-endian. */
const HEADER = 8;
/** Bits of a code word. */
const CODE_BITS = 10;
/** First code that stands for more than one byte, and the last one; 1023 ends a channel. */
const FIRST_STRING = 256;
const LAST_STRING = 1022;
/** What a difference of zero is stored as. */
const DELTA_ZERO = 64;

/**
 * Channels of Philips' XLI compression: for each a header and code words of 10 bits (LZW, highest bit first), which make two planes of bytes: the high
 * bytes of all 16-bit values, then their low bytes. The first two values are samples; from each other one follows
 *
 *     x[i] = 2 x[i−1] − x[i−2] − last,   last = value[i−1] − 64
 *
 * The scheme as Watford published it with sierra-ecg-tools, its codes after Welch (Computer, 1984); checked sample by sample against a decoder of his
 * (docs/decisions/0033-xml-ecg-dialects.md).
 *
 * @param channels  as many as are wanted; more may follow, which recorders fill with zeros
 * @param samples   in each channel; one that makes more or fewer is refused, and nothing larger than this is ever allocated
 * @returns steps, [channels][samples]
 * @throws TwinError BadInput with the channel and both counts
 */
export function decodeXli(bytes: Uint8Array, file: string, channels: number, samples: number): Int16Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoded: Int16Array[] = [];
  let at = 0;
  while (decoded.length < channels) {
    const where = `channel ${decoded.length + 1} of ${channels}`;
    if (at + HEADER > bytes.length)
      throw badInput(file, `the compressed leads end before ${where}; the file was probably cut short`);
    const length = view.getUint32(at, true);
    const first = view.getInt16(at + 6, true);
    at += HEADER;
    if (length > bytes.length - at) {
      throw badInput(
        file,
        `${where} promises ${length} compressed bytes, ${bytes.length - at} follow; the file was probably cut short`,
      );
    }
    const planes = expandCodes(bytes.subarray(at, at + length), 2 * samples + 2);
    // Bits that fill the last byte can make one more byte; more or fewer are other samples than promised.
    if (planes === undefined || planes.length < 2 * samples || planes.length > 2 * samples + 1) {
      const found =
        planes === undefined
          ? 'a code word that stands for nothing'
          : planes.length > 2 * samples
            ? `more than ${samples} samples`
            : `${Math.floor(planes.length / 2)} samples`;
      throw badInput(file, `${where} holds ${found}; expected ${samples} samples`);
    }
    decoded.push(sumDifferences(planes, samples, first));
    at += length;
  }
  return decoded;
}

/** Bytes that code words stand for, up to `most`; undefined where one stands for nothing. */
function expandCodes(codes: Uint8Array, most: number): Uint8Array | undefined {
  // A string is the string of an earlier code and one byte: written backwards from its end, without a table of strings.
  const parent = new Uint16Array(LAST_STRING + 1);
  const suffix = new Uint8Array(LAST_STRING + 1);
  const lengths = new Uint16Array(LAST_STRING + 1).fill(1);
  for (let code = 0; code < FIRST_STRING; code++) suffix[code] = code;
  const out = new Uint8Array(
    Math.min(most, Math.ceil((codes.length * 8) / CODE_BITS) * (LAST_STRING - FIRST_STRING + 2)),
  );
  let length = 0;
  let next = FIRST_STRING;
  let previous = -1;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < codes.length && length < out.length; at++) {
    bits = ((bits << 8) | (codes[at] as number)) & 0xffffff;
    held += 8;
    if (held < CODE_BITS) continue;
    held -= CODE_BITS;
    const code = (bits >>> held) & 1023;
    if (code > LAST_STRING) break;
    const isNew = code === next && previous >= 0 && next <= LAST_STRING;
    if (code >= next && !isNew) return undefined;
    // The one code that may be used before it is known: the previous string and its own first byte.
    const size = isNew ? (lengths[previous] as number) + 1 : (lengths[code] as number);
    let from = isNew ? previous : code;
    for (let place = length + size - (isNew ? 2 : 1); place >= length; place--) {
      if (place < out.length) out[place] = suffix[from] as number;
      from = parent[from] as number;
    }
    const head = out[length] as number;
    if (isNew && length + size <= out.length) out[length + size - 1] = head;
    if (previous >= 0 && next <= LAST_STRING) {
      parent[next] = previous;
      suffix[next] = head;
      lengths[next] = (lengths[previous] as number) + 1;
      next++;
    }
    previous = code;
    length = Math.min(out.length, length + size);
  }
  return out.subarray(0, length);
}

function sumDifferences(planes: Uint8Array, samples: number, first: number): Int16Array {
  const out = new Int16Array(samples);
  for (let i = 0; i < samples; i++) out[i] = ((planes[i] as number) << 8) | (planes[samples + i] as number);
  let before = out[0] as number;
  let now = out[1] as number;
  let last = first;
  for (let i = 2; i < samples; i++) {
    const value = ((2 * now - before - last) << 16) >> 16;
    last = (out[i] as number) - DELTA_ZERO;
    out[i] = value;
    before = now;
    now = value;
  }
  return out;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 61;
const BAD = 255;

/** Value of each byte as a base64 digit; BAD for all others. */
const DIGITS = new Uint8Array(256).fill(BAD);
for (let digit = 0; digit < 64; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/**
 * Bytes of base64 text, skipping white space. Padding may stand in the middle: VTK writes a padded header and then the data.
 *
 * @param most  bytes after which to stop
 * @returns what was decoded, up to `most` bytes, or undefined at a byte that is no base64
 */
export function decodeBase64(text: Uint8Array, start: number, end: number, most: number): Uint8Array | undefined {
  const out = new Uint8Array(Math.min(most, Math.ceil(((end - start) * 3) / 4)));
  let length = 0;
  let bits = 0;
  let digits = 0;
  for (let at = start; at < end && length < out.length; at++) {
    const byte = text[at] as number;
    if (byte === 32 || (byte >= 9 && byte <= 13)) continue;
    if (byte === PADDING) {
      // 2 digits carry one byte and 3 carry two; the whole bytes are out already.
      digits = 0;
      bits = 0;
      continue;
    }
    const digit = DIGITS[byte] as number;
    if (digit === BAD) return undefined;
    bits = ((bits << 6) | digit) & 0xffffff;
    digits++;
    if (digits === 1) continue;
    out[length++] = (bits >>> (8 - 2 * digits)) & 255;
    if (digits === 4) digits = 0;
  }
  return out.subarray(0, length);
}

/** Bytes as base64 text. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET[bits >>> 18];
    text += ALPHABET[(bits >>> 12) & 63];
    text += left > 1 ? ALPHABET[(bits >>> 6) & 63] : '=';
    text += left > 2 ? ALPHABET[bits & 63] : '=';
    if (text.length >= 65536) {
      parts.push(text);
      text = '';
    }
  }
  return parts.join('') + text;
}

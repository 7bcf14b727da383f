import { latin1, quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { checkSampleCount } from './ecgAssembly.ts';

const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

/**
 * Numbers of a list that is separated by commas or white space, as exports in XML have their samples. Between two commas nothing, or `NaN`, is a
 * missing sample.
 *
 * @param where  for messages: `lead I`
 * @returns in the file's steps, NaN where missing
 * @throws TwinError BadInput at a word that is no number, or with more samples than a resting ECG can have
 */
export function readSampleList(content: Uint8Array, file: string, where: string): Float64Array {
  const words = countWords(content);
  checkSampleCount(file, words);
  const values = new Float64Array(words);
  let samples = 0;
  let isOpen = false;
  for (let at = 0; at < content.length; ) {
    const byte = content[at] as number;
    if (isSpace(byte)) {
      at++;
      continue;
    }
    if (byte === COMMA) {
      if (!isOpen) values[samples++] = Number.NaN;
      isOpen = false;
      at++;
      continue;
    }
    const start = at;
    let value = 0;
    if (byte === MINUS) at++;
    const firstDigit = at;
    for (; at < content.length; at++) {
      const digit = content[at] as number;
      if (digit < ZERO || digit > NINE) break;
      value = 10 * value + digit - ZERO;
    }
    const next = content[at];
    const isWhole = at > firstDigit && at - firstDigit < 15 && (next === undefined || next === COMMA || isSpace(next));
    if (!isWhole) {
      while (at < content.length && content[at] !== COMMA && !isSpace(content[at] as number)) at++;
      value = numberOfWord(latin1(content, start, Math.min(at, start + 64)), samples, file, where);
    }
    values[samples++] = isWhole && byte === MINUS ? 0 - value : value;
    isOpen = true;
  }
  return values.subarray(0, samples);
}

/** At most as many words as there are commas and gaps, and one. */
function countWords(content: Uint8Array): number {
  let words = 1;
  let isGap = true;
  for (const byte of content) {
    const isSeparator = byte === COMMA || isSpace(byte);
    if (byte === COMMA || (isSeparator && !isGap)) words++;
    isGap = isSeparator;
  }
  return words;
}

function numberOfWord(word: string, sample: number, file: string, where: string): number {
  if (/^nan$/i.test(word)) return Number.NaN;
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(word) && Math.abs(Number(word)) < 1e15) return Number(word);
  // Letters are blotted out: in a torn file they may be a name.
  const found = quote(word.replace(/\p{L}/gu, '·'));
  throw badInput(file, `${where}: ${found} as sample ${sample + 1} is not a number`);
}

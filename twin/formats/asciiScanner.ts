import { TwinError } from '../errors.ts';

const SPACE = 32;
const NEWLINE = 10;
const RETURN = 13;
const TAB = 9;
const MINUS = 45;
const PLUS = 43;
const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** Powers of ten that a double holds exactly. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Largest integer below which a double holds every integer. */
const EXACT_INTEGERS = 2 ** 53;

/**
 * Reads words and numbers straight from the bytes of a text file, so that a mesh of a million lines makes no million strings.
 *
 * A number of up to 15 digits with a power of ten up to 22 is one exact integer times or divided by one exact power, hence correctly rounded
 * (Clinger, PLDI 1990); any other goes through `Number`. The result is the same as `Number(text)` for every input.
 */
export class AsciiScanner {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  /** Offset of the next byte. */
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, fileName: string, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.fileName = fileName;
    this.at = start;
    this.end = end;
  }

  /** Skips blanks of this line. */
  skipBlanks(): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end) {
      const byte = bytes[at];
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) break;
      at++;
    }
    this.at = at;
  }

  /** Skips blanks and line ends. */
  skipSpace(): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end) {
      const byte = bytes[at];
      if (byte !== SPACE && byte !== NEWLINE && byte !== RETURN && byte !== TAB) break;
      at++;
    }
    this.at = at;
  }

  /** True when only blanks are left on this line. */
  isLineDone(): boolean {
    this.skipBlanks();
    return this.at >= this.end || this.bytes[this.at] === NEWLINE;
  }

  /** True when nothing but space is left. */
  isDone(): boolean {
    this.skipSpace();
    return this.at >= this.end;
  }

  /** What is left of this line, trimmed; moves to the next line. */
  line(): string {
    const start = this.at;
    let at = start;
    while (at < this.end && this.bytes[at] !== NEWLINE) at++;
    this.at = Math.min(at + 1, this.end);
    return latin1(this.bytes, start, at).trim();
  }

  /** The next word, on this line or a later one; empty at the end. */
  word(): string {
    this.skipSpace();
    const start = this.at;
    this.at = this.#wordEnd(start);
    return latin1(this.bytes, start, this.at);
  }

  /** The next number, on this line or a later one. `nan` and `inf` count as numbers. @throws TwinError BadInput when the word is none */
  number(): number {
    this.skipSpace();
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let byte = at < end ? (bytes[at] as number) : 0;
    const isNegative = byte === MINUS;
    if (byte === MINUS || byte === PLUS) byte = ++at < end ? (bytes[at] as number) : 0;
    let mantissa = 0;
    let digits = 0;
    let decimals = 0;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits++;
      byte = ++at < end ? (bytes[at] as number) : 0;
    }
    if (byte === DOT) {
      byte = ++at < end ? (bytes[at] as number) : 0;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        digits++;
        decimals++;
        byte = ++at < end ? (bytes[at] as number) : 0;
      }
    }
    let exponent = 0;
    if (digits > 0 && (byte === 101 || byte === 69)) {
      let power = at + 1 < end ? (bytes[at + 1] as number) : 0;
      const isSmall = power === MINUS;
      let place = power === MINUS || power === PLUS ? at + 2 : at + 1;
      const firstDigit = place;
      power = place < end ? (bytes[place] as number) : 0;
      while (power >= ZERO && power <= NINE && place - firstDigit < 4) {
        exponent = exponent * 10 + (power - ZERO);
        power = ++place < end ? (bytes[place] as number) : 0;
      }
      if (place > firstDigit) at = place;
      if (isSmall) exponent = -exponent;
      byte = at < end ? (bytes[at] as number) : 0;
    }
    const scale = exponent - decimals;
    const isWord = at >= end || byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
    if (digits === 0 || !isWord || mantissa >= EXACT_INTEGERS || scale > 22 || scale < -22)
      return this.#slowNumber(start);
    this.at = at;
    const magnitude =
      scale < 0 ? mantissa / (EXACT_POWERS[-scale] as number) : mantissa * (EXACT_POWERS[scale] as number);
    return isNegative ? -magnitude : magnitude;
  }

  /** The next number, which must be a whole one, not negative. @throws TwinError BadInput */
  count(what: string): number {
    const value = this.number();
    if (!Number.isSafeInteger(value) || value < 0) this.fail(`${what} is ${value}; expected a whole number, 0 or more`);
    return value;
  }

  /** Line on which the scanner stands, from 1. Walks the file, so for errors only. */
  lineNumber(at = this.at): number {
    let line = 1;
    for (let i = 0; i < at && i < this.end; i++) if (this.bytes[i] === NEWLINE) line++;
    return line;
  }

  /** @throws TwinError BadInput with file and line in front */
  fail(message: string): never {
    throw new TwinError('BadInput', `${this.fileName}: line ${this.lineNumber()}: ${message}`, { file: this.fileName });
  }

  #wordEnd(start: number): number {
    let at = start;
    while (at < this.end) {
      const byte = this.bytes[at];
      if (byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB) break;
      at++;
    }
    return at;
  }

  #slowNumber(start: number): number {
    const end = this.#wordEnd(start);
    const word = latin1(this.bytes, start, end);
    const special = /^([+-]?)(nan|inf|infinity)$/i.exec(word);
    const value = special
      ? special[2]?.toLowerCase() === 'nan'
        ? Number.NaN
        : special[1] === '-'
          ? Number.NEGATIVE_INFINITY
          : Number.POSITIVE_INFINITY
      : /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(word)
        ? Number(word)
        : undefined;
    if (value === undefined) {
      this.fail(word === '' ? 'the file ends where a number should stand' : `${quote(word)} is not a number`);
    }
    this.at = end;
    return value;
  }
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 4096, end)));
  return text;
}

/** A foreign word as it may stand in a message: short, printable. */
export function quote(word: string): string {
  const shown = word.length > 40 ? `${word.slice(0, 40)}…` : word;
  return `"${shown.replace(/[^\x20-\x7e…]/g, '·')}"`;
}

/** A mark of a WFDB annotation file. */
export interface WfdbAnnotation {
  /** Sample of the recording */
  readonly sample: number;
  /** `(` onset, `)` offset, `p`, `N`, `t`, …; `?` for codes that no delineation has */
  readonly symbol: string;
}

/** Codes of the marks that a delineation has (WFDB's ecgcodes.h). */
const SYMBOLS: Readonly<Record<number, string>> = { 1: 'N', 24: 'p', 27: 't', 29: 'u', 39: '(', 40: ')' };
/** Codes that are no marks: a long skip, and what is said of the mark before. */
const SKIP = 59;
const LAST_MARK = 49;
const AUX = 63;

/**
 * Reads an annotation file in MIT format: pairs of bytes with a code in their upper six bits and the samples since the last mark in the other ten.
 *
 * @throws Error where it ends in the midst of a mark
 */
export function readWfdbAnnotations(bytes: Uint8Array): WfdbAnnotation[] {
  const out: WfdbAnnotation[] = [];
  let sample = 0;
  let at = 0;
  const word = (): number => {
    if (at + 2 > bytes.length) throw new Error(`annotations end in the midst of a mark at byte ${at}`);
    const value = bytes[at] | (bytes[at + 1] << 8);
    at += 2;
    return value;
  };
  while (at < bytes.length) {
    const value = word();
    const [code, rest] = [value >> 10, value & 1023];
    if (code === 0 && rest === 0) break;
    if (code === SKIP) {
      const high = word();
      sample += (high << 16) | word();
    } else if (code === AUX) at += rest + (rest % 2);
    else if (code <= LAST_MARK) {
      sample += rest;
      out.push({ sample, symbol: SYMBOLS[code] ?? '?' });
    }
  }
  return out;
}

/** Onset, peak and offset of one wave of one kind, samples. */
export interface MarkedWave {
  readonly kind: string;
  readonly onset: number;
  readonly offset: number;
}

/** Waves that are marked by an onset, a peak and an offset in a row. */
export function markedWaves(marks: readonly WfdbAnnotation[]): MarkedWave[] {
  return marks.flatMap((mark, at) => {
    const [before, after] = [marks[at - 1], marks[at + 1]];
    const isWave = mark.symbol !== '(' && mark.symbol !== ')';
    if (!isWave || before?.symbol !== '(' || after?.symbol !== ')') return [];
    return [{ kind: mark.symbol, onset: before.sample, offset: after.sample }];
  });
}

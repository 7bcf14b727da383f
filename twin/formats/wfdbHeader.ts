import { TwinError } from '../errors.ts';
import { latin1, quote } from './asciiScanner.ts';

/** One signal line of a WFDB header. */
export interface WfdbSignal {
  readonly file: string;
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Samples of this signal that stand before sample 0 */
  readonly skew: number;
  readonly byteOffset: number;
  /** Steps per physical unit; 0 when unknown */
  readonly gain: number;
  /** Step that stands for zero volts */
  readonly baseline: number;
  /** Step before the first one of formats that store differences */
  readonly initial: number;
  readonly unit: string;
  /** Sum of all samples modulo 65,536; undefined when not given */
  readonly checksum: number | undefined;
  readonly description: string;
}

export interface WfdbSegment {
  readonly record: string;
  readonly samples: number;
}

/** A WFDB header: either signals or the segments of a longer record. */
export interface WfdbHeader {
  readonly file: string;
  readonly signals: readonly WfdbSignal[];
  readonly segments: readonly WfdbSegment[];
  readonly signalCount: number;
  /** Of frames; a signal with several samples a frame has as many times this rate */
  readonly sampleRate_Hz: number;
  /** Frames; undefined when the header leaves it to the length of the signal files */
  readonly samples: number | undefined;
}

/** Frames per second of a header that states none (WFDB manual, header(5)). */
const DEFAULT_RATE_Hz = 250;
/** More signals than any recorder writes; a header is text, so its size bounds nothing else. */
const MOST_SIGNALS = 1024;

/** No file system has longer ones. */
const LONGEST_NAME = 255;

const RECORD = /^(\S+?)(?:\/(\d+))?\s+(\d+)(?:\s+([\d.eE+-]+)(?:\/\S*)?(?:\s+(\d+))?.*)?$/;
const SIGNAL = /^(\S+)\s+(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?(?:\s+(.*))?$/;
const GAIN = /^([\d.eE+-]+)(?:\((-?\d+)\))?(?:\/(\S+))?$/;

/**
 * Reads a WFDB header. Signal files must lie beside it.
 *
 * Source: WFDB Applications Guide, header(5) (PhysioNet).
 * @throws TwinError BadInput
 */
export function parseWfdbHeader(bytes: Uint8Array, file: string): WfdbHeader {
  const lines = latin1(bytes)
    .split(/\r?\n/)
    .map((text, index) => ({ text: text.trim(), number: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  const [first, ...rest] = lines;
  if (!first) return fail(file, 1, 'the header is empty');
  const record = RECORD.exec(first.text);
  if (!record)
    return fail(file, first.number, `${quote(first.text)} is no WFDB record line (name, signals, rate, samples)`);
  const signalCount = Number(record[3]);
  if (signalCount > MOST_SIGNALS) fail(file, first.number, `${signalCount} signals; at most ${MOST_SIGNALS} are read`);
  const rate = record[4] === undefined ? DEFAULT_RATE_Hz : Number(record[4]);
  if (!(rate > 0 && Number.isFinite(rate))) fail(file, first.number, `a sampling rate of ${quote(record[4] ?? '')} Hz`);
  const samples = record[5] === undefined || Number(record[5]) === 0 ? undefined : Number(record[5]);
  const segmentCount = record[2] === undefined ? 0 : Number(record[2]);
  const expected = segmentCount || signalCount;
  const what = segmentCount ? 'segments' : 'signals';
  if (rest.length < expected)
    fail(file, first.number, `the record line promises ${expected} ${what}, the header holds ${rest.length}`);
  const body = rest.slice(0, expected);
  return {
    file,
    signals: segmentCount ? [] : body.map(({ text, number }) => parseSignal(text, file, number)),
    segments: segmentCount ? body.map(({ text, number }) => parseSegment(text, file, number)) : [],
    signalCount,
    sampleRate_Hz: rate,
    samples,
  };
}

function parseSignal(text: string, file: string, line: number): WfdbSignal {
  const match = SIGNAL.exec(text);
  if (!match) return fail(file, line, `${quote(text)} is no WFDB signal line`);
  const fields = (match[6] ?? '').split(/\s+/).filter((field) => field !== '');
  const gain = GAIN.exec(fields[0] ?? '0');
  if (!gain) return fail(file, line, `${quote(fields[0] ?? '')} is no gain; expected for example 1000(0)/mV`);
  const zero = wholeNumber(fields[2]) ?? 0;
  const checksum = wholeNumber(fields[4]);
  const value = Number(gain[1]);
  return {
    file: besideName(match[1] ?? '', file, line),
    format: Number(match[2]),
    samplesPerFrame: Number(match[3] ?? 1),
    skew: Number(match[4] ?? 0),
    byteOffset: Number(match[5] ?? 0),
    gain: Number.isFinite(value) ? value : 0,
    baseline: gain[2] === undefined ? zero : Number(gain[2]),
    initial: wholeNumber(fields[3]) ?? zero,
    unit: gain[3] ?? 'mV',
    checksum,
    description: fields.slice(6).join(' '),
  };
}

function parseSegment(text: string, file: string, line: number): WfdbSegment {
  const match = /^(\S+)\s+(\d+)$/.exec(text);
  if (!match) return fail(file, line, `${quote(text)} is no segment line (record, samples)`);
  const record = match[1] ?? '';
  return { record: record === '~' ? record : besideName(record, file, line), samples: Number(match[2]) };
}

/** A file name as it may stand in a header: in the same folder. */
function besideName(name: string, file: string, line: number): string {
  if (name.length > LONGEST_NAME)
    fail(file, line, `a file name of ${name.length} characters; expected at most ${LONGEST_NAME}`);
  const isPlain = !/[\\/:\0]/.test(name) && !name.startsWith('.') && name !== '-';
  if (!isPlain)
    fail(file, line, `names the file ${quote(name)}, which does not lie beside the header; nothing was read from it`);
  return name;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function fail(file: string, line: number, message: string): never {
  throw new TwinError('BadInput', `${file}: line ${line}: ${message}`, { file, line });
}

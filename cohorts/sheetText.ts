import { CsvError, parse } from 'csv-parse/sync';
import { TwinError } from '../twin/errors.ts';
import type { RawRow, RawSheet } from './rawSheet.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_RECORD_CHARACTERS = 1_000_000;
const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Reads delimited text: a byte-order mark, LF or CRLF, RFC 4180 quotes, and `,`, `;` or tab, whichever the first line holds most of.
 * Behind `;` and tab a comma may be the decimal point.
 *
 * @param encoding  what the bytes are without a byte-order mark
 * @throws TwinError BadStudy when the bytes are not in that encoding, a quote stays open or there is no header
 */
export function readTextSheet(bytes: Uint8Array, fileName: string, encoding: 'utf-8' | 'latin1'): RawSheet {
  const text = decodeSheet(bytes, fileName, encoding);
  const delimiter = findDelimiter(text);
  const [header, ...rows] = parseRecords(text, delimiter, fileName);
  if (header === undefined) {
    throw new TwinError('BadStudy', `${fileName}: the file is empty; expected a line of column names`);
  }
  return {
    names: header.cells.map((name) => String(name).trim()),
    rows: rows.filter(({ cells }) => cells.some((cell) => String(cell).trim() !== '')),
    hasDecimalComma: delimiter !== ',',
    place: 'line',
  };
}

function decodeSheet(bytes: Uint8Array, fileName: string, encoding: 'utf-8' | 'latin1'): string {
  if (bytes.length > MAX_BYTES) {
    throw new TwinError('BadStudy', `${fileName}: ${bytes.length} bytes; a sample sheet has at most ${MAX_BYTES}`);
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (encoding === 'latin1' && !hasMark) {
    return new TextDecoder('latin1').decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder says that, not where: the line is looked for below.
    const { line, byte } = firstForeignByte(bytes);
    throw new TwinError(
      'BadStudy',
      `${fileName}:${line}: byte 0x${byte.toString(16)} is not UTF-8; save the sheet as UTF-8 or say \`encoding: latin1\` in the study file`,
      { line },
    );
  }
}

/** The first line that is not UTF-8, and the byte at which it stops being so. */
function firstForeignByte(bytes: Uint8Array): { line: number; byte: number } {
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const index = foreignIndex(bytes.subarray(start, end));
    if (index !== null) {
      return { line, byte: bytes[start + index] ?? 0 };
    }
    start = end + 1;
  }
  return { line: 1, byte: bytes[0] ?? 0 };
}

function foreignIndex(line: Uint8Array): number | null {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let index = 0;
  let lead = 0;
  try {
    for (; index < line.length; index++) {
      lead = decoder.decode(line.subarray(index, index + 1), { stream: true }) === '' ? lead : index + 1;
    }
    decoder.decode();
    return null;
  } catch {
    // The decoder refuses a character at its end; the byte to name is the one that began it.
    return lead;
  }
}

/** The delimiter that stands most often in the first line that has any text, outside quotes; `,` when there is none. */
function findDelimiter(text: string): string {
  const firstLine = /[^\r\n]*\S[^\r\n]*/.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? '';
  let best: string = ',';
  let bestCount = 0;
  for (const delimiter of DELIMITERS) {
    const count = firstLine.split(delimiter).length - 1;
    if (count > bestCount) {
      best = delimiter;
      bestCount = count;
    }
  }
  return best;
}

function parseRecords(text: string, delimiter: string, fileName: string): RawRow[] {
  const lines: number[] = [];
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_RECORD_CHARACTERS,
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (record, context) => {
        lines.push(context.lines);
        return record;
      },
    });
    return records.map((cells, index) => ({ line: lines[index] ?? 0, cells }));
  } catch (error) {
    if (error instanceof CsvError) {
      const line = Number(error.lines ?? 1);
      // The parser quotes the whole field, which may be a person's or as long as the file.
      const message = error.message.replace(/, value is .*$/s, '').slice(0, 300);
      throw new TwinError('BadStudy', `${fileName}:${line}: ${message}`, { line });
    }
    throw error;
  }
}

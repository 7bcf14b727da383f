import type { Finding } from '../errors.ts';
import { msFromSeconds, mVPer, type VoltageUnit } from '../units.ts';
import { latin1, quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { contentKind } from './contentKind.ts';
import type { EcgFormat, EcgOptions, EcgRecording } from './format.ts';
import { canonicalLead } from './leadName.ts';
import { voltageUnitOf } from './wfdb.ts';

/** Words that stand for a missing sample. */
const MISSING = /^(nan|na|n\/a|null|none|-)?$/i;
/** Part of the interval by which a time may stand off its place: rounding of decimals, never a lost row. */
const TIME_TOLERANCE = 0.3;
/** A header line lies within this. */
const HEADER_BYTES = 65_536;

/**
 * ECG as a table: one column a lead, and times in a column `time_ms` or `time_s` where there is one.
 *
 * The unit is a column's suffix (`I_uV`, `I (mV)`), else a comment line's (`# unit: uV`), else what the study says, else a part of the file's
 * name (`ecg_uV_1kHz.csv`). Without any of them the amplitudes are relative. The sampling rate is the time column's, else a comment's
 * (`# sampleRate_Hz: 500`), else what the study says, else a part of the file's name (`_500Hz`). `docs/formats.md#ecg-csv`.
 */
export const ecgCsv: EcgFormat = {
  name: 'ECG table',
  extensions: ['.csv', '.tsv'],
  content: 'text',
  read(bytes, fileName, _beside, options = {}): EcgRecording {
    const table = parseTable(bytes, fileName);
    const columns = table.header.map((title) => parseTitle(title, options.leads));
    const { leads, ignored } = chooseLeads(columns, table, fileName);
    const declared =
      voltageUnitOf(table.comments.unit ?? table.comments.units ?? '') ?? options.voltageUnit ?? unitInName(fileName);
    const units = leads.map(({ unit }) => unit ?? declared);
    const isCalibrated = units.every((unit) => unit !== undefined);
    const voltage_mV = leads.map(({ column }, index) => {
      const factor = mVPer[isCalibrated ? (units[index] as VoltageUnit) : 'mV'];
      return table.columns[column]?.map((value) => value * factor) ?? new Float64Array();
    });
    const findings: Finding[] = [];
    if (ignored.length > 0) {
      const message = `the columns ${ignored.join(', ')} are no ECG leads and were left out`;
      findings.push({ code: 'signals-ignored', severity: 'warning', message, count: ignored.length });
    }
    if (!isCalibrated) {
      const message = 'neither columns, comment nor file name give a unit; amplitudes are relative';
      findings.push({ code: 'gain-unknown', severity: 'warning', message });
    }
    const missing = voltage_mV.reduce(
      (count, values) => count + values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0),
      0,
    );
    if (missing > 0) {
      const message = `${missing} of ${table.rows * leads.length} samples are missing`;
      findings.push({ code: 'missing-samples', severity: 'warning', message, count: missing });
    }
    return {
      leads: leads.map(({ lead }) => lead),
      sampleRate_Hz: sampleRate(columns, table, fileName, options),
      voltage_mV,
      isCalibrated,
      findings,
    };
  },
};

/** Leads that a table's header names, to tell an ECG from other tables before all of it is read; empty for what is no table. */
export function leadsOfTable(bytes: Uint8Array, leads: EcgOptions['leads'] = {}): string[] {
  if (contentKind(bytes) !== 'text') return [];
  const header = decode(bytes.subarray(0, HEADER_BYTES))
    .split(/\r\n|\n|\r/)
    .find((line) => line.trim() !== '' && !line.startsWith('#'));
  return header === undefined
    ? []
    : cellsOf(header, delimiterOf(header)).flatMap((title) => parseTitle(title, leads).lead ?? []);
}

interface Table {
  readonly comments: Readonly<Record<string, string>>;
  readonly header: readonly string[];
  readonly rows: number;
  /** [columns][rows] */
  readonly columns: readonly Float64Array[];
}

function parseTable(bytes: Uint8Array, file: string): Table {
  const lines = decode(bytes).split(/\r\n|\n|\r/);
  const comments: Record<string, string> = {};
  let at = 0;
  for (; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    const comment = /^#\s*([\w-]+)\s*[:=]\s*(.*)$/.exec(line);
    if (comment) comments[(comment[1] ?? '').toLowerCase()] = (comment[2] ?? '').trim();
    else if (line !== '' && !line.startsWith('#')) break;
  }
  const first = lines[at];
  if (first === undefined) throw badInput(file, 'the file is empty; expected a header line with lead names');
  const delimiter = delimiterOf(first);
  const header = cellsOf(first, delimiter);
  const body = lines.slice(at + 1);
  while (body.length > 0 && body[body.length - 1]?.trim() === '') body.pop();
  if (body.length === 0) throw badInput(file, 'no sample follows the header line');
  const columns = header.map(() => new Float64Array(body.length));
  body.forEach((line, row) => {
    const values = cellsOf(line, delimiter);
    if (values.length !== header.length) {
      throw badInput(file, `line ${at + row + 2} has ${values.length} cells, the header has ${header.length}`);
    }
    values.forEach((cell, column) => {
      const text = delimiter === ',' ? cell : cell.replace(',', '.');
      const value = MISSING.test(text) ? Number.NaN : Number(text);
      if (Number.isNaN(value) && !MISSING.test(text)) {
        throw badInput(
          file,
          `line ${at + row + 2}: ${quote(cell)} in column ${quote(header[column] ?? '')} is not a number`,
        );
      }
      (columns[column] as Float64Array)[row] = value;
    });
  });
  return { comments, header, rows: body.length, columns };
}

const delimiterOf = (header: string): string => [';', '\t', ','].find((candidate) => header.includes(candidate)) ?? ',';

const cellsOf = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return latin1(bytes); // Recorders' software writes µV in ISO-8859-1; numbers and lead names are ASCII either way.
  }
}

interface Title {
  readonly lead: string | undefined;
  readonly time: 'ms' | 's' | undefined;
  readonly unit: VoltageUnit | undefined;
}

/** `I`, `I_uV`, `I (mV)`, `I [µV]`, `I/mV`, `time_ms`, `time (s)` */
function parseTitle(title: string, leads: EcgOptions['leads']): Title {
  const match = /^(.*?)(?:[\s_]*[[(/]\s*([^\])]+?)\s*[\])]?|_([^\s_]+))?$/.exec(title.trim());
  const name = match?.[1] ?? title;
  const suffix = match?.[2] ?? match?.[3];
  if (/^(time|t)$/i.test(name)) {
    return {
      lead: undefined,
      time: suffix === 's' || suffix === 'sec' ? 's' : suffix === 'ms' ? 'ms' : undefined,
      unit: undefined,
    };
  }
  const unit = suffix === undefined ? undefined : voltageUnitOf(suffix);
  const isWhole = suffix === undefined || unit !== undefined;
  return { lead: canonicalLead(isWhole ? name : title, leads), time: undefined, unit };
}

function chooseLeads(columns: readonly Title[], table: Table, file: string) {
  const leads: { lead: string; column: number; unit: VoltageUnit | undefined }[] = [];
  const ignored: string[] = [];
  columns.forEach(({ lead, time, unit }, column) => {
    if (time) return;
    if (!lead) ignored.push(quote(table.header[column] ?? ''));
    else if (leads.some((other) => other.lead === lead)) throw badInput(file, `lead ${lead} stands there twice`);
    else leads.push({ lead, column, unit });
  });
  if (leads.length > 0) return { leads, ignored };
  throw badInput(
    file,
    `none of the columns ${ignored.join(', ')} is a lead; expected I, II, …, V6, with or without a unit (I_uV)`,
  );
}

function sampleRate(columns: readonly Title[], table: Table, file: string, options: EcgOptions): number {
  const timeColumn = columns.findIndex(({ time }) => time !== undefined);
  if (timeColumn >= 0)
    return rateOfTimes(table.columns[timeColumn] as Float64Array, columns[timeColumn]?.time ?? 'ms', file);
  const comment = Number(table.comments.samplerate_hz ?? table.comments.fs ?? Number.NaN);
  if (comment > 0) return comment;
  if (options.sampleRate_Hz !== undefined) return options.sampleRate_Hz;
  const inName = /(?:^|[_.\-\s])(\d+(?:\.\d+)?)(k?)Hz(?=[_.\-\s]|$)/i.exec(file);
  if (inName) return Number(inName[1]) * (inName[2] ? 1000 : 1);
  throw badInput(
    file,
    'no sampling rate; expected a column time_ms or time_s, a comment line "# sampleRate_Hz: 500", or ecg.sampleRate_Hz in the study file',
  );
}

function rateOfTimes(times: Float64Array, unit: 'ms' | 's', file: string): number {
  const rows = times.length;
  const first = times[0] as number;
  const interval = ((times[rows - 1] as number) - first) / (rows - 1);
  if (!(interval > 0))
    throw badInput(file, `the times do not rise from the first row (${first}) to the last (${times[rows - 1]})`);
  for (let row = 0; row < rows; row++) {
    const offset = Math.abs((times[row] as number) - first - row * interval);
    if (offset <= TIME_TOLERANCE * interval) continue;
    throw badInput(
      file,
      `time ${times[row]} in row ${row + 1} of the samples does not lie on an even grid of ${interval} ${unit}; resample it`,
    );
  }
  const rate_Hz = 1000 / (unit === 's' ? msFromSeconds(interval) : interval);
  // Times are printed with few decimals; a rate this close to a whole number of hertz is that number.
  return Math.abs(rate_Hz - Math.round(rate_Hz)) < 1e-4 * rate_Hz ? Math.round(rate_Hz) : rate_Hz;
}

const unitInName = (file: string): VoltageUnit | undefined => {
  const match = /(?:^|[_\-\s])([uµμm]?V)(?=[_.\-\s]|$)/.exec(file);
  return match ? voltageUnitOf(match[1] ?? '') : undefined;
};

/** Writes a recording as a table: `time_ms`, then the leads in mV to 0.1 µV with their unit in the name (without, where amplitudes are relative). */
export function writeEcgCsv(
  recording: Pick<EcgRecording, 'leads' | 'sampleRate_Hz' | 'voltage_mV' | 'isCalibrated'>,
): Uint8Array {
  const { leads, sampleRate_Hz, voltage_mV, isCalibrated } = recording;
  const lines = [['time_ms', ...leads.map((lead) => (isCalibrated ? `${lead}_mV` : lead))].join(',')];
  const samples = voltage_mV[0]?.length ?? 0;
  for (let sample = 0; sample < samples; sample++) {
    const values = voltage_mV.map((lead) => {
      const value = lead[sample] as number;
      return Number.isNaN(value) ? '' : isCalibrated ? value.toFixed(4) : String(value);
    });
    lines.push([Number(((sample * 1000) / sampleRate_Hz).toFixed(6)), ...values].join(','));
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

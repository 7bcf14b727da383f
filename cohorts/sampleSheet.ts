import type { Finding } from '../twin/errors.ts';
import { identifyingLikeness } from './identifying.ts';
import type { RawCell, RawRow, RawSheet } from './rawSheet.ts';
import type { Cell, SampleSheetRow, SubjectId } from './row.ts';
import {
  type CellReading,
  isMissing,
  parseNumber,
  QUANTITIES,
  type ReadCell,
  readQuantity,
  readSex,
} from './sheetCells.ts';
import { findColumns, type KnownColumn, type SheetColumns } from './sheetColumns.ts';
import { isParquet, readParquetSheet } from './sheetParquet.ts';
import { readTextSheet } from './sheetText.ts';
import type { SheetSettings } from './study.ts';
import { checkPath, checkSubjectId, shownId, subjectKey } from './subjectId.ts';

/** A sheet's rows: those that can be worked on, and those that cannot, each with its reason. */
export interface SampleSheet {
  /** In the order of the sheet */
  readonly rows: readonly SampleSheetRow[];
  readonly refused: readonly RefusedRow[];
}

/** A row that cannot be worked on. Only it is refused; the others go on. */
export interface RefusedRow {
  /** Line of a text sheet (the header is 1), or row of a Parquet sheet */
  readonly line: number;
  /** Its id, when that is sound and no other row has it. */
  readonly subject: SubjectId | null;
  /** What is known of the person, so that a quarantine can be held against the cohort; empty without an id. */
  readonly covariates: Readonly<Record<string, Cell>>;
  readonly message: string;
}

/**
 * Reads a sample sheet, CSV or Parquet (told by its first bytes), by `docs/sample-sheet.md`. Of each row only the known columns and the
 * study's covariates are kept. Values that cannot be are null with a finding; rows without a sound id or path are refused one by one.
 *
 * @param fileName  named in messages only
 * @throws TwinError BadStudy when the sheet as a whole cannot be read: its encoding, quotes, or columns
 */
export function readSampleSheet(bytes: Uint8Array, fileName: string, settings: SheetSettings): SampleSheet {
  const sheet = isParquet(bytes)
    ? readParquetSheet(bytes, fileName)
    : readTextSheet(bytes, fileName, settings.encoding);
  const columns = findColumns(sheet, fileName, settings);
  const reading = { missing: settings.missing, hasDecimalComma: sheet.hasDecimalComma, sexCodes: settings.sexCodes };
  const kinds = covariateKinds(sheet, columns, reading);
  const taken = new Map<string, { subject: SubjectId; line: number }>();
  const rows: SampleSheetRow[] = [];
  const refused: RefusedRow[] = [];
  for (const raw of sheet.rows) {
    const place = `${fileName}:${raw.line}`;
    const answer = readRow(raw, { sheet, columns, reading, kinds, settings, taken });
    if ('refusal' in answer) {
      const { subject, covariates, refusal } = answer;
      refused.push({ line: raw.line, subject, covariates, message: `${place}: ${refusal}` });
    } else {
      rows.push(answer);
    }
  }
  return { rows, refused };
}

interface RowReading {
  readonly sheet: RawSheet;
  readonly columns: SheetColumns;
  readonly reading: CellReading;
  readonly kinds: readonly ('number' | 'text')[];
  readonly settings: SheetSettings;
  /** First row of each id, by what file systems make of it; filled as rows are read */
  readonly taken: Map<string, { subject: SubjectId; line: number }>;
}

type Refusal = Pick<RefusedRow, 'subject' | 'covariates'> & { readonly refusal: string };

function readRow(raw: RawRow, context: RowReading): SampleSheetRow | Refusal {
  const { sheet, columns, taken } = context;
  const cell = (column: KnownColumn): RawCell => raw.cells[columns.known[column]] ?? null;
  const id = checkSubjectId(String(cell('subject') ?? ''));
  if ('refusal' in id) {
    return { subject: null, covariates: {}, refusal: id.refusal };
  }
  const { subject } = id;
  const likeness = context.settings.ids === 'any' ? undefined : identifyingLikeness(subject);
  if (likeness !== undefined) {
    const refusal = `the subject reads like ${likeness}; give a pseudonym, or \`ids: any\` in the study file where it is one`;
    return { subject: null, covariates: {}, refusal };
  }
  const earlier = taken.get(subjectKey(subject));
  if (earlier !== undefined) {
    return { subject: null, covariates: {}, refusal: doubledSubject(subject, earlier, sheet.place) };
  }
  taken.set(subjectKey(subject), { subject, line: raw.line });
  const width = raw.cells.findLastIndex((value) => value !== '') + 1;
  if (width > sheet.names.length || (sheet.place === 'line' && raw.cells.length < sheet.names.length)) {
    const refusal = `${raw.cells.length} cells under ${sheet.names.length} column names; look for a missing or unquoted delimiter`;
    return { subject, covariates: {}, refusal };
  }
  const person = readPerson(raw, context);
  const anatomy = readPath('anatomy', cell('anatomy'), subject, context);
  const ecg = readPath('ecg', cell('ecg'), subject, context);
  const electrodes = readPath('electrodes', cell('electrodes'), subject, context);
  const torso = readPath('torso', cell('torso'), subject, context);
  if ('path' in anatomy && 'path' in ecg && anatomy.path !== null && ecg.path !== null) {
    if ('path' in electrodes && 'path' in torso) {
      const optional = { electrodes: electrodes.path, torso: torso.path };
      return { subject, ...person, anatomy: anatomy.path, ecg: ecg.path, ...optional };
    }
  }
  const refusals = [anatomy, ecg, electrodes, torso].flatMap((path) => ('refusal' in path ? [path.refusal] : []));
  return { subject, covariates: tableCovariates(person), refusal: refusals.join('; ') };
}

type Person = Pick<SampleSheetRow, 'sex' | 'age_y' | 'height_cm' | 'weight_kg' | 'covariates' | 'findings'>;

/** What the cohort table keeps of a person: the covariates of a `SubjectRow`. */
export function tableCovariates(person: Omit<Person, 'findings'>): Record<string, Cell> {
  const { sex, age_y, height_cm, weight_kg, covariates } = person;
  return { sex, age_y, height_cm, weight_kg, ...covariates };
}

function readPerson(raw: RawRow, context: RowReading): Person {
  const { columns, reading } = context;
  const findings: Finding[] = [];
  const read = <Value>(column: KnownColumn, readCell: (cell: RawCell) => ReadCell<Value>): Value | null => {
    const index = columns.known[column];
    if (index < 0) {
      return null;
    }
    const { value, finding } = readCell(raw.cells[index] ?? null);
    if (finding !== null) {
      findings.push(finding);
    }
    return value;
  };
  return {
    sex: read('sex', (cell) => readSex(cell, reading)),
    age_y: read('age_y', (cell) => readQuantity(cell, reading, QUANTITIES.age_y)),
    height_cm: read('height_cm', (cell) => readQuantity(cell, reading, QUANTITIES.height_cm)),
    weight_kg: read('weight_kg', (cell) => readQuantity(cell, reading, QUANTITIES.weight_kg)),
    covariates: readCovariates(raw, context),
    findings,
  };
}

function doubledSubject(subject: SubjectId, earlier: { subject: SubjectId; line: number }, place: string): string {
  return earlier.subject === subject
    ? `the subject ${shownId(subject)} is already that of ${place} ${earlier.line}; every subject has one row`
    : `the subject ${shownId(subject)} differs from ${shownId(earlier.subject)} of ${place} ${earlier.line} by letter case or form only; some file systems take them for one`;
}

/** A row's own path, or the study's pattern where the sheet has no such column. Only electrodes and torso may be absent. */
function readPath(
  column: 'anatomy' | 'ecg' | 'electrodes' | 'torso',
  cell: RawCell,
  subject: SubjectId,
  { columns, reading, settings }: RowReading,
): { readonly path: string | null } | { readonly refusal: string } {
  const pattern = settings.files[column];
  if (columns.known[column] < 0) {
    return pattern === null ? { path: null } : checkPath(pattern.replaceAll('{subject}', () => subject));
  }
  if (isMissing(cell, reading)) {
    return column === 'electrodes' || column === 'torso'
      ? { path: null }
      : { refusal: `the path of ${column} is missing` };
  }
  return checkPath(String(cell).trim());
}

function readCovariates(raw: RawRow, { columns, reading, kinds }: RowReading): Record<string, Cell> {
  const entries = columns.covariates.map(({ name, index }, order): [string, Cell] => {
    const cell = raw.cells[index] ?? null;
    if (isMissing(cell, reading)) {
      return [name, null];
    }
    return [name, kinds[order] === 'number' ? parseNumber(cell, reading) : String(cell).trim()];
  });
  return Object.fromEntries(entries);
}

/** A covariate is a number when all its values are; codes with leading zeros (`007`) stay text. */
function covariateKinds(sheet: RawSheet, columns: SheetColumns, reading: CellReading): ('number' | 'text')[] {
  return columns.covariates.map(({ index }) => {
    const isNumeric = sheet.rows.every(({ cells }) => {
      const cell = cells[index] ?? null;
      return isMissing(cell, reading) || (parseNumber(cell, reading) !== null && !/^\s*[+-]?0\d/.test(String(cell)));
    });
    return isNumeric ? 'number' : 'text';
  });
}

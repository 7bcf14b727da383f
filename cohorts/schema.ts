import { TwinError } from '../twin/errors.ts';
import type { MetricColumn } from '../twin/metrics/metric.ts';
import type { Cell } from './row.ts';
import type { SheetSettings } from './study.ts';
import type { CohortFacts, PackedRow } from './subjectStore.ts';
import type { ColumnText, PublishedTable, TableColumn } from './table.ts';
import { bodySurfaceArea_m2, HASHES, OWN_COLUMNS, OWN_COVARIATES, UNSTATED_UNIT, unitOfName } from './tableColumns.ts';

/** A column of a published table: what it is, where it is defined, and how a row fills it. */
export type CohortColumn = ColumnText & { readonly source: string } & (
    | { readonly type: 'text'; readonly read: (row: PackedRow) => string | null }
    | { readonly type: 'number'; readonly read: (row: PackedRow) => number }
    | { readonly type: 'textList'; readonly read: (row: PackedRow) => readonly string[] }
  );

const SHEET = 'docs/sample-sheet.md';
const TABLE = 'docs/cohort-table.md';

/**
 * Columns of the cohort table, in order: subject and status, the person, the study's covariates, the metrics, findings, failure, hashes, versions.
 * A covariate is a number when every row's value is one.
 *
 * @throws TwinError BadStudy when two columns share a name (letter case does not count)
 */
export function cohortSchema(
  facts: CohortFacts,
  metrics: readonly MetricColumn[],
  settings: Pick<SheetSettings, 'covariates' | 'units'>,
): readonly CohortColumn[] {
  const further = [...facts.hashNames].filter((name) => !HASHES.some((known) => known === name)).sort();
  const columns = [
    ...personColumns(),
    ...covariateNames(facts, settings).map((name) => covariateColumn(name, facts, settings)),
    ...metrics.map(metricColumn),
    ...outcomeColumns(),
    ...[...HASHES, ...further].map(hashColumn),
    ...originColumns(),
  ];
  refuseDoubledNames(columns);
  return columns;
}

/** Fills columns from rows, in the order of the rows. */
export function fillTable(columns: readonly CohortColumn[], rows: readonly PackedRow[]): PublishedTable {
  return { rows: rows.length, columns: columns.map((column) => fillColumn(column, rows)) };
}

function fillColumn(column: CohortColumn, rows: readonly PackedRow[]): TableColumn {
  const { name, unit, description } = column;
  switch (column.type) {
    case 'text':
      return { name, unit, description, type: 'text', values: rows.map(column.read) };
    case 'number':
      return { name, unit, description, type: 'number', values: Float64Array.from(rows, column.read) };
    case 'textList':
      return { name, unit, description, type: 'textList', values: rows.map(column.read) };
    default:
      return column satisfies never;
  }
}

function personColumns(): CohortColumn[] {
  return [
    textColumn('subject', 'The study’s own, pseudonymous name of a person.', SHEET, ({ subject }) => subject),
    textColumn(
      'status',
      'done: the twin was built; quarantined: it was not, see failureMessage.',
      TABLE,
      (row) => row.status,
    ),
    textColumn('sex', 'female or male, as the sample sheet says.', SHEET, (row) => asText(row.covariates.sex)),
    quantityColumn('age_y', 'y', 'Age, as the sample sheet says.'),
    quantityColumn('height_cm', 'cm', 'Body height, as the sample sheet says.'),
    quantityColumn('weight_kg', 'kg', 'Body weight, as the sample sheet says.'),
    {
      name: 'bsa_m2',
      unit: 'm2',
      description: 'Body surface area, the root of height_cm · weight_kg / 3600 (Mosteller 1987).',
      source: `${TABLE}#body-surface-area`,
      type: 'number',
      read: ({ covariates }) => bodySurfaceArea_m2(asNumber(covariates.height_cm), asNumber(covariates.weight_kg)),
    },
  ];
}

/** Those that the study names, and then any that rows have beside them. */
function covariateNames(facts: CohortFacts, { covariates }: Pick<SheetSettings, 'covariates'>): string[] {
  const own: readonly string[] = OWN_COVARIATES;
  const further = [...facts.covariates.keys()]
    .filter((name) => !covariates.includes(name) && !own.includes(name))
    .sort();
  return [...covariates, ...further];
}

function covariateColumn(name: string, facts: CohortFacts, { units }: Pick<SheetSettings, 'units'>): CohortColumn {
  const kinds = facts.covariates.get(name);
  const isNumeric = kinds?.has('number') === true && !kinds.has('text');
  const description = `Covariate ${name}, as the sample sheet says.`;
  if (!isNumeric) {
    return textColumn(name, description, SHEET, ({ covariates }) => asText(covariates[name]));
  }
  const unit = (Object.hasOwn(units, name) ? units[name] : undefined) ?? unitOfName(name) ?? UNSTATED_UNIT;
  return quantityColumn(name, unit, description);
}

function metricColumn({ name, unit, description, source }: MetricColumn, index: number): CohortColumn {
  return { name, unit, description, source, type: 'number', read: ({ metrics }) => metrics[index] ?? Number.NaN };
}

function outcomeColumns(): CohortColumn[] {
  return [
    {
      name: 'findings',
      unit: null,
      description: 'Codes of what was repaired or doubted, sorted.',
      source: `${TABLE}#findings`,
      type: 'textList',
      read: ({ findings }) => findings,
    },
    textColumn(
      'failureStage',
      'Stage in which a quarantined subject failed.',
      `${TABLE}#failures`,
      ({ failure }) => failure?.stage ?? null,
    ),
    textColumn(
      'failureCode',
      'Kind of failure; each asks for one reaction.',
      `${TABLE}#failures`,
      ({ failure }) => failure?.code ?? null,
    ),
    textColumn(
      'failureMessage',
      'Where, what was found, what was expected.',
      `${TABLE}#failures`,
      ({ failure }) => failure?.message ?? null,
    ),
  ];
}

function hashColumn(name: string): CohortColumn {
  const description = `SHA-256 of ${name}, in hexadecimal.`;
  return textColumn(`${name}Sha256`, description, `${TABLE}#hashes`, ({ hashes }) => hashes[name] ?? null);
}

/** What made the row. Who did it and when stands in the costs, since it differs from run to run. */
function originColumns(): CohortColumn[] {
  const source = `${TABLE}#origin`;
  return [
    textColumn('codeVersion', 'Versions of the program and its stages.', source, (row) => row.codeVersion ?? null),
    {
      name: 'seed',
      unit: '1',
      description: 'Seed that the twin was really made with.',
      source,
      type: 'number',
      read: ({ seed }) => seed ?? Number.NaN,
    },
    textColumn('backend', 'Compute backend of the calibration.', source, ({ backend }) => backend ?? null),
  ];
}

function quantityColumn(name: string, unit: string, description: string): CohortColumn {
  return {
    name,
    unit,
    description,
    source: SHEET,
    type: 'number',
    read: ({ covariates }) => asNumber(covariates[name]),
  };
}

function textColumn(
  name: string,
  description: string,
  source: string,
  read: (row: PackedRow) => string | null,
): CohortColumn {
  return { name, unit: null, description, source, type: 'text', read };
}

function asText(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function asNumber(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : Number.NaN;
}

function refuseDoubledNames(columns: readonly CohortColumn[]): void {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) {
      const isOwn = OWN_COLUMNS.some((own) => own === earlier);
      throw new TwinError(
        'BadStudy',
        `the column "${name}" would stand beside "${earlier}"${isOwn ? ', which every cohort table has' : ''}; rename the covariate under columns in the study file`,
      );
    }
    seen.set(name.toLowerCase(), name);
  }
}

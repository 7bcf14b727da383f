import { COLUMN, labelOf } from '../../analyses/columns.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from '../../analyses/table.ts';
import { summarise } from '../../statistics/twoGroups.ts';
import { type FlowAnalysis, type FlowStep, flowFigure } from '../figures/subjectFlow.ts';
import { type Html, html } from '../html.ts';
import { type Column, dataTable, numberColumn, textColumn } from '../markup.ts';
import { count, format } from '../numbers.ts';
import type { QuarantineEntry, ReportInput } from '../reportInput.ts';
import { subjectLink } from '../subjectLink.ts';
import type { Page } from './page.ts';

/** Quarantined subjects beyond this are summed up by reason only; the quarantine table has them all. */
const MOST_QUARANTINED = 50;

/** From the sample sheet to the analyses: who was lost where, and who is left. */
export function cohortPage(input: ReportInput): Page {
  const { table, quarantine } = input;
  const steps = flowSteps(table, quarantine);
  const analyses = flowAnalyses(input);
  return {
    id: 'cohort',
    title: 'The cohort',
    short: 'Cohort',
    body:
      table.rows === 0
        ? html`<p>The table has no rows.</p>`
        : html`${flowFigure({ steps, analyses })}${flowTable(steps, analyses)}${characteristics(table)}${quarantined(input)}`,
  };
}

/** Those left after each stage, and by which codes the others were lost. */
export function flowSteps(table: ColumnTable, quarantine: readonly QuarantineEntry[]): FlowStep[] {
  let left = table.rows;
  const step = (words: string, stage: QuarantineEntry['stage']): FlowStep => {
    const own = quarantine.filter((entry) => entry.stage === stage);
    left -= own.length;
    return { n: left, words, lost: byCode(own).map(({ reason, n }) => ({ reason: CODES[reason] ?? reason, n })) };
  };
  const steps = [
    { n: table.rows, words: 'in the sample sheet', lost: [] },
    step('read', 'read'),
    step('prepared', 'prepare'),
    step('calibrated', 'calibrate'),
  ];
  const last = step('measured: twins in the table', 'measure');
  const done = finishedRows(table).filter(Boolean).length;
  const untold = last.n > done ? [{ reason: 'without a reason in the quarantine table', n: last.n - done }] : [];
  return [...steps, { ...last, n: done, lost: [...last.lost, ...untold] }];
}

/** Codes of errors in words for the drawing; `ErrorCode` says what to do about each. */
const CODES: Readonly<Record<string, string>> = {
  BadStudy: 'the study file or sheet must be corrected (BadStudy)',
  BadInput: 'a file cannot be read, or is impossible (BadInput)',
  BadAnatomy: 'the heart cannot carry a twin (BadAnatomy)',
  BadEcg: 'the ECG cannot be fitted (BadEcg)',
  NoConvergence: 'the numbers left their range (NoConvergence)',
  OutOfMemory: 'memory did not hold it (OutOfMemory)',
  Cancelled: 'somebody ended it (Cancelled)',
};

function byCode(entries: readonly QuarantineEntry[]): { reason: string; n: number }[] {
  const codes = [...new Set(entries.map(({ code }) => code))].sort();
  return codes.map((code) => ({ reason: code, n: entries.filter((entry) => entry.code === code).length }));
}

/** Of each analysis the women and men that its widest estimate rests on. */
function flowAnalyses({ analyses }: ReportInput): FlowAnalysis[] {
  return Object.values(analyses).flatMap(({ title, estimates }) => {
    const [widest] = [...estimates].sort((a, b) => b.women + b.men - (a.women + a.men));
    return widest === undefined ? [] : [{ title, women: widest.women, men: widest.men }];
  });
}

interface FlowLine {
  readonly step: string;
  readonly n: number;
  readonly lost: number;
  readonly reasons: string;
}

/** The drawing in words, folded away. */
function flowTable(steps: readonly FlowStep[], analyses: readonly FlowAnalysis[]): Html {
  const rows: FlowLine[] = [
    ...steps.map(({ n, words, lost }) => ({
      step: words,
      n,
      lost: lost.reduce((sum, each) => sum + each.n, 0),
      reasons: lost.map(({ reason, n: lostHere }) => `${reason} ${lostHere}`).join(', '),
    })),
    ...analyses.map(({ title, women, men }) => ({
      step: `in: ${title}`,
      n: women + men,
      lost: (steps.at(-1)?.n ?? 0) - women - men,
      reasons: `${women} women, ${men} men`,
    })),
  ];
  return html`<details><summary>The flow as a table</summary>${dataTable<FlowLine>({
    id: 'flow',
    caption: 'Subjects at each step',
    columns: [
      textColumn('Step', 'step', ({ step }) => step),
      numberColumn(
        'subjects',
        'subjects',
        ({ n }) => n,
        (n) => n.toLocaleString('en-GB'),
      ),
      numberColumn(
        'not in it',
        'lost',
        ({ lost }) => lost,
        (n) => n.toLocaleString('en-GB'),
      ),
      textColumn('of whom', 'of_whom', ({ reasons }) => reasons),
    ],
    rows,
  })}</details>`;
}

const TRAITS: readonly (readonly [column: string, unit: string, decimals: number])[] = [
  [COLUMN.age, 'years', 1],
  [COLUMN.height, 'cm', 1],
  [COLUMN.weight, 'kg', 1],
  [COLUMN.bodySurface, 'm²', 2],
  [COLUMN.lvMass, 'g', 1],
  [COLUMN.lvVolume, 'mL', 1],
  [COLUMN.qrsRecorded, 'ms', 1],
  [COLUMN.qrsSimulated, 'ms', 1],
];

/** Means and spreads of the finished subjects by sex. */
function characteristics(table: ColumnTable): Html {
  const finished = finishedRows(table);
  const sexes = sexesOf(table);
  const rowsOf = (sex: 'female' | 'male') =>
    sexes.flatMap((value, row) => (value === sex && finished[row] ? [row] : []));
  const [women, men] = [rowsOf('female'), rowsOf('male')];
  const summary = (column: string, rows: readonly number[]) => {
    const values = numbersOf(table, column);
    return summarise(rows.map((row) => values[row] ?? Number.NaN).filter((value) => !Number.isNaN(value)));
  };
  const rows = TRAITS.filter(([column]) => numbersOf(table, column).some((value) => !Number.isNaN(value))).map(
    ([column, unit, decimals]) => ({
      column,
      unit,
      decimals,
      women: summary(column, women),
      men: summary(column, men),
    }),
  );
  type Trait = (typeof rows)[number];
  const group = (title: string, name: 'women' | 'men'): Column<Trait> => ({
    title,
    isNumber: true,
    show: ({ [name]: { n, mean, sd }, decimals }) =>
      n === 0 ? '—' : `${format(mean, decimals)} ± ${format(sd, decimals)}`,
    csv: [
      [`${name}_n`, ({ [name]: { n } }) => n],
      [`${name}_mean`, ({ [name]: { mean } }) => mean],
      [`${name}_sd`, ({ [name]: { sd } }) => sd],
    ],
  });
  return dataTable<Trait>({
    id: 'characteristics',
    caption: 'Finished subjects, mean ± standard deviation',
    columns: [
      {
        title: 'Trait',
        show: ({ column, unit }) => `${labelOf(column)}, ${unit}`,
        csv: [
          ['column', ({ column }) => column],
          ['unit', ({ unit }) => unit],
        ],
      },
      group(`Women (${women.length})`, 'women'),
      group(`Men (${men.length})`, 'men'),
    ],
    rows,
  });
}

function quarantined({ quarantine, subjectPages }: ReportInput): Html {
  if (quarantine.length === 0) return html`<p>No subject was quarantined.</p>`;
  const shown = quarantine.slice(0, MOST_QUARANTINED);
  const more = quarantine.length - shown.length;
  const codes = byCode(quarantine).map(({ reason, n }) => `${reason} ${n}`);
  const table = dataTable<QuarantineEntry>({
    id: 'quarantined',
    caption: 'Why subjects have no twin',
    columns: [
      {
        title: 'Subject',
        show: ({ subject }) => subjectLink(subject, subjectPages),
        csv: [['subject', ({ subject }) => subject]],
      },
      textColumn('Stage', 'stage', ({ stage }) => stage),
      textColumn('Code', 'code', ({ code }) => code),
      textColumn('Reason', 'reason', ({ message }) => message),
    ],
    rows: shown,
  });
  return html`<h3>Quarantined: ${count(quarantine.length, 'subject')}</h3><p>Each keeps its row in the table, with empty metrics and the reason here.</p>${table}${more > 0 ? html`<p>${count(more, 'more subject')} in the quarantine table; by code: ${codes.join(', ')}.</p>` : ''}`;
}

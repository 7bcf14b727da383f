import type { Cause, CohortDiff, ColumnChange } from './diff.ts';
import type { CohortEffect, SexDifference } from './diffEffects.ts';

const CAUSES: Readonly<Record<Cause, string>> = {
  ecg: 'another ECG',
  anatomy: 'another anatomy',
  settings: 'other settings',
  code: 'another version or backend',
  sheet: 'another row of the sheet',
  outcome: 'the same inputs',
};
/** Subjects that are named; of more, the number is told. */
const MOST_NAMED = 12;
/** Columns that are told, those with most changes first; JSON has all. */
const MOST_COLUMNS = 40;

/** A comparison of two tables as lines for a person. */
export function diffText(diff: CohortDiff, before: string, after: string): string {
  const { rows, added, removed, changed, causes, columns, newColumns, goneColumns, quarantine, effects } = diff;
  const lines = [
    `${before} → ${after}`,
    `${rows.before} → ${rows.after} rows: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${rows.same} the same`,
  ];
  if (added.length > 0) lines.push(`added:   ${named(added)}`);
  if (removed.length > 0) lines.push(`removed: ${named(removed)}`);
  if (changed.length > 0) {
    lines.push(
      `changed: ${named(changed.map((row) => `${row.subject} (${row.causes.map((cause) => CAUSES[cause]).join(', ')})`))}`,
    );
    const counted = (Object.keys(CAUSES) as Cause[]).filter((cause) => causes[cause] > 0);
    lines.push(`decided by: ${counted.map((cause) => `${CAUSES[cause]} ${causes[cause]}`).join(' · ')}`);
  }
  for (const { subject, now, code } of quarantine.slice(0, MOST_NAMED)) {
    lines.push(
      now === 'done' ? `out of quarantine: ${subject} (was ${code})` : `into quarantine: ${subject} (${code})`,
    );
  }
  if (quarantine.length > MOST_NAMED) lines.push(`and ${quarantine.length - MOST_NAMED} more in or out of quarantine`);
  if (newColumns.length > 0) lines.push(`new columns: ${newColumns.join(', ')}`);
  if (goneColumns.length > 0) lines.push(`columns that are gone: ${goneColumns.join(', ')}`);
  if (columns.length > 0) lines.push('', ...columnLines(columns));
  if (effects.length > 0) lines.push('', ...effectLines(effects));
  // Names come from sheets; what would move the cursor of a terminal does not come through.
  return `${lines.join('\n').replace(/[^\P{Cc}\n]/gu, '�')}\n`;
}

function columnLines(columns: readonly ColumnChange[]): string[] {
  const sorted = [...columns].sort((one, other) => other.changed - one.changed);
  const table = sorted
    .slice(0, MOST_COLUMNS)
    .map((change) => [
      change.column,
      String(change.changed),
      signed(change.medianChange),
      signed(change.largestChange),
      change.unit ?? '',
      change.largestIn ?? '',
      [change.gained > 0 ? `${change.gained} came` : '', change.lost > 0 ? `${change.lost} went` : '']
        .filter(Boolean)
        .join(', '),
    ]);
  const lines = aligned([['column', 'changed', 'median', 'largest', 'unit', 'in', ''], ...table], [1, 2, 3]);
  return columns.length > MOST_COLUMNS ? [...lines, `… and ${columns.length - MOST_COLUMNS} columns more`] : lines;
}

function effectLines(effects: readonly CohortEffect[]): string[] {
  const table = effects.flatMap(({ column, unit, groups, womenMinusMen }) => [
    ...groups.map(({ group, before, after }, index) => [
      index === 0 ? column : '',
      index === 0 ? (unit ?? '') : '',
      group,
      `${before.n} → ${after.n}`,
      `${figure(before.median)} → ${figure(after.median)}`,
      `${figure(before.mean)} → ${figure(after.mean)}`,
    ]),
    ['', '', 'women − men', '', '', `${interval(womenMinusMen.before)} → ${interval(womenMinusMen.after)}`],
  ]);
  return aligned([['in the cohort', 'unit', 'group', 'n', 'median', 'mean [95 %]'], ...table], []);
}

const interval = ({ difference, low, high }: SexDifference): string =>
  difference === null ? 'unknown' : `${signed(difference)} [${figure(low)}, ${figure(high)}]`;

const figure = (value: number | null): string =>
  value === null ? '–' : String(Number(value.toPrecision(4))).replace('-', '−');
const signed = (value: number | null): string =>
  value === null ? '' : value > 0 ? `+${figure(value)}` : figure(value);

function named(subjects: readonly string[]): string {
  const shown = subjects.slice(0, MOST_NAMED).join(', ');
  return subjects.length > MOST_NAMED ? `${shown} and ${subjects.length - MOST_NAMED} more` : shown;
}

/** Cells side by side; the columns of numbers to the right. */
function aligned(rows: readonly (readonly string[])[], toRight: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - [...cell].length);
        return toRight.includes(column) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}

import type { RegressionRecord } from '../../analyses/analysis.ts';
import { labelOf } from '../../analyses/columns.ts';
import type { VelocityBySex } from '../../analyses/velocityBySex.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { velocityForest } from '../figures/velocityForest.ts';
import { html } from '../html.ts';
import { bullets, type Column, dataTable, intervalColumn, numberColumn, preamble } from '../markup.ts';
import { capital, formatP } from '../numbers.ts';
import type { Page } from './page.ts';

/** Estimand (b): forest plot, regressions, what the prior hides. */
export function velocityBySexPage(answer: VelocityBySex): Page {
  const known = answer.velocities.flatMap((velocity) => (isUndetermined(velocity) ? [] : [velocity]));
  const unknown = answer.velocities.flatMap((velocity) => (isUndetermined(velocity) ? [velocity] : []));
  const rows = known.flatMap(({ velocity, regressions }) =>
    regressions.map((record): RegressionRow => ({ velocity, record })),
  );
  const shrinkage = known.map(
    ({ velocity, shrinkage: found }) =>
      html`<b>${labelOf(velocity)}.</b> ${isUndetermined(found) ? `${capital(found.undetermined)}.` : found.sentence}`,
  );
  return {
    id: 'velocity',
    title: answer.title,
    short: '(b) Conduction velocity',
    body: html`${preamble(answer)}${velocityForest(answer)}${unknown.map(({ velocity, undetermined }) => html`<p>${labelOf(velocity)}: ${undetermined}.</p>`)}${
      rows.length > 0
        ? dataTable({ id: 'velocityRegressions', caption: 'Women − men, mm/ms (HC3)', columns: COLUMNS, rows })
        : ''
    }${shrinkage.length > 0 ? html`<h3>How much the prior hides</h3>${bullets(shrinkage)}` : ''}`,
  };
}

interface RegressionRow {
  readonly velocity: string;
  readonly record: RegressionRecord;
}

const fitOf = ({ record: { fit } }: RegressionRow) => (isUndetermined(fit) ? undefined : fit);
const sexOf = (row: RegressionRow) => fitOf(row)?.coefficients.find(({ term }) => term === 'sex');

function adjustedFor({ record: { model } }: RegressionRow): string {
  const covariates = model.split(' ~ ')[1]?.split(' + ').slice(1).map(labelOf) ?? [];
  return covariates.length === 0 ? 'nothing' : covariates.join(', ');
}

const COLUMNS: readonly Column<RegressionRow>[] = [
  { title: 'Velocity', show: ({ velocity }) => labelOf(velocity), csv: [['velocity', ({ velocity }) => velocity]] },
  {
    title: 'adjusted for',
    show: (row) =>
      isUndetermined(row.record.fit)
        ? html`${adjustedFor(row)}<br><small>${row.record.fit.undetermined}</small>`
        : adjustedFor(row),
    csv: [['model', ({ record }) => record.model]],
  },
  intervalColumn('difference (interval)', 'difference_mm_ms', sexOf, { decimals: 4 }),
  numberColumn('p', 'p_value', (row) => sexOf(row)?.p_value, formatP),
  numberColumn('n', 'n', (row) => fitOf(row)?.n, String),
];

import type { RegressionRecord } from '../analyses/analysis.ts';
import { labelOf } from '../analyses/columns.ts';
import type { IndexedQrs } from '../analyses/indexedQrs.ts';
import type { OutcomeShare, RegressionShare } from '../analyses/regressionShare.ts';
import type { VelocityBySex } from '../analyses/velocityBySex.ts';
import { isUndetermined } from '../statistics/leastSquares.ts';
import { type Html, html } from './html.ts';
import { bullets, dataTable, preamble, section } from './markup.ts';
import { count, format, formatP, percent, withInterval } from './numbers.ts';
import type { ReportInput } from './reportInput.ts';
import { indexForest, shareBars, velocityForest } from './sizeFigures.ts';

/** Estimand (a): figures, decompositions, rows left out. */
export function shareSection({ analyses: { regressionShare } }: ReportInput): Html {
  return section(
    'share',
    regressionShare.title,
    html`${preamble(regressionShare)}${shareBars(regressionShare)}${regressionShare.outcomes.map(shareTable)}${
      regressionShare.leftOut.length > 0 ? html`<p>${regressionShare.leftOut.join('; ')}.</p>` : ''
    }`,
  );
}

function shareTable(outcome: RegressionShare['outcomes'][number]): Html {
  const name = labelOf(outcome.outcome);
  if (isUndetermined(outcome)) return html`<p>For the ${name} there is no answer: ${outcome.undetermined}.</p>`;
  const rows = outcome.decompositions.map((parts) => {
    if (isUndetermined(parts)) return [html`${parts.label}<br><small>${parts.undetermined}</small>`, '—', '—', '—'];
    return [
      parts.label,
      withInterval(parts.explained, '', 1),
      withInterval(parts.unexplained, '', 1),
      outcome.isGapClear ? percent(parts.share) : 'gap unclear',
    ];
  });
  const { women, men, missing, withoutSex } = outcome.rows;
  const lost = Object.entries(missing).map(([column, n]) => `${n} without ${labelOf(column)}`);
  if (withoutSex > 0) lost.push(`${withoutSex} without sex`);
  return html`${dataTable(
    `${name.charAt(0).toUpperCase()}${name.slice(1)}: gap ${withInterval(outcome.gap, 'ms', 1)}, ${women} women, ${men} men`,
    [
      { title: 'Size measured by' },
      { title: 'explained, ms', isNumber: true },
      { title: 'unexplained, ms', isNumber: true },
      { title: 'share', isNumber: true },
    ],
    rows,
  )}${threefoldTable(outcome)}${lost.length > 0 ? html`<p>Left out of this: ${lost.join(', ')}.</p>` : ''}`;
}

/** The same gap in three parts, folded away: for those who know the form. */
function threefoldTable({ decompositions }: OutcomeShare): Html {
  const rows = decompositions.flatMap((parts) => {
    if (isUndetermined(parts)) return [];
    const { threefold } = parts;
    if (isUndetermined(threefold))
      return [[html`${parts.label}<br><small>${threefold.undetermined}</small>`, '—', '—', '—']];
    const { endowments, coefficients, interaction } = threefold;
    return [[parts.label, ...[endowments, coefficients, interaction].map((part) => withInterval(part, '', 1))]];
  });
  return html`<details><summary>Three-fold form</summary>${dataTable(
    'ms of the gap, from women’s side',
    [
      { title: 'Size measured by' },
      { title: 'size', isNumber: true },
      { title: 'regressions', isNumber: true },
      { title: 'both at once', isNumber: true },
    ],
    rows,
  )}</details>`;
}

/** Estimand (b): forest plot, regressions, what the prior hides. */
export function velocitySection(velocityBySex: VelocityBySex): Html {
  const known = velocityBySex.velocities.flatMap((velocity) => (isUndetermined(velocity) ? [] : [velocity]));
  const unknown = velocityBySex.velocities.flatMap((velocity) => (isUndetermined(velocity) ? [velocity] : []));
  const rows = known.flatMap(({ velocity, regressions }) =>
    regressions.map((record) => regressionRow(labelOf(velocity), record, 4)),
  );
  const shrinkage = known.map(
    ({ velocity, shrinkage: found }) =>
      html`<b>${labelOf(velocity)}.</b> ${isUndetermined(found) ? `${found.undetermined.charAt(0).toUpperCase()}${found.undetermined.slice(1)}.` : found.sentence}`,
  );
  return section(
    'velocity',
    velocityBySex.title,
    html`${preamble(velocityBySex)}${velocityForest(velocityBySex)}${unknown.map(({ velocity, undetermined }) => html`<p>${labelOf(velocity)}: ${undetermined}.</p>`)}${
      rows.length > 0 ? dataTable('Women − men, mm/ms (HC3)', REGRESSION_HEADINGS, rows) : ''
    }${shrinkage.length > 0 ? html`<h3>How much the prior hides</h3>${bullets(shrinkage)}` : ''}`,
  );
}

const REGRESSION_HEADINGS = [
  { title: '' },
  { title: 'adjusted for' },
  { title: 'difference (interval)', isNumber: true },
  { title: 'p', isNumber: true },
  { title: 'n', isNumber: true },
];

function regressionRow(name: string, { model, fit }: RegressionRecord, decimals: number): (string | Html)[] {
  const covariates = model.split(' ~ ')[1]?.split(' + ').slice(1).map(labelOf) ?? [];
  const adjusted = covariates.length === 0 ? 'nothing' : covariates.join(', ');
  if (isUndetermined(fit)) return [name, html`${adjusted}<br><small>${fit.undetermined}</small>`, '—', '—', '—'];
  const sex = fit.coefficients.find(({ term }) => term === 'sex');
  if (!sex) return [name, adjusted, '—', '—', '—'];
  return [name, adjusted, withInterval(sex, '', decimals), formatP(sex.p_value), String(fit.n)];
}

/** Estimand (d): forest plot, means, fitted exponents. */
export function indexSection(indexedQrs: IndexedQrs): Html {
  const tables = indexedQrs.outcomes.map(({ outcome, indices }) =>
    dataTable(
      labelOf(outcome).charAt(0).toUpperCase() + labelOf(outcome).slice(1),
      [
        { title: 'Index' },
        { title: 'women', isNumber: true },
        { title: 'men', isNumber: true },
        { title: 'women over men − 1', isNumber: true },
        { title: 'exponent assumed', isNumber: true },
        { title: 'fitted', isNumber: true },
      ],
      indices.map((index) =>
        isUndetermined(index)
          ? [html`${index.label}<br><small>${index.undetermined}</small>`, '—', '—', '—', '—', '—']
          : [
              `${index.label}, ${index.unit}`,
              format(index.womenMean, index.womenMean < 10 ? 3 : 1),
              format(index.menMean, index.womenMean < 10 ? 3 : 1),
              percent(index.relative, 1),
              index.allometry ? format(index.assumedExponent, 2) : '—',
              fittedExponent(index.allometry),
            ],
      ),
    ),
  );
  return section('indexed', indexedQrs.title, html`${preamble(indexedQrs)}${indexForest(indexedQrs)}${tables}`);
}

function fittedExponent(record: RegressionRecord | undefined): string {
  if (!record || isUndetermined(record.fit)) return '—';
  const exponent = record.fit.coefficients[2];
  return exponent ? withInterval(exponent, '', 2) : '—';
}

/** The table's columns, as its dictionary explains them. */
export function columnSection({ dictionary, table }: ReportInput): Html {
  return section(
    'columns',
    'Columns of the table',
    html`<p>${count(table.rows, 'row')}, ${count(dictionary.length, 'column')}. Units and descriptions also stand in the Parquet file’s column metadata.</p>${dataTable(
      'Dictionary',
      [{ title: 'Column' }, { title: 'Unit' }, { title: 'Meaning' }],
      dictionary.map(({ name, unit, description }) => [html`<code>${name}</code>`, unit ?? '', description]),
    )}`,
  );
}

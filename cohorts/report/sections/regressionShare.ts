import { labelOf } from '../../analyses/columns.ts';
import type { Decomposition, OutcomeShare, RegressionShare } from '../../analyses/regressionShare.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { shareBars } from '../figures/shareBars.ts';
import { gapWaterfall } from '../figures/waterfall.ts';
import { type Html, html } from '../html.ts';
import { type Column, dataTable, intervalColumn, preamble } from '../markup.ts';
import { capital, withInterval } from '../numbers.ts';
import type { ReportInput } from '../reportInput.ts';
import type { Page } from './page.ts';

/** Estimand (a): figures, decompositions, rows left out. */
export function regressionSharePage(answer: RegressionShare, { table }: ReportInput): Page {
  const { leftOut, outcomes } = answer;
  return {
    id: 'share',
    title: answer.title,
    short: '(a) Share that goes with size',
    body: html`${preamble(answer)}${shareBars(answer)}${gapWaterfall(answer, table)}${outcomes.map(shareTables)}${
      leftOut.length > 0 ? html`<p>${leftOut.join('; ')}.</p>` : ''
    }`,
  };
}

type Asked = OutcomeShare['decompositions'][number];
const known = (asked: Asked): Decomposition | undefined => (isUndetermined(asked) ? undefined : asked);

const nameColumn: Column<Asked> = {
  title: 'Size measured by',
  show: (asked) => (isUndetermined(asked) ? html`${asked.label}<br><small>${asked.undetermined}</small>` : asked.label),
  csv: [
    ['factors', ({ label }) => label],
    ['undetermined', (asked) => (isUndetermined(asked) ? asked.undetermined : null)],
  ],
};

function shareTables(outcome: RegressionShare['outcomes'][number]): Html {
  const name = labelOf(outcome.outcome);
  if (isUndetermined(outcome)) return html`<p>For the ${name} there is no answer: ${outcome.undetermined}.</p>`;
  const { women, men, missing, withoutSex } = outcome.rows;
  const lost = Object.entries(missing).map(([column, n]) => `${n} without ${labelOf(column)}`);
  if (withoutSex > 0) lost.push(`${withoutSex} without sex`);
  const share = intervalColumn<Asked>('share', 'share', (asked) => known(asked)?.share, {
    unit: '%',
    decimals: 0,
    scale: 100,
  });
  const columns: Column<Asked>[] = [
    nameColumn,
    intervalColumn('explained, ms', 'explained_ms', (asked) => known(asked)?.explained),
    intervalColumn('unexplained, ms', 'unexplained_ms', (asked) => known(asked)?.unexplained),
    outcome.isGapClear ? share : { ...share, show: (asked) => (known(asked) ? 'gap unclear' : '—') },
  ];
  return html`${dataTable({
    id: `share-${outcome.outcome}`,
    caption: `${capital(name)}: gap ${withInterval(outcome.gap, 'ms', 1)}, ${women} women, ${men} men`,
    columns,
    rows: outcome.decompositions,
  })}${threefoldTable(outcome)}${lost.length > 0 ? html`<p>Left out of this: ${lost.join(', ')}.</p>` : ''}`;
}

/** The same gap in three parts, folded away: for those who know the form. */
function threefoldTable({ outcome, decompositions }: OutcomeShare): Html {
  const rows = decompositions.filter((asked) => known(asked) !== undefined);
  const threefold = (asked: Asked) => {
    const found = known(asked)?.threefold;
    return found === undefined || isUndetermined(found) ? undefined : found;
  };
  const name: Column<Asked> = {
    ...nameColumn,
    show: (asked) => {
      const found = known(asked)?.threefold;
      if (found === undefined || !isUndetermined(found)) return asked.label;
      return html`${asked.label}<br><small>${found.undetermined}</small>`;
    },
    csv: [['factors', ({ label }) => label]],
  };
  return html`<details><summary>Three-fold form, ${labelOf(outcome)}</summary>${dataTable<Asked>({
    id: `threefold-${outcome}`,
    caption: `${capital(labelOf(outcome))}, ms of the gap, from women’s side`,
    columns: [
      name,
      intervalColumn('size', 'endowments_ms', (asked) => threefold(asked)?.endowments),
      intervalColumn('regressions', 'coefficients_ms', (asked) => threefold(asked)?.coefficients),
      intervalColumn('both at once', 'interaction_ms', (asked) => threefold(asked)?.interaction),
    ],
    rows,
  })}</details>`;
}

import { labelOf } from '../../analyses/columns.ts';
import type { IndexedQrs } from '../../analyses/indexedQrs.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { indexForest } from '../figures/indexForest.ts';
import { html } from '../html.ts';
import { type Column, dataTable, intervalColumn, numberColumn, preamble } from '../markup.ts';
import { capital, format } from '../numbers.ts';
import type { Page } from './page.ts';

type Index = IndexedQrs['outcomes'][number]['indices'][number];
const known = (index: Index) => (isUndetermined(index) ? undefined : index);

/** Estimand (d): forest plot, means, fitted exponents. */
export function indexedQrsPage(answer: IndexedQrs): Page {
  const tables = answer.outcomes.map(({ outcome, indices }) =>
    dataTable({
      id: `indexed-${outcome}`,
      caption: `${capital(labelOf(outcome))}, indexed by size`,
      columns: COLUMNS,
      rows: indices,
    }),
  );
  return {
    id: 'indexed',
    title: answer.title,
    short: '(d) Indexed QRS',
    body: html`${preamble(answer)}${indexForest(answer)}${tables}`,
  };
}

const mean = (title: string, name: 'womenMean' | 'menMean'): Column<Index> => ({
  ...numberColumn<Index>(title, name, (index) => known(index)?.[name], String),
  show: (index) => {
    const found = known(index);
    return found === undefined ? '—' : format(found[name], found.womenMean < 10 ? 3 : 1);
  },
});

/** The size's exponent that the data ask for: the third coefficient of its regression. */
function fittedExponent(index: Index) {
  const fit = known(index)?.allometry?.fit;
  return fit === undefined || isUndetermined(fit) ? undefined : fit.coefficients[2];
}

const COLUMNS: readonly Column<Index>[] = [
  {
    title: 'Index',
    show: (index) =>
      isUndetermined(index)
        ? html`${index.label}<br><small>${index.undetermined}</small>`
        : `${index.label}, ${index.unit}`,
    csv: [
      ['index', ({ label }) => label],
      ['unit', (index) => known(index)?.unit ?? null],
    ],
  },
  mean('women', 'womenMean'),
  mean('men', 'menMean'),
  intervalColumn('women over men − 1', 'relative', (index) => known(index)?.relative, {
    unit: '%',
    decimals: 1,
    scale: 100,
  }),
  numberColumn(
    'exponent assumed',
    'assumedExponent',
    (index) => (known(index)?.allometry ? known(index)?.assumedExponent : undefined),
    (value) => format(value, 2),
  ),
  intervalColumn('fitted', 'fittedExponent', fittedExponent, { decimals: 2 }),
];

import { COLUMN, labelOf } from '../../analyses/columns.ts';
import type { QuarantineBias } from '../../analyses/quarantineBias.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { balanceFigure } from '../figures/quarantineBalance.ts';
import { type Html, html } from '../html.ts';
import { type Column, dataTable, preamble } from '../markup.ts';
import { format, formatP } from '../numbers.ts';
import type { Page } from './page.ts';

/** Whether those without a twin are a biased sample. */
export function quarantineBiasPage(answer: QuarantineBias): Page {
  const { sex, traits, verdict, quarantined } = answer;
  const isCompared = !isUndetermined(sex) || traits.some((balance) => !isUndetermined(balance));
  return {
    id: 'missing',
    title: answer.title,
    body: html`<p><b>${verdict}</b></p>${preamble(answer)}${quarantined === 0 || !isCompared ? '' : comparison(answer)}`,
  };
}

/** A line of the comparison: both groups' figures in words, or why there are none. */
interface Line {
  readonly name: string;
  readonly quarantined: string;
  readonly finished: string;
  readonly difference: number;
  readonly p_value: number;
  readonly undetermined?: string;
}

const NONE = { quarantined: '—', finished: '—', difference: Number.NaN, p_value: Number.NaN } as const;

/** Square metres need a digit more than years, centimetres and kilograms. */
const decimals = (trait: string) => (trait === COLUMN.bodySurface ? 2 : 1);

function comparison(answer: QuarantineBias): Html {
  const { sex, traits } = answer;
  const lines: Line[] = [
    isUndetermined(sex)
      ? { ...NONE, name: 'women / men', undetermined: sex.undetermined }
      : {
          ...NONE,
          name: 'women / men',
          quarantined: `${sex.quarantined.women} / ${sex.quarantined.men}`,
          finished: `${sex.finished.women} / ${sex.finished.men}`,
          p_value: sex.p_value,
        },
    ...traits.map((balance): Line => {
      const name = labelOf(balance.trait);
      if (isUndetermined(balance)) return { ...NONE, name, undetermined: balance.undetermined };
      const meanOf = ({ mean, n }: { mean: number; n: number }) => `${format(mean, decimals(balance.trait))} (${n})`;
      return {
        name,
        quarantined: meanOf(balance.quarantined),
        finished: meanOf(balance.finished),
        difference: balance.standardisedDifference,
        p_value: balance.p_value,
      };
    }),
  ];
  return html`${balanceFigure(answer)}${dataTable({ id: 'quarantineBias', caption: 'Quarantined against finished subjects', columns: COLUMNS, rows: lines })}`;
}

const COLUMNS: readonly Column<Line>[] = [
  {
    title: 'Trait',
    show: ({ name, undetermined }) => (undetermined ? html`${name}<br><small>${undetermined}</small>` : name),
    csv: [
      ['trait', ({ name }) => name],
      ['undetermined', ({ undetermined }) => undetermined ?? null],
    ],
  },
  { title: 'quarantined, mean (n)', isNumber: true, show: ({ quarantined }) => quarantined },
  { title: 'finished, mean (n)', isNumber: true, show: ({ finished }) => finished },
  {
    title: 'difference in SD',
    isNumber: true,
    show: ({ difference }) => format(difference, 2),
    csv: [['standardisedDifference', ({ difference }) => difference]],
  },
  {
    title: 'p',
    isNumber: true,
    show: ({ p_value }) => formatP(p_value),
    csv: [['p_value', ({ p_value }) => p_value]],
  },
];

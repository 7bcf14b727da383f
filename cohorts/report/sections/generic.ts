import type { AnalysisResult, EstimateRecord } from '../../analyses/analysis.ts';
import { labelOf } from '../../analyses/columns.ts';
import { estimateWords, recordForest } from '../figures/recordForest.ts';
import { type Html, html } from '../html.ts';
import { bullets, type Column, dataTable, numberColumn, preamble, textColumn } from '../markup.ts';
import { capital, formatP, wordsOf } from '../numbers.ts';
import type { Page } from './page.ts';

/** Sentences beyond this say nothing new. */
const MOST_SENTENCES = 12;
/** A longer table is folded away: the figure says what there is to see. */
const MOST_UNFOLDED = 14;

/** A page for any analysis: what it asked, its estimates drawn and as a table, and why there is no number where there is none. */
export function genericPage(name: string, answer: AnalysisResult, short?: string): Page {
  return {
    id: name,
    title: answer.title,
    ...(short === undefined ? {} : { short }),
    body: html`${preamble(answer)}${genericBody(name, answer)}`,
  };
}

/** The page without what the analysis says of itself. */
export function genericBody(name: string, answer: AnalysisResult): Html {
  const { title, estimates } = answer;
  return html`${verdictOf(answer)}${recordForest(`${name}-forest`, title, estimates)}${estimateTable(name, title, estimates)}${whyNot(answer)}`;
}

/** A sentence for the reader, where the answer has one. */
export function verdictOf(answer: AnalysisResult): Html {
  const verdict = 'verdict' in answer && typeof answer.verdict === 'string' ? answer.verdict : '';
  return verdict === '' ? html`` : html`<p><b>${verdict}</b></p>`;
}

/** Every estimate of an analysis, as `estimates.csv` has them. */
export function estimateTable(name: string, title: string, estimates: readonly EstimateRecord[]): Html {
  if (estimates.length === 0) return html``;
  const hasBy = estimates.some(({ by }) => by !== '');
  const hasTests = estimates.some(({ p_value }) => Number.isFinite(p_value));
  const hasFamilies = estimates.some((record) => record.p_holm !== undefined);
  const whole = (field: 'estimate' | 'low' | 'high' | 'std_error') => (record: EstimateRecord) => record[field];
  const alike = Map.groupBy(estimates, ({ estimand, outcome }) => `${estimand} ${outcome}`);
  const likeIt = ({ estimand, outcome }: EstimateRecord) => alike.get(`${estimand} ${outcome}`);
  const columns: Column<EstimateRecord>[] = [
    {
      title: 'Estimand',
      show: ({ estimand }) => capital(wordsOf(estimand)),
      csv: [['estimand', ({ estimand }) => estimand]],
    },
    { title: 'of', show: ({ outcome }) => labelOf(outcome), csv: [['outcome', ({ outcome }) => outcome]] },
    ...(hasBy ? [textColumn<EstimateRecord>('by', 'by', ({ by }) => by)] : []),
    {
      title: 'estimate (interval)',
      isNumber: true,
      show: (record) => (isOfUnclearGap(record, estimates) ? 'gap unclear' : estimateWords(record, likeIt(record))),
      csv: [
        ['unit', ({ unit }) => unit],
        ['estimate', whole('estimate')],
        ['low', whole('low')],
        ['high', whole('high')],
        ['std_error', whole('std_error')],
        ['interval', ({ interval }) => interval],
      ],
    },
    ...(hasTests ? [numberColumn<EstimateRecord>('p', 'p_value', ({ p_value }) => p_value, formatP)] : []),
    ...(hasFamilies
      ? [
          numberColumn<EstimateRecord>('p, Holm', 'p_holm', (record) => record.p_holm, formatP),
          numberColumn<EstimateRecord>('q', 'q_value', (record) => record.q_value, formatP),
        ]
      : []),
    numberColumn('women', 'women', ({ women }) => women, String),
    numberColumn('men', 'men', ({ men }) => men, String),
  ];
  const table = dataTable({ id: name, caption: `${title}: estimates`, columns, rows: estimates });
  return estimates.length <= MOST_UNFOLDED
    ? table
    : html`<details><summary>All ${estimates.length} estimates</summary>${table}</details>`;
}

/** Whether a record is a share of a gap that may be none: it means nothing, however it comes out. */
const isOfUnclearGap = ({ estimand, outcome, by }: EstimateRecord, among: readonly EstimateRecord[]): boolean =>
  estimand === 'share' &&
  among.some(
    (gap) =>
      gap.estimand === 'gap' &&
      gap.outcome === outcome &&
      (gap.by === '' || gap.by === by) &&
      gap.low <= 0 &&
      gap.high >= 0,
  );

/** Every sentence that stands where a number has no ground, once. */
export function whyNot(answer: AnalysisResult): Html {
  const sentences = [...new Set(reasonsIn(answer))];
  if (sentences.length === 0) return html``;
  const shown = sentences.slice(0, MOST_SENTENCES).map((sentence) => `${capital(sentence)}.`);
  const intro = answer.estimates.length === 0 ? 'There is no answer here, because:' : 'Without a number:';
  return html`<p>${intro}</p>${bullets(shown)}`;
}

function reasonsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value)) return value.flatMap(reasonsIn);
  const own = [
    ...('whyNone' in value && typeof value.whyNone === 'string' ? [value.whyNone] : []),
    ...('undetermined' in value && typeof value.undetermined === 'string' ? [value.undetermined] : []),
  ];
  return [...own, ...Object.values(value).flatMap(reasonsIn)];
}

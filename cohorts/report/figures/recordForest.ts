import type { EstimateRecord } from '../../analyses/analysis.ts';
import { labelOf } from '../../analyses/columns.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { capital, count, decimalsFor, withInterval, wordsOf } from '../numbers.ts';
import { type ForestPlot, forestPlot } from './forest.ts';

/** More lines than this are not read; the table has them all. */
const MOST_LINES = 26;

/** Shares and ratios are read as per cent. */
const scaleOf = (unit: string) => (unit === '1' ? { scale: 100, unit: '%' } : { scale: 1, unit });

/** One estimate with its interval and unit, in words. */
export function estimateWords(record: EstimateRecord, others: readonly EstimateRecord[] = [record]): string {
  const { scale, unit } = scaleOf(record.unit);
  const decimals = decimalsFor(others.map(({ estimate }) => scale * estimate));
  return withInterval(record, unit, decimals, scale);
}

/** What an estimate is of: its estimand, outcome and what it is adjusted for or taken by. */
export const recordLabel = ({ estimand, outcome, by }: EstimateRecord): string =>
  [capital(wordsOf(estimand)), outcome === '' ? '' : labelOf(outcome), by].filter((part) => part !== '').join(' · ');

/** Letters of a line's name beyond which the estimand goes into the heading. */
const LONG = 38;

/** A line's name under its heading. */
const labelIn = ({ estimand, by }: EstimateRecord, isEstimandSaid: boolean): string =>
  [isEstimandSaid || by === '' ? capital(wordsOf(estimand)) : '', by].filter((part) => part !== '').join(' · ');

/** A column in words with a capital, or its name as it is. */
function titleOf(column: string): string {
  const words = labelOf(column);
  return words === column ? column : capital(words);
}

/** Estimates of one unit as a forest plot, grouped by outcome, and by estimand too where lines would be long. */
export function recordPlot(records: readonly EstimateRecord[]): ForestPlot {
  const { scale, unit } = scaleOf(records[0]?.unit ?? '');
  const outcomes = [...new Set(records.map(({ outcome }) => outcome))];
  const estimands = [...new Set(records.map(({ estimand }) => estimand))];
  const isLong = estimands.length > 1 && records.some((record) => labelIn(record, true).length > LONG);
  const groups = outcomes.flatMap((outcome) =>
    (isLong ? estimands : [undefined]).map((estimand) => ({ outcome, estimand })),
  );
  return {
    axis: unit === '' ? 'estimate' : unit,
    groups: groups.map(({ outcome, estimand }) => {
      const own = records.filter(
        (record) => record.outcome === outcome && (estimand === undefined || record.estimand === estimand),
      );
      const kind = estimand === undefined ? '' : `: ${wordsOf(estimand)}`;
      return {
        title: outcome === '' && kind === '' ? '' : `${titleOf(outcome)}${kind}`,
        rows: own.map((record) => ({
          label: labelIn(record, estimands.length > 1 && !isLong),
          estimate: scale * record.estimate,
          low: scale * record.low,
          high: scale * record.high,
          kind: Math.min(5, estimands.indexOf(record.estimand)),
          note: estimateWords(record, own),
        })),
      };
    }),
  };
}

/** What is drawn where there is too much: what is tested first, then the first outcome, in the order of the answer; the first outcome at once where one of its parts alone is tested. */
function chosen(known: readonly EstimateRecord[]): readonly EstimateRecord[] {
  if (known.length <= MOST_LINES) return known;
  const tested = known.filter(({ family }) => family !== undefined);
  const leading = known.filter(({ outcome }) => outcome === known[0]?.outcome);
  const kinds = (records: readonly EstimateRecord[]) => new Set(records.map(({ estimand }) => estimand)).size;
  const isPartTested = kinds(tested) === 1 && kinds(leading) > 2;
  const narrower = tested.length > 0 && !isPartTested ? tested : leading;
  if (narrower.length <= MOST_LINES) return narrower;
  const first = narrower.filter(({ outcome }) => outcome === narrower[0]?.outcome);
  return (first.length > 2 ? first : narrower).slice(0, MOST_LINES);
}

/** All estimates of an analysis, a panel for each unit. Empty where there is none. */
export function recordForest(id: string, title: string, estimates: readonly EstimateRecord[]): Html {
  const known = estimates.filter(({ estimate }) => Number.isFinite(estimate));
  if (known.length === 0) return html``;
  const shown = chosen(known);
  const units = [...new Set(shown.map(({ unit }) => unit))];
  const clear = shown.filter(({ low, high }) => low > 0 || high < 0).length;
  const more =
    known.length > shown.length ? ` ${count(known.length - shown.length, 'more estimate')} in the table.` : '';
  const caption = html`<b>${title}.</b> Estimates with their intervals; ${clear} of ${count(shown.length, 'interval')} ${clear === 1 ? 'excludes' : 'exclude'} zero.${more}`;
  const alt = `Forest plot of ${count(shown.length, 'estimate')}: ${shown
    .slice(0, 12)
    .map((record) => `${recordLabel(record)} ${estimateWords(record)}`)
    .join('; ')}${shown.length > 12 ? '; the others stand in the table' : ''}`;
  return drawFigure(
    { id, alt, caption },
    ...units.map((unit) => forestPlot(recordPlot(shown.filter((record) => record.unit === unit)))),
  );
}

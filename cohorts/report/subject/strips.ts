import { type ColumnTable, finishedRows, numbersOf } from '../../analyses/table.ts';
import type { ColumnText } from '../../table.ts';
import { type Html, html, trusted } from '../html.ts';
import { COLOUR } from '../palette.ts';

/** How one column lies over the cohort's finished subjects: computed once, drawn for each of them. */
export interface Strip {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** Finite values, ascending */
  readonly sorted: Float64Array;
  /** By row of the table; NaN where missing */
  readonly values: Float64Array;
  /** Box of the strip as SVG, without a subject's mark, and its ticks */
  readonly box: string;
  readonly ticks: string;
}

/** Size of a strip, in its own units. */
const SIZE = { width: 240, height: 22, margin: 4 } as const;
/** Ticks of a strip at most: quantiles stand for more subjects. */
const MOST_TICKS = 50;
/** The strip spans the cohort between these quantiles, so that one far subject does not flatten the others. */
const SPAN = [0.01, 0.99] as const;

/** Strips of all columns of numbers that are known of at least three finished subjects. */
export function stripsOf(table: ColumnTable, dictionary: readonly ColumnText[]): Strip[] {
  const finished = finishedRows(table);
  return dictionary.flatMap(({ name, unit, description }) => {
    const values = numbersOf(table, name);
    const sorted = values.filter((value, row) => finished[row] === true && !Number.isNaN(value)).sort();
    if (sorted.length < 3 || name === 'seed') return [];
    return [{ name, unit: unit ?? '', description, sorted, values, ...backdropOf(sorted) }];
  });
}

/** Value at a share of the cohort, between neighbours in a straight line. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** Share of the cohort below a value, per cent, those equal to it counted by half. */
export function percentile(sorted: Float64Array, value: number): number {
  const below = firstAtLeast(sorted, value);
  let equal = below;
  while (equal < sorted.length && sorted[equal] === value) equal++;
  return (100 * (below + equal)) / 2 / sorted.length;
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeOf(sorted: Float64Array): (value: number) => number {
  const [low, high] = SPAN.map((share) => quantile(sorted, share));
  const [from, to] = [low ?? 0, high ?? 1];
  const room = SIZE.width - 2 * SIZE.margin;
  const share = (value: number) => (to > from ? Math.min(1, Math.max(0, (value - from) / (to - from))) : 0.5);
  return (value) => Math.round(10 * (SIZE.margin + room * share(value))) / 10;
}

function backdropOf(sorted: Float64Array): Pick<Strip, 'box' | 'ticks'> {
  const place = placeOf(sorted);
  const n = Math.min(sorted.length, MOST_TICKS);
  const ticks = Array.from({ length: n }, (_, at) => place(quantile(sorted, n === 1 ? 0.5 : at / (n - 1))));
  const path = [...new Set(ticks)].map((x) => `M${x},6v10`).join('');
  const [first, middle, third] = [0.25, 0.5, 0.75].map((share) => place(quantile(sorted, share)));
  return {
    box: `<rect x="${first}" y="4" width="${Math.max(1, (third ?? 0) - (first ?? 0)).toFixed(1)}" height="14" fill="#ddd5c9"/><path d="M${middle},3v16" stroke="${COLOUR.ink}" stroke-width="1.6"/>`,
    ticks: `<path d="${path}" stroke="${COLOUR.muted}" stroke-width=".8"/>`,
  };
}

/** A subject's mark on a strip: where it stands in its cohort; with a tick for each other subject, or without. */
export function stripSvg(
  { sorted, box, ticks }: Strip,
  value: number,
  { words, hasTicks }: { readonly words: string; readonly hasTicks: boolean },
): Html {
  const x = placeOf(sorted)(value);
  const mark = `<path d="M${x},2l5,9l-5,9l-5,-9z" fill="${COLOUR.women}" stroke="#fff"/>`;
  const label = html`${words}`.html;
  return trusted(
    `<svg class="strip" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${label}">${box}${hasTicks ? ticks : ''}${mark}</svg>`,
  );
}

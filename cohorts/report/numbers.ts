import type { Estimate } from '../statistics/bootstrap.ts';

/** U+2212, as wide as a plus sign. */
const MINUS = '−';
const NARROW_SPACE = '\u202f';

/** A number with so many decimals, a true minus sign, and a dash where there is none. */
export function format(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '—';
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** `5.2 ms (95 % interval 3.1 to 7.4)` without the words: `5.2 ms (3.1 to 7.4)`. */
export function withInterval({ estimate, low, high }: Interval, unit: string, decimals: number, scale = 1): string {
  const number = `${format(scale * estimate, decimals)}${unit ? NARROW_SPACE + unit : ''}`;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return number;
  return `${number} (${format(scale * low, decimals)} to ${format(scale * high, decimals)})`;
}

/** An estimate between two ends. */
export type Interval = Pick<Estimate, 'estimate' | 'low' | 'high'>;

/** A share as per cent with its interval. */
export const percent = (interval: Interval, decimals = 0): string => withInterval(interval, '%', decimals, 100);

/** A p value as journals print it. */
export function formatP(p: number): string {
  if (!Number.isFinite(p)) return '—';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** `1 subject`, `2 subjects`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

/** Middle value of the finite ones; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Array.from(values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** A name in lowerCamelCase as words: `byFactor` is `by factor`. */
export const wordsOf = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`);

/** A sentence's first letter as a capital. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Decimals with which numbers of a size are read: three figures in all, at most four after the point. */
export function decimalsFor(values: readonly number[]): number {
  const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs), 0);
  if (largest === 0) return 1;
  return Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(largest))));
}

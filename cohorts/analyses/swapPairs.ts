import { type ColumnTable, numbersOf, textOf } from './table.ts';
import { SWAP_FACTORS } from './tablesBeside.ts';

/** Combinations of whose factor it is: bit k of the place is 1 where factor k is the man's. */
export const COMBINATIONS = 2 ** SWAP_FACTORS.length;

/** One woman and one man with all combinations of their factors. */
export interface SwapPair {
  readonly pair: string;
  readonly female: string;
  readonly male: string;
  /** The outcome, [2⁵] by the bits of `COMBINATIONS` */
  readonly values: Float64Array;
}

/** Pairs of which an outcome is known in every combination, in the order of the table, and how many are not. */
export interface SwapPairs {
  readonly pairs: readonly SwapPair[];
  readonly incomplete: number;
  /** Pairs that share a subject, directly or through others, by place in `pairs`: they rise and fall together */
  readonly clusters: readonly (readonly number[])[];
}

/** Reads an outcome of `swaps.parquet`. A pair that lacks a combination, or has one twice, is left out and counted. */
export function swapPairs(swaps: ColumnTable, outcome: string): SwapPairs {
  const values = numbersOf(swaps, outcome);
  const byPair = new Map<string, { female: string; male: string; values: Float64Array; rows: number }>();
  for (let row = 0; row < swaps.rows; row++) {
    const name = textOf(swaps, 'pair', row);
    const found = byPair.get(name) ?? {
      female: textOf(swaps, 'femaleSubject', row),
      male: textOf(swaps, 'maleSubject', row),
      values: new Float64Array(COMBINATIONS).fill(Number.NaN),
      rows: 0,
    };
    byPair.set(name, found);
    found.rows++;
    const combination = combinationOf(swaps, row);
    if (combination !== undefined) found.values[combination] = values[row] ?? Number.NaN;
  }
  const pairs = [...byPair]
    .filter(([, { values: all, rows }]) => rows === COMBINATIONS && !all.some(Number.isNaN))
    .map(([pair, { female, male, values: all }]) => ({ pair, female, male, values: all }));
  return { pairs, incomplete: byPair.size - pairs.length, clusters: clustersOf(pairs) };
}

function combinationOf(swaps: ColumnTable, row: number): number | undefined {
  let combination = 0;
  for (const [bit, factor] of SWAP_FACTORS.entries()) {
    const whose = textOf(swaps, factor, row);
    if (whose === 'male') combination |= 1 << bit;
    else if (whose !== 'female') return undefined;
  }
  return combination;
}

/** Connected parts of the graph whose edges are pairs and whose nodes are subjects. */
function clustersOf(pairs: readonly Pick<SwapPair, 'female' | 'male'>[]): number[][] {
  const parent = new Map<string, string>();
  const rootOf = (subject: string): string => {
    const above = parent.get(subject) ?? subject;
    if (above === subject) return subject;
    const root = rootOf(above);
    parent.set(subject, root);
    return root;
  };
  for (const { female, male } of pairs) parent.set(rootOf(female), rootOf(male));
  const clusters = new Map<string, number[]>();
  for (const [at, { female }] of pairs.entries()) {
    const root = rootOf(female);
    clusters.set(root, [...(clusters.get(root) ?? []), at]);
  }
  return [...clusters.values()];
}

import { openRandom } from '../../twin/random.ts';
import { logGamma } from './distributions.ts';

/** Tables at most this much likelier than the observed one still count as equally extreme: room for rounding. */
const TIE = 1 + 1e-7;

/**
 * Fisher's exact test of a 2 × 2 table of counts, both sides: the probability, with the margins held, of all tables no
 * likelier than the observed one.
 *
 *     P(x) = C(a+b, x) C(c+d, a+c−x) / C(n, a+c)
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const [row, other, column] = [a + b, c + d, a + c];
  const logTable = (x: number) => logChoose(row, x) + logChoose(other, column - x) - logChoose(row + other, column);
  const observed = Math.exp(logTable(a)) * TIE;
  let p = 0;
  for (let x = Math.max(0, column - other); x <= Math.min(row, column); x++) {
    const probability = Math.exp(logTable(x));
    if (probability <= observed) p += probability;
  }
  return Math.min(1, p);
}

/**
 * Permutation test of a difference of means: how often a random choice of as many subjects differs from the rest by as much.
 * Holds for any group size, even one. With `draws` random choices, `p = (1 + hits)/(1 + draws)`
 * (Phipson & Smyth, Stat Appl Genet Mol Biol 9:39, 2010).
 */
export function permutationTest(group: readonly number[], rest: readonly number[], seed: number, draws = 9999): number {
  const all = Float64Array.from([...group, ...rest]);
  const total = all.reduce((sum, value) => sum + value, 0);
  const chosen = group.length;
  const difference = (sum: number) => Math.abs(sum / chosen - (total - sum) / (all.length - chosen));
  const observed = difference(group.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12);
  const random = openRandom(seed, 'permutation-test');
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let at = 0; at < chosen; at++) {
      const from = at + Math.floor(random.uniform() * (all.length - at));
      const picked = all[from] ?? 0;
      all[from] = all[at] ?? 0;
      all[at] = picked;
      sum += picked;
    }
    if (difference(sum) >= observed) hits++;
  }
  return (1 + hits) / (1 + draws);
}

const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

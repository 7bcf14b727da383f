import { openRandom } from '../../twin/random.ts';

/** Up to so many clusters all patterns of signs are visited: 4,096 of them. */
const MOST_EXACT = 12;
const TIE = 1 - 1e-12;

/**
 * Sign-flip tests of sums of differences being 0: how often random signs on the same differences give a sum as far from 0. They rest on each
 * difference being as likely as its opposite where there is no effect; of up to twelve clusters all 2^n patterns are counted and the
 * p value is exact, of more `p = (1 + hits)/(1 + draws)` (Phipson & Smyth, Stat Appl Genet Mol Biol 9:39, 2010). All sums meet the same patterns.
 *
 * @param differences  [sums][clusters]: clusters flip as a whole
 * @returns p value of each sum
 */
export function signFlipTests(differences: readonly ArrayLike<number>[], seed: number, draws = 9999): number[] {
  const sums = differences.map((each) => Float64Array.from(each));
  const n = sums[0]?.length ?? 0;
  const observed = sums.map((each) => TIE * Math.abs(each.reduce((sum, value) => sum + value, 0)));
  const hits = new Float64Array(sums.length);
  const signs = new Float64Array(n);
  const count = () => {
    for (const [at, each] of sums.entries()) {
      let sum = 0;
      for (let cluster = 0; cluster < n; cluster++) sum += (signs[cluster] ?? 0) * (each[cluster] ?? Number.NaN);
      if (Math.abs(sum) >= (observed[at] ?? Number.NaN)) hits[at] = (hits[at] ?? 0) + 1;
    }
  };
  if (n <= MOST_EXACT) {
    for (let pattern = 0; pattern < 2 ** n; pattern++) {
      for (let cluster = 0; cluster < n; cluster++) signs[cluster] = (pattern >> cluster) & 1 ? -1 : 1;
      count();
    }
    return Array.from(hits, (hit) => hit / 2 ** n);
  }
  const random = openRandom(seed, 'sign-flip-test');
  for (let draw = 0; draw < draws; draw++) {
    for (let cluster = 0; cluster < n; cluster++) signs[cluster] = random.uniform() < 0.5 ? -1 : 1;
    count();
  }
  return Array.from(hits, (hit) => (1 + hit) / (1 + draws));
}

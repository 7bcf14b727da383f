import { openRandom } from '../../twin/random.ts';

/** Someone who can be one of a pair. */
export interface Candidate {
  readonly subject: string;
  readonly sex: 'female' | 'male' | null;
  readonly age_y: number | null;
}

/** How pairs are drawn. */
export interface PairSettings {
  /** Most pairs */
  readonly pairs: number;
  readonly seed: number;
  /**
   * `random`: any woman with any man, so that the mean over pairs of a contrast between them is that between the sexes of the cohort; `age`: each woman with the man
   * left who is nearest to her in age.
   */
  readonly pairing: 'random' | 'age';
}

/** A woman and a man. */
export interface Pair {
  /** `pair-0001` in the order in which they were drawn */
  readonly pair: string;
  readonly female: string;
  readonly male: string;
}

/**
 * Draws pairs of a woman and a man, each person at most once: the same people and settings, in any order, give the same pairs, and more pairs begin with
 * the same ones. By age, people whose age is not known are left out.
 */
export function drawPairs(people: readonly Candidate[], { pairs, seed, pairing }: PairSettings): Pair[] {
  const known = pairing === 'age' ? people.filter(({ age_y }) => age_y !== null) : people;
  const women = shuffled(known, 'female', seed);
  const men = shuffled(known, 'male', seed);
  const drawn: Pair[] = [];
  for (const woman of women) {
    if (drawn.length >= pairs || men.length === 0) break;
    const [man] = men.splice(pairing === 'age' ? nearestInAge(woman, men) : 0, 1);
    if (man === undefined) break;
    drawn.push({
      pair: `pair-${String(drawn.length + 1).padStart(4, '0')}`,
      female: woman.subject,
      male: man.subject,
    });
  }
  return drawn;
}

/** People of a sex in a drawn order (Fisher–Yates), from the order of their names. */
function shuffled(people: readonly Candidate[], sex: 'female' | 'male', seed: number): Candidate[] {
  const random = openRandom(seed, `pairs-${sex}`);
  const out = people
    .filter((person) => person.sex === sex)
    .sort((one, other) => (one.subject < other.subject ? -1 : 1));
  for (let last = out.length - 1; last > 0; last--) {
    const at = Math.floor(random.uniform() * (last + 1));
    const [one, other] = [out[last], out[at]] as [Candidate, Candidate]; // both below the length
    out[last] = other;
    out[at] = one;
  }
  return out;
}

/** Place of the man nearest in age; of several the first drawn. */
function nearestInAge(woman: Candidate, men: readonly Candidate[]): number {
  const apart = men.map(({ age_y }) => Math.abs((age_y ?? 0) - (woman.age_y ?? 0)));
  return apart.reduce((best, years, at) => (years < (apart[best] ?? 0) ? at : best), 0);
}

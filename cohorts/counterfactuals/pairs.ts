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
 * the same ones. Women come in a drawn order, and each takes the man that is drawn for her among those left (rendezvous hashing, Thaler & Ravishankar 1998):
 * so someone new in a cohort moves few of the pairs that were there. By age, people whose age is not known are left out.
 */
export function drawPairs(people: readonly Candidate[], { pairs, seed, pairing }: PairSettings): Pair[] {
  const known = pairing === 'age' ? people.filter(({ age_y }) => age_y !== null) : people;
  const draw = (name: string): number => openRandom(seed, `pairs:${name}`).uniform();
  const turns = new Map(known.map(({ subject }) => [subject, draw(subject)]));
  const turn = ({ subject }: Candidate) => turns.get(subject) ?? 0;
  const women = ofSex(known, 'female').sort((one, other) => turn(one) - turn(other));
  const men = new Set(ofSex(known, 'male'));
  const drawn: Pair[] = [];
  for (const woman of women) {
    if (drawn.length >= pairs) break;
    const years = ({ age_y }: Candidate) => (pairing === 'age' ? Math.abs((age_y ?? 0) - (woman.age_y ?? 0)) : 0);
    const [man] = nearest(nearest([...men], years), ({ subject }) => draw(`${woman.subject}:${subject}`));
    if (man === undefined) break;
    men.delete(man);
    drawn.push({
      pair: `pair-${String(drawn.length + 1).padStart(4, '0')}`,
      female: woman.subject,
      male: man.subject,
    });
  }
  return drawn;
}

/** In the order of their names, so that the order in which they come plays no part. */
const ofSex = (people: readonly Candidate[], sex: 'female' | 'male'): Candidate[] =>
  people.filter((person) => person.sex === sex).sort((one, other) => (one.subject < other.subject ? -1 : 1));

/** Those of the least distance. */
function nearest(people: readonly Candidate[], distance: (person: Candidate) => number): Candidate[] {
  const distances = people.map(distance);
  const least = distances.reduce((best, value) => Math.min(best, value), Number.POSITIVE_INFINITY);
  return people.filter((_, at) => distances[at] === least);
}

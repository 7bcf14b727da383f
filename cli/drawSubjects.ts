import { openRandom } from '../twin/random.ts';

/** Some of the subjects, drawn by a seed without replacement, in their own order; all where no number is said. */
export function drawSubjects(subjects: readonly string[], seed: number, count?: number): string[] {
  if (count === undefined || count >= subjects.length) return [...subjects];
  const random = openRandom(seed, 'replay');
  const left = subjects.map((_, index) => index);
  const drawn: number[] = [];
  while (drawn.length < count) drawn.push(...left.splice(Math.floor(random.uniform() * left.length), 1));
  return drawn.sort((one, other) => one - other).flatMap((index) => subjects[index] ?? []);
}

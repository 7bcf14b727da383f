import type { FunctionLaw } from '../../twin/counterfactual/functionLaw.ts';
import { openRandom } from '../../twin/random.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { summarise } from '../statistics/twoGroups.ts';
import { lawOf } from './inputs.ts';
import { changed, type EmulatedPeople } from './plantedEffect.ts';
import { shuffled } from './trainNetworks.ts';

/** QRS durations of a subject's heart under some laws, ms; NaN where a beat has none. */
export type SimulateQrs = (subject: string, laws: readonly FunctionLaw[]) => Promise<readonly number[]>;

/** Fewer women than this have no spread to make an interval of. */
const FEWEST = 3;

/**
 * Takes out what the emulator errs by in the mean change. On some women's hearts the change is simulated too; every woman's change is moved by the mean of
 * simulated − emulated over those, and the mean's interval is Student's of that difference: a few simulated hearts tell the size of an effect that is smaller
 * than the emulator's own errors, since heart and junctions are the same before and after.
 *
 * @param count  women to simulate, drawn by the seed; all where there are fewer
 */
export async function correctBySimulation(
  people: EmulatedPeople,
  count: number,
  seed: number,
  simulate: SimulateQrs,
): Promise<EmulatedPeople> {
  const women = [...people.isWoman.keys()].filter((at) => people.isWoman[at] === 1);
  const order = shuffled(women.length, openRandom(seed, 'women whose change is simulated'));
  const chosen = Array.from(order.subarray(0, count).sort(), (place) => women[place]);
  const apart: number[][] = people.sizes.map(() => []);
  for (const at of chosen) {
    const laws = [people.laws[at], ...people.sizes.map(({ effect }) => changed(people.laws[at], effect))];
    const [before, ...after] = await simulate(people.subjects[at], laws.map(lawOf));
    for (const [of, qrs] of after.entries()) {
      const error = qrs - before - people.changes_ms[of][at];
      if (!Number.isNaN(error)) apart[of].push(error);
    }
  }
  const found = apart.map((errors) => summarise(errors));
  const isKnown = (of: number) => found[of].n >= FEWEST;
  return {
    ...people,
    changes_ms: people.changes_ms.map((changes, of) =>
      isKnown(of) ? changes.map((change, at) => (people.isWoman[at] === 1 ? change + found[of].mean : 0)) : changes,
    ),
    sizes: people.sizes.map((size, of) => {
      if (!isKnown(of)) return size;
      const { n, mean, sd } = found[of];
      const change_ms = size.emulated_ms + mean;
      const half = (studentQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
      return { ...size, change_ms, low_ms: change_ms - half, high_ms: change_ms + half, simulated: n };
    }),
  };
}

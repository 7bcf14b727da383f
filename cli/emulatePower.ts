import { openStore } from '../activities/stores/openStore.ts';
import { chooseBackend } from '../backends/index.ts';
import { csvText } from '../cohorts/csv.ts';
import type { OpenEmulator } from '../cohorts/emulator/openEmulator.ts';
import { type CohortPower, type CohortPowerSettings, powerOfCohort } from '../cohorts/emulator/power.ts';
import type { SimulateQrs } from '../cohorts/emulator/simulatedEffect.ts';
import { readPublished } from '../cohorts/readCohort.ts';
import { openLawSimulator } from '../twin/counterfactual/simulateLaw.ts';
import { openHeart } from './emulateDesign.ts';
import { openRunToday } from './openRunToday.ts';
import { publishedFolder, storeOf } from './runFolder.ts';

/**
 * Power curves of a run's people; the store is opened only where something is simulated.
 *
 * @throws TwinError BadStudy with too few people of one sex, or where the store has lost a heart that is to be simulated
 */
export async function powerOfRun(
  run: string,
  emulator: OpenEmulator,
  settings: CohortPowerSettings,
): Promise<CohortPower> {
  const table = await readPublished(publishedFolder(run), 'cohort');
  return powerOfCohort(emulator, table, settings, settings.simulated > 0 ? await openSimulation(run) : async () => []);
}

/** Simulates hearts of a run's store as a design does. */
async function openSimulation(run: string): Promise<SimulateQrs> {
  const { note, today } = await openRunToday(run);
  const { conductivity } = today.study.calibration;
  const { backend } = await chooseBackend('auto');
  const store = await openStore(storeOf(run));
  return async (subject, laws) => {
    const anatomy = await openHeart(store, note.name, subject);
    const simulator = await openLawSimulator({ anatomy, backend, conductivity });
    try {
      const durations: number[] = [];
      for (const law of laws) durations.push((await simulator.simulate(law)).features.qrsDuration_ms);
      return durations;
    } finally {
      await simulator.close();
    }
  };
}

/** A line for each question, effect and size: cohorts that find it, and their share with Wilson's 95 % interval. */
export const powerCsv = ({ curves }: CohortPower): string =>
  csvText([
    ['question', 'title', 'effect', 'people', 'cohorts', 'found', 'power', 'low', 'high'],
    ...curves.flatMap(({ question, title, effect, points }) =>
      points.map(({ people, power: { of, count, share, low, high } }) => [
        question,
        title,
        effect,
        people,
        of,
        count,
        share,
        low,
        high,
      ]),
    ),
  ]);

import { join } from 'node:path';
import { DEFAULT_POPULATION } from '../cohorts/population/people.ts';
import { buildCohort } from './buildCohort.ts';
import { EXIT, PROGRAM, say } from './console.ts';
import { writePopulation } from './writePopulation.ts';

/** One person's files are broken on purpose: the others must not notice. */
const BROKEN = 1;

/** The demonstration: a synthetic cohort as files, its run, its report. Called again, it finds all of it. */
export async function demonstrate({
  out,
  size,
  backend,
}: {
  readonly out: string;
  readonly size: number;
  readonly backend: string;
}): Promise<number> {
  const population = join(out, 'population');
  say(`making ${size} synthetic people and ${BROKEN} with a broken mesh, in ${population}`);
  const { found } = await writePopulation({
    out: population,
    name: 'demo',
    size,
    seed: 1,
    femaleShare: 0.5,
    sexEffect: 0,
    ariEffect: DEFAULT_POPULATION.sexEffectOnAri_ms,
    broken: BROKEN,
    edge: 3,
    truthEdge: 2,
    ecg: 'wfdb',
    tell: say,
  });
  if (found > 0) say('  they were there from before');
  const run = join(out, 'run');
  const code = await buildCohort(
    join(population, 'study.yaml'),
    run,
    { workers: 2, slots: 1, backend, report: true },
    false,
  );
  if (code !== EXIT.done && code !== EXIT.quarantined) return code;
  say('');
  say(`what was planted:  ${join(population, 'truth', 'subjects.csv')} (no run reads it)`);
  say(
    `ask it something:  ${PROGRAM} query ${run} 'select sex, count(*), avg(qrsDuration_ms) from cohort group by sex'`,
  );
  say(`one twin to look at: ${PROGRAM} twin ${join(population, 'sub-0001')} --out ${join(out, 'sub-0001')}`);
  return EXIT.done;
}

import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFolder } from '../../cli/runFolder.ts';
import { writePopulation } from '../../cli/writePopulation.ts';
import type { EstimateRecord } from '../../cohorts/analyses/analysis.ts';
import { analyseCohort } from '../../cohorts/analyses/index.ts';
import { type ColumnTable, numbersOf, textOf } from '../../cohorts/analyses/table.ts';
import { type SyntheticPerson, samplePopulation } from '../../cohorts/population/people.ts';
import { readCohort, readPublished } from '../../cohorts/readCohort.ts';
import { type ComputedCohort, cohortText, holdAgainst } from '../../cohorts/validation/computedCohort.ts';
import type { CohortPerson } from '../../cohorts/validation/emulatedCohort.ts';
import { SCENARIOS, type Scenario } from '../../cohorts/validation/scenarios.ts';
import { truthOfPeople } from '../../cohorts/validation/truth.ts';
import { parseTruth } from '../compareTruth.ts';
import { COARSE, COARSE_CALIBRATION, plantedQrs_ms } from './computePerson.ts';

/** Scenarios that are computed, and people of each: what two cores do in a quarter of an hour. */
const COMPUTED = ['size', 'slower', 'faster', 'function', 'missingBySize'];
export const COMPUTED_PEOPLE = 40;
const SEED = 7;
const RESAMPLES = 2000;
const WORKERS = 2;
const TWINFOLD = fileURLToPath(new URL('../../cli/twinfold.ts', import.meta.url));
/** Exit code of a command that is done with some quarantined */
const QUARANTINED = 3;

/**
 * Computes whole cohorts: files, a run on the engine with real calibrations, published tables, answers; each is held against what was planted in its own people.
 * A cohort that is done is kept and not made again; one that was stopped goes on. Returns the table of all.
 */
export async function computeCohorts(
  folder: string,
  { scenarios, people }: { readonly scenarios: readonly string[] | undefined; readonly people: number },
  tell: (line: string) => void,
): Promise<string> {
  const cohorts: ComputedCohort[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => (scenarios ?? COMPUTED).includes(name))) {
    const kept = join(folder, `${scenario.name}.json`);
    if (!existsSync(kept)) {
      const cohort = await computeCohort(join(folder, scenario.name), scenario, people, tell);
      mkdirSync(folder, { recursive: true });
      writeFileSync(kept, `${JSON.stringify(cohort, null, 1)}\n`);
    }
    cohorts.push(JSON.parse(readFileSync(kept, 'utf8')));
    tell(`${scenario.name}: done`);
  }
  return cohortText(cohorts);
}

async function computeCohort(
  folder: string,
  scenario: Scenario,
  people: number,
  tell: (line: string) => void,
): Promise<ComputedCohort> {
  const { population } = scenario;
  const data = join(folder, 'population');
  await writePopulation({
    out: data,
    name: `validation-${scenario.name}`,
    size: people,
    seed: SEED,
    femaleShare: population.femaleShare,
    sexEffect: population.sexEffectOnVelocity,
    ariEffect: population.sexEffectOnAri_ms,
    broken: 0,
    edge: COARSE.edge_mm,
    truthEdge: COARSE.truthEdge_mm,
    ecg: 'wfdb',
    ...(population.sizeEffect ? {} : { sizeEffect: false }),
    ...(population.torsoEffect ? {} : { torsoEffect: false }),
    ...(population.brokenShare > 0 ? { brokenShare: population.brokenShare, brokenBy: population.brokenBy } : {}),
    tell,
  });
  const study = join(data, 'validation.yaml');
  rmSync(study, { force: true });
  writeFileSync(study, readFileSync(join(data, 'study.yaml')));
  appendFileSync(study, `${COARSE_CALIBRATION}counterfactuals: { reference: true, pairs: 1 }\n`);
  return holdPublished(run(study, join(folder, 'run'), tell), data, scenario, { people, seed: SEED });
}

/** Answers of published tables beside the truth of the population that they were made of. */
export async function holdPublished(
  published: string,
  data: string,
  scenario: Scenario,
  drawn: { readonly people: number; readonly seed: number },
): Promise<ComputedCohort> {
  const table = await readPublished(published, 'cohort');
  const besides = join(published, 'reference.parquet');
  const reference = existsSync(besides) ? readCohort(readFileSync(besides), besides) : undefined;
  const answers = analyseCohort(table, { resamples: RESAMPLES, seed: 1, level: 0.95 }, reference && { reference });
  const records: EstimateRecord[] = Object.values(answers).flatMap(({ estimates }) => [...estimates]);
  const people = await plantedPeople(join(data, 'truth', 'subjects.csv'), scenario, drawn, table);
  return holdAgainst(scenario, truthOfPeople(people, scenario), people.length, records);
}

/**
 * Runs the study, and with it its counterfactual twins, as a user does, by the command line. Returns the folder of the tables.
 *
 * @throws Error when the command ends otherwise than done, or done with some quarantined
 */
function run(study: string, out: string, tell: (line: string) => void): string {
  const words = ['run', study, '--out', out, '--workers', String(WORKERS), '--slots', '1', '--backend', 'wasm'];
  tell(`  twinfold ${words.join(' ')}`);
  const { status } = spawnSync(process.execPath, [TWINFOLD, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 && status !== QUARANTINED) throw new Error(`twinfold ${words.join(' ')}: ended with ${status}`);
  return runFolder(out).published;
}

/** The population's own people with what was planted in them; women of an effect on velocity are simulated once more without it. */
async function plantedPeople(
  truthFile: string,
  { population }: Scenario,
  { people: size, seed }: { readonly people: number; readonly seed: number },
  table: ColumnTable,
): Promise<CohortPerson[]> {
  const truth = parseTruth(readFileSync(truthFile, 'utf8'));
  const planted = numbersOf(truth, 'qrsDuration_ms');
  const distances = new Map(
    Array.from(numbersOf(table, 'heartElectrodeDistance_mm'), (distance, row) => [
      textOf(table, 'subject', row),
      distance,
    ]),
  );
  const people: CohortPerson[] = [];
  for (const [row, person] of samplePopulation({ ...population, size, seed }).entries()) {
    const qrsPlanted_ms = planted[row] ?? Number.NaN;
    people.push({
      person,
      qrsPlanted_ms,
      qrsSameFunction_ms: person.velocityFactor === 1 ? qrsPlanted_ms : await sameFunctionQrs_ms(person),
      qrsReference_ms: Number.NaN,
      qrsReferenceSlow_ms: Number.NaN,
      found: foundOf(distances.get(person.subject) ?? Number.NaN),
    });
  }
  return people;
}

const sameFunctionQrs_ms = (person: SyntheticPerson): Promise<number> =>
  plantedQrs_ms({ ...person, velocityFactor: 1 });

/** Only what truths are read from; everything else of `found` is the pipeline's. */
const foundOf = (heartElectrodeDistance_mm: number): CohortPerson['found'] => ({
  lvMass_g: Number.NaN,
  lvVolume_mL: Number.NaN,
  heartElectrodeDistance_mm,
  qrsDurationRecorded_ms: Number.NaN,
  qrsDuration_ms: Number.NaN,
  lvFibreVelocity_mm_ms: Number.NaN,
  lvTransverseVelocity_mm_ms: Number.NaN,
  rvFibreVelocity_mm_ms: Number.NaN,
  rvTransverseVelocity_mm_ms: Number.NaN,
});

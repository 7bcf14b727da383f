import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStudy } from '../../cli/openStudy.ts';
import { runFolder } from '../../cli/runFolder.ts';
import { runStudy } from '../../cli/runStudy.ts';
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
const PEOPLE = 40;
const SEED = 7;
const RESAMPLES = 2000;
const WORKERS = 2;

/**
 * Computes whole cohorts: files, a run on the engine with real calibrations, published tables, answers; each is held against what was planted in its own people.
 * A cohort that is done is kept and not made again; one that was stopped goes on. Returns the table of all.
 */
export async function computeCohorts(
  folder: string,
  asked: readonly string[] | undefined,
  tell: (line: string) => void,
): Promise<string> {
  const cohorts: ComputedCohort[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => (asked ?? COMPUTED).includes(name))) {
    const kept = join(folder, `${scenario.name}.json`);
    if (!existsSync(kept)) {
      const cohort = await computeCohort(join(folder, scenario.name), scenario, tell);
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
  tell: (line: string) => void,
): Promise<ComputedCohort> {
  const { population } = scenario;
  const data = join(folder, 'population');
  await writePopulation({
    out: data,
    name: `validation-${scenario.name}`,
    size: PEOPLE,
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
  appendFileSync(study, `${COARSE_CALIBRATION}counterfactuals: { reference: true, pairs: 0 }\n`);
  const published = await run(study, join(folder, 'run'), tell);
  const table = await readPublished(published, 'cohort');
  const besides = join(published, 'reference.parquet');
  const reference = existsSync(besides) ? readCohort(readFileSync(besides), besides) : undefined;
  const answers = analyseCohort(table, { resamples: RESAMPLES, seed: 1, level: 0.95 }, reference && { reference });
  const records: EstimateRecord[] = Object.values(answers).flatMap(({ estimates }) => [...estimates]);
  const people = await plantedPeople(join(data, 'truth', 'subjects.csv'), scenario, table);
  return holdAgainst(scenario, truthOfPeople(people, scenario), people.length, records);
}

/** Runs the study on the engine as `twinfold run` does. Returns the folder of its tables. */
async function run(study: string, out: string, tell: (line: string) => void): Promise<string> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end);
  try {
    let told = 0;
    await runStudy({
      open: await openStudy(study),
      out,
      workers: WORKERS,
      slots: 1,
      backend: 'wasm',
      isRetry: false,
      signal: stop.signal,
      events: {
        server: () => undefined,
        serverReady: () => undefined,
        worker: () => undefined,
        progress: ({ done, quarantined, phase }) => {
          if (done + quarantined < told + 10) return;
          told = done + quarantined;
          tell(`  ${done} done, ${quarantined} quarantined, ${phase}`);
        },
      },
    });
    return runFolder(out).published;
  } finally {
    process.off('SIGINT', end);
  }
}

/** The population's own people with what was planted in them; women of an effect on velocity are simulated once more without it. */
async function plantedPeople(truthFile: string, { population }: Scenario, table: ColumnTable): Promise<CohortPerson[]> {
  const truth = parseTruth(readFileSync(truthFile, 'utf8'));
  const planted = numbersOf(truth, 'qrsDuration_ms');
  const distances = new Map(
    Array.from(numbersOf(table, 'heartElectrodeDistance_mm'), (distance, row) => [
      textOf(table, 'subject', row),
      distance,
    ]),
  );
  const people: CohortPerson[] = [];
  for (const [row, person] of samplePopulation({ ...population, size: PEOPLE, seed: SEED }).entries()) {
    const qrsPlanted_ms = planted[row] ?? Number.NaN;
    people.push({
      person,
      qrsPlanted_ms,
      qrsSameFunction_ms: person.velocityFactor === 1 ? qrsPlanted_ms : await sameFunctionQrs_ms(person),
      qrsReference_ms: Number.NaN,
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

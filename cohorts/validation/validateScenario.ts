import type { AnalysisSettings, EstimateRecord } from '../analyses/analysis.ts';
import { COLUMN } from '../analyses/columns.ts';
import { indexedQrs } from '../analyses/indexedQrs.ts';
import { mediation } from '../analyses/mediation.ts';
import { regressionShare } from '../analyses/regressionShare.ts';
import { sameFunction } from '../analyses/sameFunction.ts';
import { SIZE_FACTORS } from '../analyses/sexSize.ts';
import type { ColumnTable } from '../analyses/table.ts';
import { velocityBySex } from '../analyses/velocityBySex.ts';
import { type CohortPerson, drawEmulatedCohort, emulatedTables } from './emulatedCohort.ts';
import type { Emulation } from './emulation.ts';
import type { Scenario } from './scenarios.ts';
import { type Score, scoreRecords } from './scores.ts';
import { type Truth, truthOf } from './truth.ts';

export interface ValidationSettings {
  /** Cohorts of each scenario, and people of each cohort */
  readonly cohorts: number;
  readonly people: number;
  /** Of each bootstrap */
  readonly resamples: number;
  readonly seed: number;
}

/** Fewer resamples than a report's 2,000: their own noise widens the spread of an interval's ends by a few per cent, and not its coverage by one. */
export const DEFAULT_VALIDATION: ValidationSettings = { cohorts: 400, people: 200, resamples: 500, seed: 1 };

/** What became of one scenario. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly title: string;
  readonly truth: Truth;
  /** Mean number of people with a twin */
  readonly finished: number;
  readonly scores: readonly Score[];
}

/** Draws a scenario's cohorts, puts the questions to each, and holds the answers against the truth. Same settings, same bits. */
export function validateScenario(
  emulation: Emulation,
  scenario: Scenario,
  settings: ValidationSettings,
  onCohort: (done: number) => void = () => undefined,
): ScenarioResult {
  let finished = 0;
  const cohorts = Array.from({ length: settings.cohorts }, (_, at) => {
    const cohort = drawEmulatedCohort(emulation, scenario, { people: settings.people, seed: seedOf(settings, at) });
    finished += cohort.filter(({ person }) => !person.isBroken).length / settings.cohorts;
    const records = recordsOf(cohort, { resamples: settings.resamples, seed: at + 1, level: 0.95 });
    onCohort(at + 1);
    return records;
  });
  const truth = truthOf(emulation, scenario);
  const { name, title } = scenario;
  return { scenario: name, title, truth, finished, scores: scoreRecords(name, truth, cohorts) };
}

/** Seed of one cohort; cohorts of other suites are others. */
export const seedOf = ({ seed }: Pick<ValidationSettings, 'seed'>, cohort: number): number => 100_000 * seed + cohort;

/**
 * Every number that the validated analyses find in a cohort. Each is given the columns of its own numbers alone: further factors and outcomes cost time and change
 * nothing of them. Mediation is asked with slopes by sex about the heart's size; without them it is the decomposition.
 */
export function recordsOf(cohort: readonly CohortPerson[], settings: AnalysisSettings): EstimateRecord[] {
  const { table, reference } = emulatedTables(cohort);
  const having = (...names: readonly string[]) =>
    onlyColumns(table, [COLUMN.subject, COLUMN.status, COLUMN.sex, ...names]);
  const { qrsRecorded, qrsSimulated } = COLUMN;
  return [
    ...regressionShare.run(having(qrsRecorded, ...SIZE_FACTORS), settings).estimates,
    ...regressionShare.run(having(qrsSimulated), settings).estimates,
    ...mediation.run(having(qrsRecorded, COLUMN.lvMass, COLUMN.lvVolume), settings).estimates,
    ...velocityBySex.run(table, settings).estimates,
    ...sameFunction.run(having(qrsRecorded), settings, { reference }).estimates,
    ...indexedQrs.run(having(qrsRecorded, ...SIZE_FACTORS), settings).estimates,
  ];
}

const onlyColumns = ({ columns, rows }: ColumnTable, names: readonly string[]): ColumnTable => ({
  rows,
  columns: Object.fromEntries(names.flatMap((name) => (columns[name] ? [[name, columns[name]]] : []))),
});

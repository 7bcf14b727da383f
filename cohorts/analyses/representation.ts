import type { Proportion } from '../statistics/proportions.ts';
import { proportionOf } from '../statistics/proportions.ts';
import type { TargetMargins } from '../statistics/weights.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, EstimateRecord } from './analysis.ts';
import { covariatesOf, isNumeric } from './covariates.ts';
import { type Grouping, groupByAge, groupByBodyMass, groupBySex, groupByValue, withBodyMass } from './groups.ts';
import { LEAST_PER_SEX } from './sexSize.ts';
import { type ColumnTable, finishedRows } from './table.ts';
import { completionWeights, populationWeights, type WeightedAnswer } from './weightedGap.ts';

const ANALYSIS = 'representation';
/** As many women as men: the least that an answer about the sexes asks for. */
const EQUAL_SEXES: TargetMargins = { sex: { female: 1, male: 1 } };
/** A covariate of more levels than this divides nobody into groups. */
const MOST_LEVELS = 12;
/** Share in the cohort over share in the population within which a group is fairly represented (Scott et al., J Am Coll Cardiol, 2018). */
const FAIR = { low: 0.8, high: 1.2 } as const;

/** One group: who was asked for, who has a twin, and how that compares with the population. */
export interface GroupCoverage {
  readonly level: string;
  readonly subjects: number;
  /** Finished among all of the group, with Wilson's interval */
  readonly finished: Proportion;
  /** Share of all finished subjects whose group is known */
  readonly share: number;
  /** Share of the population; absent where the target says nothing of it */
  readonly target?: number;
  /** share / target: below 0.8 the group is under-represented */
  readonly ratio?: number;
}

/** The groups of one column. */
export interface ColumnCoverage {
  readonly column: string;
  readonly groups: readonly GroupCoverage[];
  readonly unknown: number;
}

/** A group made of several: women of one age band and body mass. */
export interface CellCoverage {
  readonly levels: Readonly<Record<string, string>>;
  readonly subjects: number;
  readonly finished: Proportion;
}

export interface Representation extends AnalysisResult {
  readonly columns: readonly ColumnCoverage[];
  /** Sex by age group by body mass group; those that hold anyone */
  readonly cells: readonly CellCoverage[];
  /** Groups of fewer than 5 finished subjects, of which nothing can be said, as sentences */
  readonly tooSmall: readonly string[];
  /** Groups whose share is less than 0.8 of the population's, as sentences */
  readonly underRepresented: readonly string[];
  readonly target: TargetMargins;
  /** Whether the target is the study's own, not the equal halves that stand in for it */
  readonly isTargetGiven: boolean;
  readonly population: WeightedAnswer;
  readonly completion: WeightedAnswer;
}

/** Whom does the cohort speak for, and what would it say weighted to the population? (docs/analyses.md#representation) */
export const representation: Analysis<Representation> = {
  name: ANALYSIS,
  run(plain, settings) {
    const table = withBodyMass(plain);
    const target = settings.target ?? EQUAL_SEXES;
    const groupings = groupingsOf(table, target, settings);
    const columns = groupings.map((grouping) => coverageOf(table, grouping, target[grouping.column], settings.level));
    const population = populationWeights(table, groupings, target, settings);
    const completion = completionWeights(table, settings);
    return {
      title: 'Whom the cohort speaks for',
      question:
        'Which groups are in the cohort, which of them have twins, and what is the answer when they count as in the population?',
      definition:
        'Counts and shares of finished subjects by group with Wilson’s intervals, held against the population that the study names. The gap in QRS duration twice more: raked to the population’s margins, and weighted by the inverse chance of being finished from a logistic regression on sex, age, height and weight.',
      assumptions: [
        'Within a group those in the cohort stand for those who are not; weights cannot bring back who was never asked.',
        'Completion depends on sex, age and body size alone, in straight lines of the log odds; what else hinders a twin (a noisy recording, a sick heart) is not seen.',
        'Weights are taken as given when intervals are made. Those of completion are estimated, which makes the intervals rather too wide.',
        'The population’s margins are as the study file says; of combinations of them nothing is known, and raking keeps the cohort’s.',
      ],
      columns,
      cells: cellsOf(table, groupings, settings.level),
      tooSmall: columns.flatMap(({ column, groups }) => groups.flatMap((group) => tooSmall(column, group))),
      underRepresented: columns.flatMap(({ column, groups }) => groups.flatMap((group) => tooFew(column, group))),
      target,
      isTargetGiven: settings.target !== undefined,
      population,
      completion,
      estimates: [...columns.flatMap(shareRecords), ...population.estimates, ...completion.estimates],
    };
  },
};

/** Sex, age, body mass, then every covariate of few levels. Age in the target's bands where it has some. */
function groupingsOf(table: ColumnTable, target: TargetMargins, settings: AnalysisSettings): Grouping[] {
  const bands = target.ageGroup && Object.keys(target.ageGroup);
  const further = covariatesOf(table, settings)
    .filter((column) => !isNumeric(table, column) || Object.hasOwn(target, column))
    .map((column) => groupByValue(table, column))
    .filter(({ levels }) => levels.length > 0 && levels.length <= MOST_LEVELS);
  return [groupBySex(table), groupByAge(table, bands), groupByBodyMass(table), ...further];
}

function coverageOf(
  table: ColumnTable,
  { column, levels, levelOf }: Grouping,
  target: Readonly<Record<string, number>> | undefined,
  level: number,
): ColumnCoverage {
  const finished = finishedRows(table);
  const rowsOf = (place: number) => Array.from(levelOf.keys()).filter((row) => levelOf[row] === place);
  const known = Array.from(levelOf.keys()).filter((row) => finished[row] && (levelOf[row] ?? -1) >= 0).length;
  const sum = Object.values(target ?? {}).reduce((total, share) => total + share, 0);
  const groups = levels.map((name, place) => {
    const rows = rowsOf(place);
    const done = rows.filter((row) => finished[row]).length;
    const share = known > 0 ? done / known : Number.NaN;
    const wanted = target && sum > 0 ? (Object.hasOwn(target, name) ? (target[name] ?? 0) : 0) / sum : undefined;
    const group = { level: name, subjects: rows.length, finished: proportionOf(done, rows.length, level), share };
    if (wanted === undefined) return group;
    return { ...group, target: wanted, ...(wanted > 0 && known > 0 ? { ratio: share / wanted } : {}) };
  });
  return { column, groups, unknown: levelOf.filter((place) => place < 0).length };
}

function cellsOf(table: ColumnTable, groupings: readonly Grouping[], level: number): CellCoverage[] {
  const finished = finishedRows(table);
  const crossed = groupings.slice(0, 3);
  const cells = new Map<string, { levels: Record<string, string>; subjects: number; done: number; order: number[] }>();
  for (let row = 0; row < table.rows; row++) {
    const order = crossed.map(({ levelOf }) => levelOf[row] ?? -1);
    if (order.some((place) => place < 0)) continue;
    const levels = Object.fromEntries(
      crossed.map(({ column, levels: names }, at) => [column, names[order[at] ?? 0] ?? '']),
    );
    const cell = cells.get(order.join()) ?? { levels, subjects: 0, done: 0, order };
    cell.subjects++;
    if (finished[row]) cell.done++;
    cells.set(order.join(), cell);
  }
  return [...cells.values()]
    .sort((one, other) => compareOrders(one.order, other.order))
    .map(({ levels, subjects, done }) => ({ levels, subjects, finished: proportionOf(done, subjects, level) }));
}

function compareOrders(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((place, index) => place !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function tooSmall(column: string, { level, subjects, finished, target }: GroupCoverage): string[] {
  if (finished.count >= LEAST_PER_SEX || (subjects === 0 && !target)) return [];
  if (subjects === 0)
    return [`${column} ${level}: nobody, though the population has ${percent(target)} of it; no weight brings them in`];
  return [`${column} ${level}: ${finished.count} of ${subjects} finished, too few to say anything about`];
}

function tooFew(column: string, { level, share, target, ratio }: GroupCoverage): string[] {
  if (ratio === undefined || ratio >= FAIR.low) return [];
  return [
    `${column} ${level}: ${percent(share)} of the cohort and ${percent(target)} of the population (ratio ${ratio.toFixed(2)})`,
  ];
}

const percent = (share = Number.NaN): string => `${(100 * share).toFixed(1)} %`;

/** Share finished of each group that anyone belongs to. */
function shareRecords({ column, groups }: ColumnCoverage): EstimateRecord[] {
  return groups
    .filter(({ subjects }) => subjects > 0)
    .map(({ level, finished: { count, of, share, low, high } }) => ({
      analysis: ANALYSIS,
      estimand: 'finishedShare',
      outcome: 'status',
      by: `${column} ${level} (${count} of ${of})`,
      unit: '1',
      estimate: share,
      low,
      high,
      std_error: Math.sqrt((share * (1 - share)) / of),
      p_value: Number.NaN,
      interval: 'Wilson',
      women: level === 'female' && column === 'sex' ? count : 0,
      men: level === 'male' && column === 'sex' ? count : 0,
    }));
}

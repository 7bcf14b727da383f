import type { EstimateRecord } from '../analyses/analysis.ts';
import { ESTIMANDS } from './estimands.ts';
import { markdownTable, numberText } from './markdown.ts';
import type { Scenario } from './scenarios.ts';
import { isOf } from './scores.ts';
import type { Truth } from './truth.ts';

/** A number of one computed cohort beside its truth. */
export interface HeldNumber {
  readonly question: string;
  readonly title: string;
  readonly unit: string;
  readonly truth: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** One cohort that went from files to answers. */
export interface ComputedCohort {
  readonly scenario: string;
  readonly title: string;
  readonly people: number;
  /** Women and men with a complete row for the first number */
  readonly finished: number;
  readonly numbers: readonly HeldNumber[];
}

/** The validated numbers of a cohort beside the truth of its own people. */
export function holdAgainst(
  { name, title }: Scenario,
  truth: Truth,
  people: number,
  records: readonly EstimateRecord[],
): ComputedCohort {
  const numbers = ESTIMANDS.flatMap((estimand): HeldNumber[] => {
    const record = records.find((candidate) => isOf(candidate, estimand));
    const expected = truth[estimand.truth];
    if (record === undefined || !Number.isFinite(expected) || !Number.isFinite(record.low)) return [];
    const { question, title: what, unit } = estimand;
    const { estimate, low, high } = record;
    return [{ question, title: what, unit, truth: expected, estimate, low, high }];
  });
  const [first] = records;
  return { scenario: name, title, people, finished: first === undefined ? 0 : first.women + first.men, numbers };
}

const holds = ({ truth, low, high }: HeldNumber): boolean => low <= truth && truth <= high;

/** All computed cohorts as Markdown, a table each. */
export function cohortText(cohorts: readonly ComputedCohort[]): string {
  const all = cohorts.flatMap(({ numbers }) => numbers);
  const missed = all.filter((number) => !holds(number));
  return [
    `${cohorts.length} cohorts, ${cohorts.reduce((sum, { finished }) => sum + finished, 0)} finished twins; ${all.length - missed.length} of ${all.length} intervals hold the truth of the cohort’s own people. Those that do not are set in bold.`,
    ...cohorts.map(({ scenario, title, people, finished, numbers }) =>
      [
        `### \`${scenario}\`, computed: ${title}`,
        `${people} people, ${finished} with a twin.`,
        markdownTable(
          ['', 'number', 'truth', 'estimate', '95 % interval'],
          numbers.map((number) => {
            const { question, title: what, unit, truth, estimate, low, high } = number;
            const interval = `${numberText(low, unit, '')} to ${numberText(high, unit)}`;
            const shown = holds(number) ? interval : `**${interval}**`;
            return [question, what, numberText(truth, unit), numberText(estimate, unit), shown];
          }),
        ),
      ].join('\n\n'),
    ),
  ].join('\n\n');
}

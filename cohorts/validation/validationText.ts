import type { EmulationFit } from './emulation.ts';
import { markdownTable, numberText } from './markdown.ts';
import type { PowerCurve } from './power.ts';
import { HONEST_COVERAGE, type Score } from './scores.ts';
import type { ScenarioResult, ValidationSettings } from './validateScenario.ts';

/** Everything that the fast kind of the validation says. */
export interface ValidationResult {
  readonly settings: ValidationSettings;
  readonly fit: EmulationFit;
  readonly scenarios: readonly ScenarioResult[];
  readonly power: readonly PowerCurve[];
}

/** Whether an interval's coverage lies where that of an honest one would. */
export const isHonest = ({ coverage }: Pick<Score, 'coverage'>): boolean =>
  coverage.share >= HONEST_COVERAGE.low && coverage.share <= HONEST_COVERAGE.high;

/** The result as Markdown: what it rests on, one table a scenario, those outside the honest range, and power. Equal results give equal text. */
export function validationText({ settings, fit, scenarios, power }: ValidationResult): string {
  const { cohorts, people, resamples } = settings;
  const scores = scenarios.flatMap((scenario) => scenario.scores);
  const honest = scores.filter(isHonest);
  return [
    `${cohorts} cohorts of ${people} people in each scenario, ${resamples} bootstrap resamples in each; emulated from ${fit.people} really computed people.`,
    `${honest.length} of ${scores.length} numbers have a coverage of ${percent(HONEST_COVERAGE.low)} to ${percent(HONEST_COVERAGE.high)}; those outside are set in bold.`,
    ...scenarios.map(scenarioText),
    powerText(power),
    fitText(fit),
  ].join('\n\n');
}

const scenarioText = ({ scenario, title, finished, scores }: ScenarioResult): string =>
  [
    `### \`${scenario}\`: ${title}`,
    `${finished.toFixed(0)} people with a twin on average.`,
    markdownTable(
      [
        '',
        'number',
        'truth',
        'mean estimate',
        'bias',
        'RMSE',
        'coverage (95 % interval of it)',
        'mean width',
        'excludes none',
      ],
      scores.map((score) => [
        score.question,
        score.title,
        numberText(score.truth, score.unit),
        numberText(score.mean, score.unit),
        `${numberText(score.bias, score.unit)} ± ${numberText(score.biasError, score.unit, '')}`,
        numberText(score.rmse, score.unit),
        coverageText(score),
        numberText(score.width, score.unit),
        `${percent(score.excludesNone.share)}${score.isNoneTrue ? ' (error)' : ''}`,
      ]),
    ),
  ].join('\n\n');

function coverageText(score: Score): string {
  const { share, low, high } = score.coverage;
  const text = `${percent(share)} (${percent(low)}–${percent(high)})`;
  return isHonest(score) ? text : `**${text}**`;
}

function powerText(power: readonly PowerCurve[]): string {
  const sizes = power[0]?.points.map(({ people }) => people) ?? [];
  return [
    '### Power by size of the cohort',
    'Share of cohorts that find what is there (p < 0.05), by people with a twin, women and men in equal parts.',
    markdownTable(
      ['what is found', ...sizes.map(String)],
      power.map(({ title, points }) => [title, ...points.map((point) => percent(point.power.share))]),
    ),
  ].join('\n\n');
}

const fitText = ({ outputs }: EmulationFit): string =>
  [
    '### How the emulation holds the people that it was fitted to',
    markdownTable(
      ['logarithm of', 'variance explained', 'spread of what is left'],
      outputs.map(({ name, isFound, rSquared, residualSd }) => [
        isFound ? `\`${name}\`, as found` : `\`${name}\``,
        percent(rSquared),
        `${(100 * residualSd).toFixed(1)} %`,
      ]),
    ),
  ].join('\n\n');

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

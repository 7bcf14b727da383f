import type { RegressionRecord } from '../analyses/analysis.ts';
import type { CohortAnswers } from '../analyses/index.ts';
import { csvText } from '../csv.ts';
import { isUndetermined } from '../statistics/leastSquares.ts';

/** Files with the report's numbers, by name. */
export interface ResultFiles {
  /** Every answer, with null where there is no number. */
  readonly 'results.json': string;
  /** Coefficients of the plain models `outcome ~ sex`: one line a coefficient. */
  readonly 'results.csv': string;
  /** Every number that answers a question, in one shape. */
  readonly 'estimates.csv': string;
  /** Coefficients of all models, with the model's formula. */
  readonly 'regressions.csv': string;
}

/** The report's numbers for other programs. Sex is coded 1 for women; standard errors are HC3. */
export function resultFiles(answers: CohortAnswers): ResultFiles {
  const records = regressionsOf(answers);
  return {
    'results.json': `${JSON.stringify(answers, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? null : value), 2)}\n`,
    'results.csv': toCsv(records.filter(({ outcome, model }) => model === `${outcome} ~ sex`)),
    'estimates.csv': estimatesCsv(answers),
    'regressions.csv': toCsv(records),
  };
}

/** Every regression of the answers once, in their order, wherever it stands in its answer. */
function regressionsOf(answers: CohortAnswers): RegressionRecord[] {
  const seen = new Set<string>();
  return recordsIn(answers).filter(({ model, complete }) => {
    const key = JSON.stringify([model, complete ?? []]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function recordsIn(value: unknown): RegressionRecord[] {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return [];
  if (isRegression(value)) return [value];
  return Object.values(value).flatMap(recordsIn);
}

const isRegression = (value: object): value is RegressionRecord =>
  'model' in value && 'fit' in value && 'outcome' in value && typeof value.model === 'string';

const ESTIMATE_HEADER = [
  'analysis',
  'estimand',
  'outcome',
  'by',
  'unit',
  'estimate',
  'low',
  'high',
  'std_error',
  'p_value',
  'interval',
  'women',
  'men',
  'family',
  'p_holm',
  'q_value',
] as const;

function estimatesCsv(answers: CohortAnswers): string {
  const records = Object.values(answers).flatMap(({ estimates }) => estimates);
  const cells = records.map((record) =>
    ESTIMATE_HEADER.map((name) => {
      const cell = record[name] ?? null;
      return typeof cell === 'number' ? finite(cell) : cell;
    }),
  );
  return csvText([ESTIMATE_HEADER, ...cells]);
}

const HEADER = [
  'outcome',
  'term',
  'estimate',
  'std_error',
  't',
  'p_value',
  'low',
  'high',
  'n',
  'covariance',
  'model',
  'complete',
];

function toCsv(records: readonly RegressionRecord[]): string {
  const lines = records.flatMap(({ outcome, model, complete, fit }) =>
    isUndetermined(fit)
      ? []
      : fit.coefficients.map(({ term, estimate, std_error, t, p_value, low, high }) => [
          outcome,
          term,
          ...[estimate, std_error, t, p_value, low, high].map(finite),
          fit.n,
          fit.covariance,
          model,
          complete?.join(' ') ?? null,
        ]),
  );
  return csvText([HEADER, ...lines]);
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

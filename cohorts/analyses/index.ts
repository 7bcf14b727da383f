import { adjustedEstimates } from './adjustedEstimates.ts';
import { ageAndBody } from './ageAndBody.ts';
import type { AnalysisSettings, TablesBeside } from './analysis.ts';
import { contraction } from './contraction.ts';
import { factorialSwap } from './factorialSwap.ts';
import { indexedQrs } from './indexedQrs.ts';
import { lifestyle } from './lifestyle.ts';
import { matchedSize } from './matchedSize.ts';
import { mediation } from './mediation.ts';
import { posteriorVelocity } from './posteriorVelocity.ts';
import { propagated } from './propagated.ts';
import { qtBySex } from './qtBySex.ts';
import { quarantineBias } from './quarantineBias.ts';
import { regressionShare } from './regressionShare.ts';
import { repolarisationBySex } from './repolarisationBySex.ts';
import { representation } from './representation.ts';
import { sameFunction } from './sameFunction.ts';
import { sensitivity } from './sensitivity.ts';
import type { ColumnTable } from './table.ts';
import { velocityBySex } from './velocityBySex.ts';

/** Every question put to a cohort table, in the order of the report. */
export const analyses = {
  regressionShare,
  mediation,
  velocityBySex,
  posteriorVelocity,
  repolarisationBySex,
  qtBySex,
  sameFunction,
  indexedQrs,
  matchedSize,
  sensitivity,
  factorialSwap,
  ageAndBody,
  lifestyle,
  contraction,
  propagated,
  quarantineBias,
  representation,
} as const;

/** The answers by the name of their analysis: plain values, ready for JSON. */
export type CohortAnswers = {
  readonly [Name in keyof typeof analyses]: ReturnType<(typeof analyses)[Name]['run']>;
};

/** Puts every question to a table, and adjusts the p values of each family of tests. Same tables and settings, same answers, bit by bit. */
export function analyseCohort(
  table: ColumnTable,
  settings: AnalysisSettings,
  beside: TablesBeside = {},
): CohortAnswers {
  const answers = Object.entries(analyses).map(([name, analysis]) => [name, analysis.run(table, settings, beside)]);
  return adjustedEstimates(Object.fromEntries(answers) as CohortAnswers);
}

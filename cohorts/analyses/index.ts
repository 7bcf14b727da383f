import type { AnalysisSettings } from './analysis.ts';
import { indexedQrs } from './indexedQrs.ts';
import { quarantineBias } from './quarantineBias.ts';
import { regressionShare } from './regressionShare.ts';
import type { ColumnTable } from './table.ts';
import { velocityBySex } from './velocityBySex.ts';

/** Every question put to a cohort table, in the order of the report. */
export const analyses = { regressionShare, velocityBySex, indexedQrs, quarantineBias } as const;

/** The answers by the name of their analysis: plain values, ready for JSON. */
export type CohortAnswers = {
  readonly [Name in keyof typeof analyses]: ReturnType<(typeof analyses)[Name]['run']>;
};

/** Puts every question to a table. Same table and settings, same answers, bit by bit. */
export function analyseCohort(table: ColumnTable, settings: AnalysisSettings): CohortAnswers {
  return {
    regressionShare: regressionShare.run(table, settings),
    velocityBySex: velocityBySex.run(table, settings),
    indexedQrs: indexedQrs.run(table, settings),
    quarantineBias: quarantineBias.run(table, settings),
  };
}

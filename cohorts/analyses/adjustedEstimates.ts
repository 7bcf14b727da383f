import { benjaminiHochberg, holm } from '../statistics/multipleTesting.ts';
import type { AnalysisResult, EstimateRecord } from './analysis.ts';

/**
 * The same answers, in which each record of a family of tests has its adjusted p values: Holm's and Benjamini and Hochberg's, over all records of the
 * family, whichever answers they stand in (docs/analyses.md#multiple-testing).
 */
export function adjustedEstimates<Answers extends Readonly<Record<string, AnalysisResult>>>(answers: Answers): Answers {
  const records = Object.values(answers).flatMap(({ estimates }) => estimates);
  const families = [...new Set(records.flatMap(({ family }) => family ?? []))];
  const adjusted = new Map<EstimateRecord, EstimateRecord>();
  for (const family of families) {
    const members = records.filter((record) => record.family === family);
    const pValues = members.map(({ p_value }) => p_value);
    const [byHolm, byRate] = [holm(pValues), benjaminiHochberg(pValues)];
    for (const [at, record] of members.entries()) {
      adjusted.set(record, { ...record, p_holm: byHolm[at] ?? Number.NaN, q_value: byRate[at] ?? Number.NaN });
    }
  }
  const entries = Object.entries(answers).map(([name, answer]) => [
    name,
    { ...answer, estimates: answer.estimates.map((record) => adjusted.get(record) ?? record) },
  ]);
  return Object.fromEntries(entries) as Answers;
}

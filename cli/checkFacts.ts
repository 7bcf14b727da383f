import type { CheckFacts } from './checkThread.ts';

/** The facts of a subject in the order in which they are told. */
export const FACT_HEADINGS = [
  'nodes',
  'edge mm',
  'LV muscle mL',
  'RV muscle mL',
  'LV cavity mL',
  'RV cavity mL',
  'QRS ms',
  'rate /min',
] as const;

/** Stands where there is no number. */
export const NONE = '–';

/** The facts as text. */
export function factCells(facts: CheckFacts): string[] {
  const cell = (value: number | null, digits = 0) => value?.toFixed(digits) ?? NONE;
  return [
    cell(facts.nodes),
    cell(facts.edge_mm, 2),
    cell(facts.lvMuscle_mL),
    cell(facts.rvMuscle_mL),
    cell(facts.lvCavity_mL),
    cell(facts.rvCavity_mL),
    cell(facts.qrs_ms),
    cell(facts.heartRate_bpm),
  ];
}

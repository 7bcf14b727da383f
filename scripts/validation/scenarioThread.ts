import { Emulation } from '../../cohorts/validation/emulation.ts';
import { type PowerCurve, type PowerSettings, powerCurves } from '../../cohorts/validation/power.ts';
import type { Scenario } from '../../cohorts/validation/scenarios.ts';
import { readTrainingPeople } from '../../cohorts/validation/trainingPeople.ts';
import {
  type ScenarioResult,
  type ValidationSettings,
  validateScenario,
} from '../../cohorts/validation/validateScenario.ts';

/** One scenario, or the power curves, on the people of a table. */
export type ScenarioTask = { readonly training: string } & (
  | { readonly scenario: Scenario; readonly settings: ValidationSettings }
  | { readonly power: PowerSettings }
);

/** Answers one task in a worker thread. */
export default function answer(task: ScenarioTask): ScenarioResult | readonly PowerCurve[] {
  const emulation = new Emulation(readTrainingPeople(task.training));
  return 'power' in task
    ? powerCurves(emulation, task.power)
    : validateScenario(emulation, task.scenario, task.settings);
}

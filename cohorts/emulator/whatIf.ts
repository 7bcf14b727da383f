import { REFERENCE_LAW } from '../../twin/counterfactual/simulateLaw.ts';
import { TwinError } from '../../twin/errors.ts';
import { didYouMean } from '../didYouMean.ts';
import { followAnatomy } from './anatomySpace.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS, valuesOfLaw } from './inputs.ts';
import { ANATOMY, type EmulatorModel, INPUTS } from './model.ts';
import type { Refusal } from './novelty.ts';
import type { OpenEmulator } from './openEmulator.ts';

/** One number of a beat, before and after. */
export interface WhatIfOutput {
  readonly output: string;
  readonly unit: string;
  /** Of the heart as it is; NaN where it is refused */
  readonly before: number;
  readonly after: number;
  /** Of the interval about `after` */
  readonly halfWidth: number;
}

export interface WhatIfInput {
  readonly input: string;
  readonly unit: string;
  readonly before: number;
  readonly after: number;
  /** Whether it was said, or follows what was said */
  readonly isSet: boolean;
}

export interface WhatIf {
  /** Inputs that changed */
  readonly changed: readonly WhatIfInput[];
  readonly outputs: readonly WhatIfOutput[];
  /** Why the changed heart is not answered */
  readonly refusal: Refusal | undefined;
}

/** A question to an emulator. */
export interface WhatIfQuestion {
  /** Inputs by name */
  readonly set: Readonly<Record<string, number>>;
  /** Of the run, to begin at its heart; the middle heart of the cohort where it is not said */
  readonly subject?: string;
  /** Of the row to begin at: calibrated velocities and repolarisation by input name; the reference law's where one is missing */
  readonly law?: Readonly<Record<string, number>>;
  /** Keep the measures that were not said as they are, whatever goes with them in the cohort */
  readonly hold?: boolean;
}

/**
 * What the beat would be, if.
 *
 * @throws TwinError BadStudy for an input that is none, a value that is no number, or a subject that is none
 */
export function askWhatIf(emulator: OpenEmulator, { set, subject, law = {}, hold = false }: WhatIfQuestion): WhatIf {
  const { model } = emulator;
  const values = readSet(set);
  const reference = valuesOfLaw(REFERENCE_LAW);
  const before = new Float64Array(INPUTS);
  before.set(heartOf(model, subject));
  for (let at = ANATOMY; at < INPUTS; at++) before[at] = law[EMULATOR_INPUTS[at].name] ?? reference[at - ANATOMY];
  const after = before.slice();
  const anatomy = new Map([...values].filter(([at]) => at < ANATOMY));
  if (!hold && anatomy.size > 0) after.set(followAnatomy(model, before.subarray(0, ANATOMY), anatomy));
  for (const [at, value] of values) after[at] = value;
  const both = new Float64Array(2 * INPUTS);
  both.set(before);
  both.set(after, INPUTS);
  const { mean, halfWidth } = emulator.predict(both);
  const changed = EMULATOR_INPUTS.flatMap(({ name, unit }, at) =>
    after[at] === before[at] && !values.has(at)
      ? []
      : [{ input: name, unit, before: before[at], after: after[at], isSet: values.has(at) }],
  );
  const width = EMULATOR_OUTPUTS.length;
  return {
    changed,
    outputs: EMULATOR_OUTPUTS.map(({ name, unit }, at) => ({
      output: name,
      unit,
      before: mean[at],
      after: mean[width + at],
      halfWidth: halfWidth[width + at],
    })),
    refusal: emulator.refusal(after),
  };
}

/** A subject's measures, or the median of each over the cohort. */
function heartOf({ subjects, hearts }: EmulatorModel, subject: string | undefined): Float64Array {
  if (subject === undefined) {
    return Float64Array.from({ length: ANATOMY }, (_, input) => {
      const sorted = hearts.filter((_, at) => at % ANATOMY === input).sort();
      return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
    });
  }
  const at = subjects.indexOf(subject);
  if (at < 0) {
    const near = didYouMean(subject, subjects);
    throw new TwinError(
      'BadStudy',
      `${subject}: the emulator knows no such subject${near === null ? '' : `; did you mean ${near}?`}`,
    );
  }
  return hearts.slice(at * ANATOMY, (at + 1) * ANATOMY);
}

/** New values by place of the input. */
function readSet(set: Readonly<Record<string, number>>): Map<number, number> {
  const names = EMULATOR_INPUTS.map(({ name }) => name);
  return new Map(
    Object.entries(set).map(([name, value]) => {
      const at = names.indexOf(name);
      if (at < 0) {
        const near = didYouMean(name, names);
        throw new TwinError(
          'BadStudy',
          `${name}: is no input of the emulator${near === null ? '' : `; did you mean ${near}?`} They are ${names.join(', ')}`,
        );
      }
      if (!Number.isFinite(value) || (EMULATOR_INPUTS[at].scale === 'log' && value <= 0)) {
        throw new TwinError(
          'BadStudy',
          `${name}: found ${value}, expected a ${EMULATOR_INPUTS[at].scale === 'log' ? 'positive ' : ''}number`,
        );
      }
      return [at, value];
    }),
  );
}

import { labelOf } from '../../analyses/columns.ts';
import { numbersOf } from '../../analyses/table.ts';
import { html } from '../html.ts';
import { plainTable } from '../markup.ts';
import { capital, format } from '../numbers.ts';
import type { Page } from '../sections/page.ts';
import type { SubjectPageInput } from './subjectPageInput.ts';

/** 95 % of a normal distribution lies within this many standard deviations. */
const NORMAL_95 = 1.96;

const VELOCITIES = ['lvFibre', 'lvTransverse', 'rvFibre', 'rvTransverse'] as const;
const REPOLARISATION = [
  ['ariMean', 'ms', 'Mean activation–recovery interval'],
  ['ariApicobasal', 'ms', 'Activation–recovery interval, base less apex'],
  ['ariTransmural', 'ms', 'Activation–recovery interval, epicardium less endocardium'],
  ['ariInterventricular', 'ms', 'Activation–recovery interval, RV less LV'],
  ['ariAnteroposterior', 'ms', 'Activation–recovery interval, anterior less posterior'],
  ['ariCoupling', '', 'Change of the interval per delay of activation'],
  ['downstroke', 'ms', 'Width of the downstroke'],
] as const;

interface Parameter {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly sd: number;
  readonly decimals: number;
  /** What the ECG left of the prior's spread; NaN where that is not known */
  readonly contraction: number;
}

/** Velocities with the ensemble's spread, repolarisation with what prior and T wave leave. */
export function parametersPage(input: SubjectPageInput): Page {
  const parameters = parametersOf(input);
  const { twin } = input;
  const ended = twin
    ? ` The fit took ${twin.iterations} iterations on its finest mesh and ended because ${ENDINGS[twin.stoppedBecause] ?? twin.stoppedBecause}; the factor between model and recording is ${format(twin.gain, 3)}.`
    : '';
  const known = parameters.filter(({ value }) => !Number.isNaN(value));
  const rows = known.map(({ name, unit, value, sd, decimals, contraction }) => [
    name,
    `${format(value, decimals)}${unit === '' ? '' : ` ${unit}`}`,
    Number.isNaN(sd)
      ? '—'
      : `${format(value - NORMAL_95 * sd, decimals)} to ${format(value + NORMAL_95 * sd, decimals)}`,
    Number.isNaN(sd) ? '—' : format(sd, decimals),
    Number.isNaN(contraction) ? '—' : format(contraction, 2),
  ]);
  return {
    id: 'parameters',
    title: 'Parameters',
    body: html`<p>Intervals are the estimate ± 1.96 standard deviations: of velocities over the ensemble of explanations of this ECG, of repolarisation what prior and T wave leave. A dash says that no ensemble was asked for, or nothing was fitted.${ended}</p>${plainTable(
      'What was calibrated',
      [
        { title: 'Parameter' },
        { title: 'value', isNumber: true },
        { title: '95 % interval', isNumber: true },
        { title: 'SD', isNumber: true },
        { title: 'SD by the prior’s', isNumber: true },
      ],
      rows,
    )}`,
  };
}

const ENDINGS: Readonly<Record<string, string>> = {
  fitted: 'its target was reached',
  stalled: 'no step made it better',
  'iteration-limit': 'its iterations were used up',
};

function parametersOf({ table, row }: SubjectPageInput): Parameter[] {
  const at = (column: string) => numbersOf(table, column)[row] ?? Number.NaN;
  const velocities = VELOCITIES.map((name): Parameter => {
    const column = `${name}Velocity_mm_ms`;
    const value = at(column);
    return {
      name: `Conduction velocity, ${labelOf(column)}`,
      unit: 'mm/ms',
      value,
      sd: value * at(`${name}VelocityRelativeSd`),
      decimals: 3,
      contraction: at(`${name}VelocityContraction`),
    };
  });
  const repolarisation = REPOLARISATION.map(([name, unit, words]): Parameter => {
    const suffix = unit === '' ? '' : `_${unit}`;
    const [value, sd] = [at(`${name}${suffix}`), at(`${name}Sd${suffix}`)];
    return { name: capital(words), unit, value, sd, decimals: unit === '' ? 2 : 1, contraction: Number.NaN };
  });
  return [...velocities, ...repolarisation];
}

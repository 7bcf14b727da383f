import type { RepolarisationParameters } from '../repolarisation/repolarisation.ts';
import type { Metric } from './metric.ts';

/** Parameter, column without unit, unit, what it is. */
const PARAMETERS: readonly (readonly [keyof RepolarisationParameters, string, string, string])[] = [
  ['ari_ms', 'ariMean', 'ms', 'Mean activation–recovery interval over the muscle'],
  ['apicobasal_ms', 'ariApicobasal', 'ms', 'Activation–recovery interval at the base less that at the apex'],
  [
    'transmural_ms',
    'ariTransmural',
    'ms',
    'Activation–recovery interval of the epicardium less that of the endocardium',
  ],
  ['interventricular_ms', 'ariInterventricular', 'ms', 'Activation–recovery interval of the RV less that of the LV'],
  [
    'anteroposterior_ms',
    'ariAnteroposterior',
    'ms',
    'Activation–recovery interval of the anterior less that of the posterior wall',
  ],
  ['coupling', 'ariCoupling', '1', 'Change of the activation–recovery interval per delay of activation'],
  ['downstroke_ms', 'downstroke', 'ms', 'Width of the action potential’s downstroke'],
];

const named = (name: string, unit: string): string => (unit === '1' ? name : `${name}_${unit}`);

/** The parameters of the repolarisation that was fitted to the T wave, and how sure they are. */
export const ari: Metric = {
  columns: PARAMETERS.flatMap(([, name, unit, meaning]) => [
    {
      name: named(name, unit),
      unit,
      description: `${meaning}.`,
      source: 'docs/metrics.md#activation-recovery-interval',
    },
    {
      name: named(`${name}Sd`, unit),
      unit,
      description: `${meaning}: standard deviation that prior and T wave leave.`,
      source: 'docs/metrics.md#activation-recovery-interval',
    },
  ]),
  measure: ({ twin: { repolarisation } }) =>
    Object.fromEntries(
      PARAMETERS.flatMap(([parameter, name, unit]) => [
        [named(name, unit), repolarisation?.parameters[parameter] ?? Number.NaN],
        [named(`${name}Sd`, unit), repolarisation?.spread[parameter] ?? Number.NaN],
      ]),
    ),
};

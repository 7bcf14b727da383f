import type { Metric, MetricColumn } from './metric.ts';

const SOURCE = 'docs/metrics.md#ensemble-spread';
const VENTRICLES = [
  ['lv', 'LV'],
  ['rv', 'RV'],
] as const;
const DIRECTIONS = [
  ['Fibre', 'along the fibres'],
  ['Transverse', 'across the fibres'],
] as const;

const velocityColumns = VENTRICLES.flatMap(([ventricle, name]) =>
  DIRECTIONS.flatMap(([direction, words]): MetricColumn[] => [
    {
      name: `${ventricle}${direction}VelocityRelativeSd`,
      unit: '1',
      description: `Relative standard deviation of the ${name}'s velocity ${words} over the ensemble.`,
      source: SOURCE,
    },
    {
      name: `${ventricle}${direction}VelocityContraction`,
      unit: '1',
      description: `Spread of the ${name}'s velocity ${words} over the ensemble by its prior's: 1 where the ECG says nothing of it.`,
      source: SOURCE,
    },
  ]),
);

const columns: readonly MetricColumn[] = [
  {
    name: 'ensembleMembers',
    unit: '1',
    description: 'Members of the ensemble that explain the ECG.',
    source: SOURCE,
  },
  {
    name: 'ensembleClusters',
    unit: '1',
    description: 'Clearly distinct activation maps among them.',
    source: SOURCE,
  },
  {
    name: 'activationSd_ms',
    unit: 'ms',
    description: 'Standard deviation of activation times over the ensemble, root mean square over nodes.',
    source: SOURCE,
  },
  {
    name: 'totalActivationTimeSd_ms',
    unit: 'ms',
    description: 'Standard deviation of the total activation time over the ensemble.',
    source: SOURCE,
  },
  ...velocityColumns,
];

/** How far apart the explanations of one ECG are; missing where no ensemble was asked for. */
export const ensembleSpread: Metric = {
  columns,
  measure: ({ twin: { ensemble } }) => {
    if (ensemble === undefined) return Object.fromEntries(columns.map(({ name }) => [name, Number.NaN]));
    const { explaining, clusters, sd_ms, totalActivation, velocities } = ensemble;
    const values: Record<string, number> = {
      ensembleMembers: explaining,
      ensembleClusters: clusters,
      activationSd_ms: rootMeanSquare(sd_ms),
      totalActivationTimeSd_ms: totalActivation.sd_ms,
    };
    for (const [name, { sd, contraction }] of Object.entries(velocities)) {
      values[`${name}VelocityRelativeSd`] = sd;
      values[`${name}VelocityContraction`] = contraction;
    }
    return values;
  },
};

/** Over what is not NaN. */
function rootMeanSquare(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value * value;
    count++;
  }
  return Math.sqrt(sum / count);
}

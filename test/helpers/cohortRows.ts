import type { PublishSettings } from '../../cohorts/publish.ts';
import type { SubjectRow } from '../../cohorts/row.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import type { MetricColumn } from '../../twin/metrics/metric.ts';
import { openRandom } from '../../twin/random.ts';

export const metrics: readonly MetricColumn[] = [
  { name: 'qrsDuration_ms', unit: 'ms', description: 'QRS duration.', source: 'docs/metrics.md#qrs-duration' },
  { name: 'fitCorrelation', unit: '1', description: 'Correlation of the fit.', source: 'docs/metrics.md#fit' },
];

export const publishSettings: PublishSettings = {
  study: parseStudy(
    'name: made-up\nsheet: subjects.csv\ncovariates: [smoker, crp, bmi_kg_m2]\nunits: {crp: mg/L}\n',
    'study.yaml',
  ),
  metrics,
  versions: { twinfold: '0.1.0' },
  inputs: { sheet: '00', study: '01' },
};

/** A made-up cohort: every tenth subject is quarantined, some values are missing. */
export function cohortRows(subjects: number, seed = 1): SubjectRow[] {
  const random = openRandom(seed, 'cohort rows');
  return Array.from({ length: subjects }, (_, index): SubjectRow => {
    const isDone = index % 10 !== 3;
    return {
      subject: `P${String(index).padStart(5, '0')}`,
      status: isDone ? 'done' : 'quarantined',
      covariates: {
        sex: index % 2 === 0 ? 'female' : 'male',
        age_y: 40 + (index % 40),
        height_cm: index % 9 === 0 ? null : 171 + 8 * random.normal(),
        weight_kg: 72 + 5 * random.normal(),
        smoker: index % 3 === 0 ? 'yes' : 'no',
        crp: index % 4 === 0 ? null : random.uniform() * 10,
        bmi_kg_m2: 20 + 10 * random.uniform(),
      },
      metrics: isDone
        ? { qrsDuration_ms: 92 + 7 * random.normal(), fitCorrelation: index % 7 ? 0.99 : Number.NaN }
        : {},
      findings: index % 5 === 0 ? ['orphan-nodes', 'age-missing', 'orphan-nodes'] : [],
      hashes: {
        anatomyInput: 'a1',
        ecgInput: 'e1',
        settings: 's1',
        ...(isDone && { anatomy: 'a2', beat: 'b2', twin: 't2' }),
      },
      failure: isDone ? null : { stage: 'prepare', code: 'BadAnatomy', message: 'mesh.pts: "3 nodes", cut\nshort' },
    };
  });
}

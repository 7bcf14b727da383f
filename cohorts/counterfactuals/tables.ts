import type { BeatFeatures } from '../../twin/counterfactual/functionLaw.ts';
import { REFERENCE_FRONTS, type ReferenceBeats } from '../../twin/counterfactual/referenceFronts.ts';
import type { SwapRow } from '../../twin/counterfactual/swapPair.ts';
import { FRONTS, frontColumn, SWAP_FACTORS } from '../analyses/tablesBeside.ts';
import type { PublishedTable, TableColumn } from '../table.ts';

/** A heart under the reference function with each of its fronts, or why it is not there. */
export interface ReferenceEntry {
  readonly subject: string;
  /** sha256 of the anatomy that it was made from, as in the cohort table */
  readonly anatomy: string;
  /** null where nothing was computed */
  readonly leadField: LeadField | null;
  readonly beats: ReferenceBeats | Failure;
}

/** A pair's counterfactual twins, or why they are not there. */
export interface SwapEntry {
  readonly pair: string;
  readonly female: string;
  readonly male: string;
  /** sha256 of both twins, as in the cohort table */
  readonly femaleTwin: string;
  readonly maleTwin: string;
  readonly rows: readonly SwapRow[] | Failure;
}

/** What the ECG was computed in: the subject's own body, or an infinite medium. */
export type LeadField = 'body' | 'homogeneous';
export interface Failure {
  readonly code: string;
  readonly message: string;
}

const FEATURES: readonly { readonly name: keyof BeatFeatures; readonly unit: string; readonly description: string }[] =
  [
    { name: 'qrsDuration_ms', unit: 'ms', description: 'QRS duration of the simulated ECG, on twelve leads together.' },
    { name: 'totalActivationTime_ms', unit: 'ms', description: 'First to last activated ventricular node.' },
    { name: 'qtInterval_ms', unit: 'ms', description: 'QT interval of the simulated ECG, on twelve leads together.' },
    {
      name: 'qrsAmplitude_mV',
      unit: 'mV',
      description: 'Largest peak-to-peak QRS of the independent leads, without a recorder’s gain.',
    },
    {
      name: 'tAmplitude_mV',
      unit: 'mV',
      description: 'Largest T deflection by size, signed, of the independent leads, without a recorder’s gain.',
    },
  ];

const LEAD_FIELD = 'What the ECG was computed in: the subject’s own body, or an infinite homogeneous medium.';
const FINDING = 'Why there are no numbers: the failure’s code and sentence.';
const FACTOR: Readonly<Record<(typeof SWAP_FACTORS)[number], string>> = {
  heartShape: 'Whose heart’s shape: mesh, fibres and regions.',
  heartSize: 'Whose heart’s size: cube root of the LV’s muscle and cavity.',
  heartPosition: 'Whose heart’s position: centre and axes in the torso.',
  torso: 'Whose torso: its electrodes.',
  function: 'Whose function: PMJs, velocities and repolarisation.',
};

/** `reference.parquet`: a row a subject, by subject. */
export function referenceTable(entries: readonly ReferenceEntry[]): PublishedTable {
  const rows = [...entries].sort((one, other) => (one.subject < other.subject ? -1 : 1));
  return tableOf(rows.length, [
    text(
      'subject',
      'Subject, as in the cohort table.',
      rows.map(({ subject }) => subject),
    ),
    ...FRONTS.flatMap((front) =>
      FEATURES.map(({ name, unit, description }) =>
        number(
          frontColumn(front, name),
          unit,
          `${description} Purkinje front of ${REFERENCE_FRONTS[front]} mm/ms.`,
          rows.map(({ beats }) => ('code' in beats ? Number.NaN : beats[front][name])),
        ),
      ),
    ),
    text(
      'leadField',
      LEAD_FIELD,
      rows.map(({ leadField }) => leadField),
    ),
    text(
      'finding',
      FINDING,
      rows.map(({ beats }) => ('code' in beats ? sentence(beats) : null)),
    ),
    text(
      'anatomySha256',
      'Anatomy that was used, as in the cohort table.',
      rows.map(({ anatomy }) => anatomy),
    ),
  ]);
}

/** `swaps.parquet`: 32 rows a pair, by pair and, in this order, by whose shape, size, position, torso and function; a pair that failed has its rows without numbers. */
export function swapsTable(entries: readonly SwapEntry[]): PublishedTable {
  const sorted = [...entries].sort((one, other) => (one.pair < other.pair ? -1 : 1));
  const rows = sorted.flatMap((entry) =>
    ('code' in entry.rows ? EVERY_WAY : entry.rows).map((row) => ({ entry, row, failure: failureOf(entry) })),
  );
  const whole = (name: string, description: string, read: (row: (typeof rows)[number]) => string | null) =>
    text(name, description, rows.map(read));
  return tableOf(rows.length, [
    whole('pair', 'Pair of a woman and a man.', ({ entry }) => entry.pair),
    whole('femaleSubject', 'The pair’s woman.', ({ entry }) => entry.female),
    whole('maleSubject', 'The pair’s man.', ({ entry }) => entry.male),
    ...SWAP_FACTORS.map((factor) => whole(factor, FACTOR[factor], ({ row }) => row[factor])),
    ...FEATURES.map(({ name, unit, description }) =>
      number(
        name,
        unit,
        description,
        rows.map(({ row }) => row[name] ?? Number.NaN),
      ),
    ),
    whole('leadField', LEAD_FIELD, () => 'homogeneous' satisfies LeadField),
    whole('finding', FINDING, ({ failure }) => (failure === undefined ? null : sentence(failure))),
    whole(
      'femaleTwinSha256',
      'The woman’s twin that was used, as in the cohort table.',
      ({ entry }) => entry.femaleTwin,
    ),
    whole('maleTwinSha256', 'The man’s twin that was used, as in the cohort table.', ({ entry }) => entry.maleTwin),
  ]);
}

const BOTH = ['female', 'male'] as const;
/** What a pair without numbers has for rows. */
const EVERY_WAY: readonly (Pick<SwapRow, (typeof SWAP_FACTORS)[number]> & Partial<BeatFeatures>)[] = BOTH.flatMap(
  (heartShape) =>
    BOTH.flatMap((heartSize) =>
      BOTH.flatMap((heartPosition) =>
        BOTH.flatMap((torso) =>
          BOTH.map((owner) => ({ heartShape, heartSize, heartPosition, torso, function: owner })),
        ),
      ),
    ),
);

const failureOf = ({ rows }: SwapEntry): Failure | undefined => ('code' in rows ? rows : undefined);
const sentence = ({ code, message }: Failure): string => `${code}: ${message}`;
const tableOf = (rows: number, columns: readonly TableColumn[]): PublishedTable => ({ rows, columns });
const text = (name: string, description: string, values: readonly (string | null)[]): TableColumn => ({
  name,
  unit: null,
  description,
  type: 'text',
  values,
});
const number = (name: string, unit: string, description: string, values: readonly number[]): TableColumn => ({
  name,
  unit,
  description,
  type: 'number',
  values: Float64Array.from(values),
});

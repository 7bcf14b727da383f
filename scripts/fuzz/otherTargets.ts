import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeTensors, encodeTensors } from '../../activities/encoding/safetensors.ts';
import { writeParquet } from '../../cohorts/parquet.ts';
import { readSampleSheet } from '../../cohorts/sampleSheet.ts';
import { DEFAULT_SHEET, type SheetSettings } from '../../cohorts/study.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import { readElectrodeSet } from '../../twin/anatomy/electrodeSet.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import type { LabelImage } from '../../twin/images/labelImage.ts';
import { writeNifti } from '../../twin/images/niftiWrite.ts';
import { readLabelImage } from '../../twin/images/readLabelImage.ts';
import type { Files, FuzzTarget } from './target.ts';

const one = (name: string, bytes: Uint8Array): Files => new Map([[name, bytes]]);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const edge = fc.integer({ min: 1, max: 6 });
const labelMaps = fc
  .record({
    size: fc.tuple(edge, edge, edge),
    values: fc.uint8Array({ minLength: 216, maxLength: 216 }),
    voxel_mm: fc.constantFrom(1, 1.5, 8),
    isWide: fc.boolean(),
  })
  .map(({ size, values, voxel_mm, isWide }) => ({
    size,
    labels: Uint16Array.from(values.subarray(0, size[0] * size[1] * size[2]), (value) =>
      isWide ? value * 100 : value % 5,
    ),
    affine: [voxel_mm, 0, 0, -4, 0, voxel_mm, 0, 5, 0, 0, voxel_mm, 6],
  }));

const niftis = fc.tuple(labelMaps, fc.boolean()).map(([map, isPacked]) => {
  const packed = writeNifti(map);
  return isPacked ? one('label.nii.gz', packed) : one('label.nii', new Uint8Array(gunzipSync(packed)));
});

const nrrds = fc
  .tuple(labelMaps, fc.boolean(), fc.constantFrom('raw', 'ascii'))
  .map(([{ size, labels, affine }, isDetached, encoding]): Files => {
    const header = [
      'NRRD0004',
      'type: uint16',
      'dimension: 3',
      'space: left-posterior-superior',
      `sizes: ${size.join(' ')}`,
      `space directions: (${affine[0]},0,0) (0,${affine[5]},0) (0,0,${affine[10]})`,
      'space origin: (-4,5,6)',
      'endian: little',
      `encoding: ${encoding}`,
      ...(isDetached ? ['data file: label.raw'] : []),
      'Segment0_Name:=Heart',
      'Segment0_LabelValue:=1',
      '',
      '',
    ].join('\n');
    const data =
      encoding === 'ascii' ? text(Array.from(labels).join(' ')) : new Uint8Array(Uint16Array.from(labels).buffer);
    if (isDetached)
      return new Map([
        ['label.nhdr', text(header)],
        ['label.raw', data],
      ]);
    return one('label.nrrd', Uint8Array.from([...text(header), ...data]));
  });

function isSoundImage(value: unknown): boolean {
  const { size, labels, affine } = value as LabelImage;
  return labels.length === size[0] * size[1] * size[2] && affine.length === 12 && affine.every(Number.isFinite);
}

const image = (name: string, structures: FuzzTarget['structures'], real: RegExp): FuzzTarget => ({
  name,
  structures,
  real,
  parse: readLabelImage,
  isSound: isSoundImage,
});

const place = fc.tuple(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -300, max: 300 }),
);
const TWELVE_LEADS = ['RA', 'LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const strange = fc.subarray(['C1', 'RL', 'constructor', '__proto__', 'toString']);
const electrodes = fc
  .record({
    more: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, strange),
    places: fc.array(place, { minLength: 14, maxLength: 14 }),
    unit: fc.constantFrom('mm', 'cm', 'um'),
  })
  .map(({ more, places, unit }) => {
    const named = [...TWELVE_LEADS, ...more].map(
      (name, at) => `${JSON.stringify(name)}: ${JSON.stringify(places[at])}`,
    );
    return one('electrodes.json', text(`{"unit": "${unit}", "electrodes": {${named.join(', ')}}}`));
  });

/** Paths come from a pattern where the sheet has none; columns that are not known stay where they are. */
const SHEET: SheetSettings = {
  ...DEFAULT_SHEET,
  ignore: '*',
  files: { ...DEFAULT_SHEET.files, anatomy: '{subject}/a.pts', ecg: '{subject}/e.hea' },
};

const cell = fc.oneof(
  fc.constantFrom('', 'NA', '-9', 'female', 'M', '171.5', '540', '../x', '=1+1', '"a,""b"', 'ü'),
  fc.integer().map(String),
  fc.double().map(String),
);
const names = ['sex', 'age_y', 'height_cm', 'weight_kg', 'anatomy', 'ecg', 'electrodes', 'smoker'];
const sheets = fc
  .record({
    columns: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 9 }),
    rows: fc.array(fc.array(cell, { minLength: 9, maxLength: 9 }), { maxLength: 8 }),
    separator: fc.constantFrom(',', ';', '\t'),
    mark: fc.constantFrom('', '\ufeff'),
  })
  .map(({ columns, rows, separator, mark }) => {
    const lines = [['subject', ...columns], ...rows.map((row, at) => [`P${at}`, ...row.slice(0, columns.length)])];
    return one('subjects.csv', text(`${mark}${lines.map((line) => line.join(separator)).join('\r\n')}\r\n`));
  });

const parquets = fc.array(fc.option(fc.integer({ min: 0, max: 120 })), { minLength: 1, maxLength: 20 }).map((ages) =>
  one(
    'subjects.parquet',
    writeParquet({
      rows: ages.length,
      columns: [
        { name: 'subject', unit: null, description: '', type: 'text', values: ages.map((_, at) => `P${at}`) },
        {
          name: 'age_y',
          unit: 'y',
          description: '',
          type: 'number',
          values: Float64Array.from(ages, (age) => age ?? Number.NaN),
        },
      ],
    }),
  ),
);

/** A study of settings drawn from those that there are, some of them wrong. */
const SETTINGS = [
  'seed: 7',
  'anatomy: {unit: mm, regions: {lv: [1], rv: [2]}, fibres: auto}',
  'beat: {interval_ms: 2, gain: fit}',
  'calibration: {pmjs: 300, targetCorrelation: 0.997}',
  'ecg: {unit: uV, sampleRate_Hz: 500, leads: {I: E1}}',
  'covariates: [smoker, systolic_mmHg]',
  'files: {anatomy: "{subject}/heart.pts"}',
  'missing: [-9, 999]',
  'report: {bootstrapSamples: 2000, confidence: 0.95}',
  'anchor: &a [1, 2]',
  'again: *a',
  '"<<": {seed: 1}',
  'pmjs: many',
];
const studies = fc
  .tuple(
    fc.subarray(SETTINGS.slice(0, 9)),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(SETTINGS.slice(9))),
  )
  .map(([right, wrong]) =>
    one('study.yaml', text(`name: pilot\nsheet: subjects.csv\n${[...right, ...wrong].join('\n')}\n`)),
  );

const tensors = fc.uint8Array({ maxLength: 64 }).map((bytes) =>
  one(
    'beat.safetensors',
    encodeTensors({
      arrays: { a: { shape: [bytes.length], values: bytes }, b: { shape: [2, 3], values: new Float64Array(6) } },
      metadata: { kind: 'beat' },
    }),
  ),
);

/** Readers of everything else that comes from outside, and of our own artifacts. */
export const otherTargets: readonly FuzzTarget[] = [
  image('nifti', niftis, /\.nii(\.gz)?$/),
  image('nrrd', nrrds, /\.n(rrd|hdr)$/),
  {
    name: 'electrodes',
    structures: electrodes,
    real: /electrode.*\.json$/,
    parse: (main, bytes) => readElectrodes(bytes, main),
  },
  {
    name: 'electrode set',
    structures: electrodes,
    real: /electrode.*\.json$/,
    parse: (main, bytes) => readElectrodeSet(bytes, main),
  },
  {
    name: 'sheet',
    structures: sheets,
    real: /demographics\.csv$/,
    parse: (main, bytes) => readSampleSheet(bytes, main, SHEET),
  },
  {
    name: 'parquet sheet',
    structures: parquets,
    real: /\.parquet$/,
    parse: (main, bytes) => readSampleSheet(bytes, main, SHEET),
  },
  { name: 'study', structures: studies, real: /\.yaml$/, parse: (main, bytes) => parseStudy(decoded(bytes), main) },
  {
    name: 'safetensors',
    structures: tensors,
    real: /\.safetensors$/,
    parse: (main, bytes) => decodeTensors(bytes, main),
  },
];

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type DicomContent, type WrittenGroup, writeDicom } from '../../test/formats/dicomWriter.ts';
import {
  aecgXml,
  annotation,
  annotationSet,
  bytesOf,
  cardioSoftXml,
  museXml,
  philipsXml,
  residuals,
  stepsOf,
  TWELVE,
  xliOf,
} from '../../test/formats/ecgXmlWriters.ts';
import { writeMat, writeMat4 } from '../../test/formats/matWriter.ts';
import { little, type ScpContent, writeScp } from '../../test/formats/scpWriter.ts';
import { join } from '../../test/formats/writers.ts';
import { writeEcgCsv } from '../../twin/formats/ecgCsv.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { crcCcitt } from '../../twin/formats/scp/sections.ts';
import { writeWfdb } from '../../twin/formats/wfdbWrite.ts';
import type { Files, FuzzTarget } from './target.ts';

const one = (name: string, bytes: Uint8Array): Files => new Map([[name, bytes]]);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function isSoundEcg(value: unknown): boolean {
  const { leads, voltage_mV, sampleRate_Hz, recorderBeat } = value as EcgRecording;
  const areEqual = (signals: readonly Float64Array[]): boolean =>
    signals.length === leads.length && signals.every(({ length }) => length === signals[0]?.length);
  return (
    leads.length > 0 &&
    new Set(leads).size === leads.length &&
    sampleRate_Hz > 0 &&
    areEqual(voltage_mV) &&
    (recorderBeat === undefined || areEqual(recorderBeat.voltage_mV))
  );
}

const ecg = (
  name: string,
  structures: FuzzTarget['structures'],
  real: RegExp,
  mend?: FuzzTarget['mend'],
): FuzzTarget => ({
  name,
  structures,
  real,
  parse: (main, bytes, beside) => readEcg(main, bytes, beside, { sampleRate_Hz: 500, voltageUnit: 'uV' }),
  isSound: isSoundEcg,
  ...(mend ? { mend } : {}),
});

const samples = fc.integer({ min: 3, max: 40 });
const step = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.integer({ min: -130, max: 130 }),
  fc.integer({ min: -9000, max: 9000 }),
);
const stepsOfLead = fc.array(step, { minLength: 2, maxLength: 60 });
const recordings = fc
  .tuple(fc.uniqueArray(fc.constantFrom(...TWELVE), { minLength: 1, maxLength: 12 }), samples, fc.boolean())
  .map(([leads, count, isCalibrated]) => ({
    leads,
    isCalibrated,
    sampleRate_Hz: 500,
    voltage_mV: leads.map((_, lead) => Float64Array.from({ length: count }, (_, at) => Math.sin(at * (lead + 1)))),
  }));

/** Headers of any format, with several samples a frame, skews, offsets, segments and gaps. */
const headers = fc
  .record({
    format: fc.constantFrom(8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 516),
    perFrame: fc.constantFrom('', '', 'x1', 'x2', 'x0', 'x4096'),
    skew: fc.constantFrom('', '', ':1', ':99999999'),
    offset: fc.constantFrom('', '', '+24', '+4294967296'),
    leads: fc.uniqueArray(fc.constantFrom(...TWELVE, 'RESP'), { minLength: 1, maxLength: 12 }),
    rate: fc.constantFrom('500', '250/0(0)', '0.001', '1e5'),
    count: fc.constantFrom('5', '0', '', '4000000000'),
    data: fc.uint8Array({ minLength: 0, maxLength: 400 }),
    isSegmented: fc.boolean(),
  })
  .map(({ format, perFrame, skew, offset, leads, rate, count, data, isSegmented }): Files => {
    const lines = leads.map((lead) => `a.dat ${format}${perFrame}${skew}${offset} 200(1)/mV 12 0 3 0 0 ${lead}`);
    const header = text([`a ${leads.length} ${rate} ${count}`, ...lines, ''].join('\n'));
    if (!isSegmented)
      return new Map([
        ['a.hea', header],
        ['a.dat', data],
      ]);
    const layout = text(
      [`b ${leads.length} ${rate} 0`, ...leads.map((lead) => `~ 0 200 12 0 0 0 0 ${lead}`), ''].join('\n'),
    );
    const main = text(`m/4 ${leads.length} ${rate}\nb 0\na 3\n~ 4\na2 3\n`);
    return new Map([
      ['m.hea', main],
      ['a.hea', header],
      ['a.dat', data],
      ['b.hea', layout],
      ['a2.hea', header],
    ]);
  });

const scpContents: fc.Arbitrary<ScpContent> = fc
  .record({
    differences: fc.constantFrom(0, 1, 2),
    codes: fc.constantFrom('none', 'default', 'own'),
    ids: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 61, 62, 200), { minLength: 1, maxLength: 4 }),
    rhythm: stepsOfLead,
    beat: fc.option(stepsOfLead),
    isBimodal: fc.boolean(),
    isSubtracted: fc.boolean(),
  })
  .map(({ differences, codes, ids, rhythm, beat, isBimodal, isSubtracted }) => ({
    differences,
    codes,
    leads: ids.map((id) => ({ id, steps: rhythm, ...(isBimodal ? { first: 1, last: rhythm.length } : {}) })),
    ...(beat ? { beat: { steps: ids.map(() => beat), fiducial: 3, ...(isBimodal ? { interval_us: 1000 } : {}) } } : {}),
    beats: [{ type: 0, first: 1, fiducial: 3, last: 9 }],
    zones: [{ first: 1, last: isBimodal ? rhythm.length : 5 }],
    isBimodal: isBimodal && beat !== null,
    isSubtracted: isSubtracted && beat !== null,
    measures: join(
      little(1, 1, 0),
      little(2, 800, 29_999),
      little(2, 286, 388, 434, 554, 854, 44, -61, 86),
      little(2, 0, 72, 29_999, 443),
    ),
    subject: join(little(1, 0), little(2, 10), 'Mustermann', little(1, 255, 0, 0)),
  }));

/** The sums of a record's sections as its pointers have them, and that of the record. */
function mendScp(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const sum = (from: number, to: number): void => {
    if (from >= 0 && to <= out.length && from + 2 <= to)
      view.setUint16(from, crcCcitt(out.subarray(from + 2, to)), true);
  };
  const end = Math.min(out.length, 6 + (out.length >= 14 ? view.getUint32(10, true) : 0));
  for (let at = 22; at + 10 <= end; at += 10) {
    const start = view.getUint32(at + 6, true) - 1;
    sum(start, start + view.getUint32(at + 2, true));
  }
  sum(0, out.length);
  return out;
}

const groups: fc.Arbitrary<WrittenGroup> = fc
  .record({
    label: fc.constantFrom('RHYTHM', 'MEDIAN BEAT', ''),
    isDerived: fc.boolean(),
    rate_Hz: fc.constantFrom(500, 1000),
    offset_ms: fc.option(fc.nat(100), { nil: undefined }),
    codes: fc.uniqueArray(fc.constantFrom('5.6.3-9-1', '2:2', '5.6.3-9-61', '5.6.3-9-3', 'x'), {
      minLength: 1,
      maxLength: 5,
    }),
    unit: fc.constantFrom('uV', 'uV', 'mV', 'mmHg'),
    skew: fc.constantFrom('0', '1', '-3'),
    bits: fc.constantFrom(8, 16, 32),
    rows: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ label, isDerived, rate_Hz, offset_ms, codes, unit, skew, bits, rows }) => ({
    label,
    originality: isDerived ? 'DERIVED' : 'ORIGINAL',
    rate_Hz,
    ...(offset_ms === undefined ? {} : { offset_ms }),
    channels: codes.map((code) => ({ code, unit, skew })),
    bits,
    padding: -128,
    steps: Array.from({ length: rows }, (_, row) => codes.map((_, channel) => ((row * 7 + channel * 13) % 255) - 127)),
  }));

const dicoms: fc.Arbitrary<DicomContent> = fc.record({
  groups: fc.array(groups, { minLength: 1, maxLength: 4 }),
  syntax: fc.constantFrom('implicit', 'explicit', 'bigEndian'),
  storageClass: fc.constantFrom(
    ...['1', '1', '1', '2', '3', '4'].map((kind) => `1.2.840.10008.5.1.4.1.1.9.1.${kind}`),
    '1.2.840.10008.5.1.4.1.1.9.2.1',
  ),
  measures: fc.constant([{ code: '5.13.5-9', meaning: 'QRS Duration', value: '86', unit: 'ms' }]),
  more: fc.constant([[0x00100010, 'PN', 'Mustermann^Erika'] as const]),
});

const mats = fc
  .record({
    isLittle: fc.boolean(),
    isCompressed: fc.boolean(),
    isNarrow: fc.boolean(),
    rows: fc.constantFrom(12, 12, 8, 8, 3),
    columns: fc.integer({ min: 8, max: 60 }),
    isOld: fc.boolean(),
  })
  .map(({ rows, columns, isOld, ...style }) => {
    const matrix = { name: 'val', rows, values: Array.from({ length: rows * columns }, (_, at) => (at * 37) % 1000) };
    return one(
      'ecg.mat',
      isOld ? writeMat4(matrix) : writeMat([matrix, { name: 'fs', rows: 1, values: [500] }], style),
    );
  });

const xml = (write: (count: number) => string): fc.Arbitrary<Files> =>
  samples.map((count) => one('ecg.xml', bytesOf(write(count))));
const leadsOf = (count: number) => stepsOf(TWELVE, count);

/** Readers of ECGs, one target a format, and what lies in gzip. */
export const ecgTargets: readonly FuzzTarget[] = [
  ecg(
    'wfdb',
    fc.oneof(
      headers,
      recordings.map((recording): Files => {
        const { hea, dat } = writeWfdb(recording, 'ecg');
        return new Map([
          ['ecg.hea', hea],
          ['ecg.dat', dat],
        ]);
      }),
    ),
    /\.hea$/,
  ),
  ecg(
    'csv',
    recordings.map((recording) => one('ecg.csv', writeEcgCsv(recording))),
    /ecg.*\.csv$/,
  ),
  ecg(
    'scp',
    scpContents.map((content) => one('ecg.scp', writeScp(content))),
    /\.scp$/,
    mendScp,
  ),
  ecg(
    'dicom',
    dicoms.map((content) => one('ecg.dcm', writeDicom(content))),
    /\.dcm$/,
  ),
  ecg('mat', mats, /\.mat$/),
  ecg(
    'cardiosoft',
    xml((count) => cardioSoftXml(leadsOf(count), leadsOf(9))),
    /cardiosoft.*\.xml$/i,
  ),
  ecg(
    'muse',
    xml((count) => museXml(leadsOf(count), leadsOf(9))),
    /muse.*\.xml$/i,
  ),
  ecg(
    'philips',
    xml((count) =>
      philipsXml(xliOf(residuals(Object.values(leadsOf(2 * count)))).toString('base64'), 2 * count, {
        beat: leadsOf(20),
      }),
    ),
    /philips\/.*\.xml$/i,
  ),
  ecg(
    'aecg',
    xml((count) =>
      aecgXml(leadsOf(count), leadsOf(9), {
        annotations: annotationSet(annotation('MDC_ECG_TIME_PD_QRS', '<value value="120" unit="ms"/>')),
      }),
    ),
    /aecg\/.*\.xml$/i,
  ),
  ecg(
    'gzip',
    recordings.map((recording) => one('ecg.csv.gz', gzipSync(writeEcgCsv(recording)))),
    /\.csv\.gz$/,
  ),
];

import { deflateRawSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import {
  type DicomContent,
  type Syntax,
  type WrittenElement,
  type WrittenGroup,
  writeDicom,
  writeElements,
  writeHead,
} from './dicomWriter.ts';
import { join } from './writers.ts';

const read = (bytes: Uint8Array): EcgRecording => readEcg('ecg.dcm', bytes, () => undefined);
const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);
const rhythm: WrittenGroup = {
  label: 'RHYTHM',
  originality: 'ORIGINAL',
  rate_Hz: 500,
  channels: [{ code: '5.6.3-9-1' }, { code: '2:61' }, { label: 'Lead V3' }],
  steps: [
    [1, 2, 3],
    [-4, 5, -6],
  ],
};
const syntaxes: readonly Syntax[] = ['implicit', 'explicit', 'bigEndian'];

test('steps of 8, 16 and 32 bits come back from every order of bytes, and leads by code or label', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...syntaxes),
      fc.constantFrom(8, 16, 32),
      fc.array(fc.tuple(fc.integer({ min: -128, max: 127 }), fc.nat(127), fc.nat(9)), { minLength: 1, maxLength: 30 }),
      (syntax, bits, steps) => {
        const { leads, voltage_mV, sampleRate_Hz } = read(writeDicom({ syntax, groups: [{ ...rhythm, bits, steps }] }));
        t.deepEqual(leads, ['I', 'III', 'V3']);
        t.is(sampleRate_Hz, 500);
        for (const [lead, values] of voltage_mV.entries())
          t.true(values.every((value, at) => Math.abs(value - (steps[at]?.[lead] as number) / 1000) < 1e-12));
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('a voltage is the step times sensitivity and correction, plus the baseline, in the channel’s unit', (t) => {
  const channels = [
    { code: '5.6.3-9-1', sensitivity: '5.00', correction: '0.5', baseline: '10' },
    { code: '5.6.3-9-2', sensitivity: '0.001', unit: 'mV' },
    { code: '5.6.3-9-3', sensitivity: '1', unit: 'mmHg' },
  ];
  const recording = read(writeDicom({ groups: [{ ...rhythm, channels, steps: [[4, 8, 1]] }] }));
  t.deepEqual(recording.leads, ['I', 'II']);
  t.deepEqual(
    recording.voltage_mV.map(([first]) => Number(first?.toFixed(9))),
    [0.02, 0.008],
  );
  t.regex(recording.findings[0]?.message ?? '', /"V1 in mmHg" is no ECG lead/);
});

test('the padding value is a missing sample, and a skewed channel starts later', (t) => {
  const channels = [{ code: '5.6.3-9-1' }, { code: '5.6.3-9-2', skew: '1' }];
  const recording = read(
    writeDicom({
      groups: [
        {
          ...rhythm,
          channels,
          padding: -32_768,
          steps: [
            [1000, 1000],
            [-32_768, 2000],
            [3000, 3000],
          ],
        },
      ],
    }),
  );
  t.deepEqual(
    recording.voltage_mV.map((lead) => Array.from(lead)),
    [
      [1, Number.NaN, 3],
      [Number.NaN, 1, 2],
    ],
  );
  t.deepEqual(codes(recording), ['missing-samples']);
});

test('a derived group with the same leads is the recorder’s beat', (t) => {
  const median: WrittenGroup = {
    ...rhythm,
    label: 'MEDIAN BEAT',
    originality: 'DERIVED',
    rate_Hz: 1000,
    steps: [[7, 8, 9]],
  };
  for (const groups of [
    [rhythm, median],
    [median, rhythm],
  ]) {
    const { recorderBeat, voltage_mV } = read(writeDicom({ groups }));
    t.is(voltage_mV[0]?.length, 2);
    t.is(recorderBeat?.sampleRate_Hz, 1000);
    t.deepEqual(
      recorderBeat?.voltage_mV.map((lead) => Math.round((lead[0] as number) * 1000)),
      [7, 8, 9],
    );
  }
  t.is(read(writeDicom({ groups: [median] })).sampleRate_Hz, 1000);
});

test('leads that were recorded one after the other stand at their own times', (t) => {
  const part = (code: string, offset_ms: number): WrittenGroup => ({
    ...rhythm,
    channels: [{ code }],
    offset_ms,
    steps: [[1000], [2000]],
  });
  const recording = read(writeDicom({ groups: [part('5.6.3-9-1', 100), part('5.6.3-9-2', 104)] }));
  const missing = Number.NaN;
  t.deepEqual(
    recording.voltage_mV.map((lead) => Array.from(lead)),
    [
      [1, 2, missing, missing],
      [missing, missing, 1, 2],
    ],
  );
  t.throws(() => read(writeDicom({ groups: [part('5.6.3-9-1', 0), part('5.6.3-9-2', 1e12)] })), {
    message: /samples apart/,
  });
});

test('the recorder’s measurements are kept by code or by meaning, and what it did not measure is absent', (t) => {
  const measures: DicomContent['measures'] = [
    { code: '5.10.2.1-3', meaning: 'RR Interval', value: '750', unit: 'ms' },
    { code: '5.13.5-9', meaning: 'Durata QRS', value: '86', unit: 'ms' },
    { code: '2:99999', meaning: 'QT Interval', value: '0.4', unit: 's' },
    { code: '5.13.5-7', meaning: 'PR Interval', value: '0', unit: 'ms' },
    { code: '5.10.3-13', meaning: 'QRS Axis', value: '-30', unit: 'deg' },
    { code: '5.13.5-9', meaning: 'QRS Duration', value: '99', unit: 'ms' },
  ];
  t.deepEqual(read(writeDicom({ groups: [rhythm], measures })).measurements, {
    heartRate_bpm: 80,
    qrsDuration_ms: 86,
    qtInterval_ms: 400,
    qrsAxis_deg: -30,
  });
});

test('nothing of the patient module reaches a recording or an error', (t) => {
  const more: WrittenElement[] = [
    [0x00100010, 'PN', 'Mustermann^Erika'],
    [0x00100020, 'LO', 'Mustermann-4711'],
    [0x00100030, 'DA', '19640812'],
  ];
  const bytes = writeDicom({ groups: [rhythm], more });
  t.notRegex(JSON.stringify(read(bytes)), /Muster|19640812/);
  for (let at = 0; at < bytes.length; at++) t.notRegex(refused(bytes.subarray(0, at)), /Muster|19640812/);
});

/** The sentence that refuses a file; empty where it is read. */
function refused(bytes: Uint8Array): string {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return '';
}

test('a haemodynamic recording with two leads is refused by name, an image too', (t) => {
  const two = { ...rhythm, channels: rhythm.channels.slice(0, 2), steps: [[1, 2]] };
  t.regex(
    refused(writeDicom({ groups: [two], storageClass: '1.2.840.10008.5.1.4.1.1.9.2.1' })),
    /is a DICOM file of a haemodynamic recording; expected a 12-lead/,
  );
  t.regex(
    refused(writeDicom({ groups: [], storageClass: '1.2.840.10008.5.1.4.1.1.2' })),
    /of no ECG \(modality "ECG", storage class "1\.2\.840/,
  );
  t.regex(refused(writeDicom({ groups: [] })), /holds 0 groups of waveforms/);
});

test('samples that are promised and not there are refused with both counts', (t) => {
  t.regex(
    refused(writeDicom({ groups: [{ ...rhythm, promised: 4_000_000_000 }] })),
    /2 of 4000000000 samples a channel/,
  );
});

test('a file cut anywhere, or with a byte changed, is refused in words or read', (t) => {
  const bytes = writeDicom({
    groups: [rhythm],
    measures: [{ code: '5.13.5-9', meaning: 'QRS Duration', value: '86', unit: 'ms' }],
  });
  for (let at = 132; at < bytes.length; at++) {
    refused(bytes.subarray(0, at));
    refused(Uint8Array.from(bytes, (byte, place) => (place === at ? byte ^ 0x41 : byte)));
  }
  t.regex(refused(bytes.subarray(0, bytes.length - 30)), /cut short/);
});

test('sequences without end, elements without number and deflated files are refused before they fill stack or memory', (t) => {
  const opening = join(
    Uint8Array.of(0x40, 0, 0x20, 0xb0),
    'SQ\0\0',
    Uint8Array.of(255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255),
  );
  const deep = join(writeHead('1.2.840.10008.1.2.1'), ...Array.from({ length: 100_000 }, () => opening));
  t.regex(refused(deep), /is no whole DICOM file/);
  const empty = writeElements([[0x00080005, 'CS', '']], 'explicit');
  const many = join(
    writeHead('1.2.840.10008.1.2.1'),
    new Uint8Array(empty.length * 1_400_000).map((_, at) => empty[at % empty.length] as number),
  );
  t.regex(refused(many), /holds more than 1000000 DICOM elements/);
  const deflated = join(writeHead('1.2.840.10008.1.2.1.99'), deflateRawSync(new Uint8Array(1000)));
  t.regex(refused(deflated), /deflated DICOM file; store it uncompressed/);
});

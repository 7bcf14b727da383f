import { crc32 } from 'node:zlib';
import test from 'ava';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { bytesOf, EIGHT, museXml, PRIVATE, stepsOf } from './ecgXmlWriters.ts';

const read = (xml: string): EcgRecording => readEcg('ecg.xml', bytesOf(xml), () => undefined);
const rhythm = stepsOf(EIGHT, 50);
const median = stepsOf(EIGHT, 30);
const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);

test('MUSE’s eight leads are 4.88 µV a step, and none is made from them', (t) => {
  const recording = read(museXml(rhythm, median));
  t.deepEqual(recording.leads, EIGHT);
  t.is(recording.sampleRate_Hz, 500);
  EIGHT.forEach((lead, at) => {
    t.deepEqual(
      Array.from(recording.voltage_mV[at]),
      Array.from(rhythm[lead], (step) => step * 4.88 * 1e-3),
    );
    t.deepEqual(
      Array.from(recording.recorderBeat?.voltage_mV[at] ?? []),
      Array.from(median[lead], (step) => step * 4.88 * 1e-3),
    );
  });
  t.deepEqual(recording.findings, []);
});

test('the rate is base times ten to the exponent', (t) => {
  const slow = read(
    museXml(rhythm, undefined, { rhythm: '<SampleBase>25</SampleBase><SampleExponent>1</SampleExponent>' }),
  );
  t.is(slow.sampleRate_Hz, 250);
});

test('the recorder’s own measurements count, not those that were edited; the P wave lasts from its onset to its offset', (t) => {
  t.deepEqual(read(museXml(rhythm, median)).measurements, {
    heartRate_bpm: 48,
    pDuration_ms: 106,
    prInterval_ms: 138,
    qrsDuration_ms: 96,
    qtInterval_ms: 452,
    qtcInterval_ms: 403,
    pAxis_deg: 51,
    qrsAxis_deg: 20,
    tAxis_deg: 40,
  });
});

test('a checksum is that of the bytes; one that does not fit is told', (t) => {
  const right = (steps: ArrayLike<number>): number => crc32(Buffer.from(Int16Array.from(steps).buffer));
  t.deepEqual(codes(read(museXml(rhythm, undefined, { crc: right }))), []);
  const recording = read(museXml(rhythm, undefined, { crc: (steps) => right(steps) ^ 1 }));
  t.deepEqual(
    recording.findings.map(({ code, count }) => [code, count]),
    [['checksum-mismatch', 8]],
  );
});

test('a lead without contact is told', (t) => {
  t.deepEqual(codes(read(museXml(rhythm, undefined, { lead: '<LeadOff>TRUE</LeadOff>' }))), ['lead-off']);
});

test('line ends written as entities of their own number, comments and CDATA do not disturb the samples', (t) => {
  const plain = read(museXml(rhythm, undefined)).voltage_mV;
  for (const data of [
    (base64: string) => base64.replaceAll('\r', '&#xD;'),
    (base64: string) => `<![CDATA[${base64}]]>`,
    (base64: string) => `<!-- samples -->${base64}`,
  ])
    t.deepEqual(read(museXml(rhythm, undefined, { data })).voltage_mV, plain);
});

test('a DOCTYPE that only names a file passes, and one that declares anything is refused', (t) => {
  const doctypes = [
    '',
    '<!DOCTYPE RestingECG>',
    '<!DOCTYPE RestingECG SYSTEM "restecg.dtd"[]>',
    '<!DOCTYPE RestingECG PUBLIC "-//GE" \'restecg.dtd\' [ ] >',
  ];
  for (const doctype of doctypes) t.is(read(museXml(rhythm, undefined, { doctype })).leads.length, 8);
  const declarations = [
    '<!DOCTYPE r [<!ENTITY xxe SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE r SYSTEM "a.dtd" [<!ENTITY % p SYSTEM "http://example.org/x"> %p;]>',
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    '<!DOCTYPE r [<!ATTLIST r x CDATA "1">]>',
  ];
  for (const doctype of declarations) {
    const error = t.throws(() => read(museXml(rhythm, undefined, { doctype })), { instanceOf: TwinError });
    t.regex(error.message, /^ecg\.xml: line 2: a DOCTYPE with declarations of its own was refused/);
  }
});

test('an entity that was never declared stands for nothing', (t) => {
  const error = t.throws(() => read(museXml(rhythm, undefined).replace('<PatientID>', '<PatientID>&xxe;')), {
    instanceOf: TwinError,
  });
  t.regex(error.message, /not well-formed XML: undefined entity/);
});

test('nothing of people reaches a recording', (t) => {
  const text = JSON.stringify(read(museXml(rhythm, median)));
  t.false(PRIVATE.some((word) => text.includes(word)));
});

test('what does not fit is refused with what was found and expected', (t) => {
  const lead = (element: string): string => museXml(rhythm, undefined, { lead: element });
  const refused: readonly [string, RegExp][] = [
    [
      museXml(rhythm, undefined, { data: (base64) => base64.slice(0, 40) }),
      /lead "I" \(Rhythm\) has 15 samples in 30 bytes, and promises 50 samples/,
    ],
    [
      lead('<LeadSampleCountTotal>999999999999</LeadSampleCountTotal>'),
      /has 50 samples in 100 bytes, and promises 999999999999 samples/,
    ],
    [lead('<LeadByteCountTotal>99</LeadByteCountTotal>'), /has 50 samples in 100 bytes, and promises 99 bytes/],
    [museXml(rhythm, undefined, { data: (base64) => `${base64}*` }), /characters among its samples that are no base64/],
    [lead('<LeadSampleSize>4</LeadSampleSize>'), /samples of 4 bytes; expected 2/],
    [lead('<LeadAmplitudeUnits>FURLONGS</LeadAmplitudeUnits>'), /a step in lead "I" \(Rhythm\) is 4.88 "FURLONGS"/],
    [lead('<LeadAmplitudeUnitsPerBit>NaN</LeadAmplitudeUnitsPerBit>'), /a step in lead "I" \(Rhythm\) is missing/],
    [lead('<LeadTimeOffset>2500</LeadTimeOffset>'), /LeadTimeOffset of 2500/],
    [lead('<LeadID>Resp</LeadID>'), /none of its signals \("Resp", .*\) is a lead/],
    [
      museXml(rhythm, undefined, { rhythm: '<SampleType>DELTAS</SampleType>' }),
      /samples are "DELTAS"; expected CONTINUOUS_SAMPLES/,
    ],
    [
      museXml(rhythm, undefined, { rhythm: '<SampleExponent>300</SampleExponent>' }),
      /sampling rate is .* Hz; expected/,
    ],
    ['<RestingECG><Waveform><WaveformType>Median</WaveformType></Waveform></RestingECG>', /no Waveform of type Rhythm/],
  ];
  for (const [xml, sentence] of refused) {
    const error = t.throws(() => read(xml), { instanceOf: TwinError });
    t.regex(error.message, sentence);
    t.false(PRIVATE.some((word) => error.message.includes(word)));
  }
});

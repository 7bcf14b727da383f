import test from 'ava';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { bytesOf, cardioSoftXml, PRIVATE, stepsOf, TWELVE } from './ecgXmlWriters.ts';

const read = (xml: string): EcgRecording => readEcg('ecg.xml', bytesOf(xml), () => undefined);
const strip = stepsOf(TWELVE, 40);
const median = stepsOf(TWELVE, 12);

test('CardioSoft’s steps times its resolution are the voltages, lead by lead', (t) => {
  const recording = read(cardioSoftXml(strip, median));
  t.deepEqual(recording.leads, TWELVE);
  t.is(recording.sampleRate_Hz, 500);
  TWELVE.forEach((lead, at) => {
    t.deepEqual(
      Array.from(recording.voltage_mV[at]),
      Array.from(strip[lead], (step) => step * 5 * 1e-3),
    );
    t.deepEqual(
      Array.from(recording.recorderBeat?.voltage_mV[at] ?? []),
      Array.from(median[lead], (step) => step * 5 * 1e-3),
    );
  });
  t.is(recording.recorderBeat?.sampleRate_Hz, 500);
  t.deepEqual(recording.findings, []);
});

test('CardioSoft’s measurements are kept where they stand, in the units they name', (t) => {
  t.deepEqual(read(cardioSoftXml(strip, median)).measurements, {
    heartRate_bpm: 61,
    pDuration_ms: 102,
    prInterval_ms: 148,
    qrsDuration_ms: 98,
    qtInterval_ms: 420,
    qtcInterval_ms: 423,
    pAxis_deg: 44,
    qrsAxis_deg: -61,
  });
  const other =
    '<QRSDuration units="s">0.098</QRSDuration><QTInterval units="ms">0</QTInterval><RAxis units="degrees">32767</RAxis>';
  t.is(read(cardioSoftXml(strip, undefined, { measured: other })).measurements, undefined);
});

test('samples outside the valid ones, and empty places between commas, are missing and counted', (t) => {
  const block =
    '<Resolution units="uVperLsb">2.5</Resolution><FirstValid units="Sample">2</FirstValid><LastValid units="Sample">36</LastValid>';
  const recording = read(cardioSoftXml({ I: strip.I }, undefined, { block }).replace(/(,)-?\d+(,)/, '$1$2'));
  t.deepEqual(
    recording.findings.map(({ code, count }) => [code, count]),
    [['missing-samples', 5]],
  );
  t.true(Number.isNaN(recording.voltage_mV[0][1]));
  t.is(recording.voltage_mV[0][2], strip.I[2] * 2.5e-3);
});

test('a median beat of other leads is left out with a word', (t) => {
  const { findings, recorderBeat } = read(cardioSoftXml(strip, { I: median.I }));
  t.is(recorderBeat, undefined);
  t.deepEqual(
    findings.map(({ code }) => code),
    ['recorder-beat-left-out'],
  );
});

test('nothing of people reaches a recording', (t) => {
  const text = JSON.stringify(read(cardioSoftXml(strip, median)));
  t.false(PRIVATE.some((word) => text.includes(word)));
});

test('what does not fit is refused with what was found and expected', (t) => {
  const refused: readonly [string, RegExp][] = [
    [
      cardioSoftXml(strip, undefined, { block: '<Resolution units="mVperLsb">5</Resolution>' }),
      /resolution of StripData is 5 mVperLsb; expected/,
    ],
    [
      cardioSoftXml(strip, undefined, { block: '<Resolution units="uVperLsb">NaN</Resolution>' }),
      /resolution of StripData is missing/,
    ],
    [
      cardioSoftXml(strip, undefined).replace('<ChannelSampleCountTotal>40', '<ChannelSampleCountTotal>999999999999'),
      /lead I of StripData has 40 of 999999999999 samples/,
    ],
    [cardioSoftXml({ ...strip, II: strip.II.slice(1) }, undefined), /lead II of StripData has 39 of 40 samples/],
    [cardioSoftXml(strip, undefined).replace('lead="II"', 'lead="I"'), /lead I stands there twice/],
    [cardioSoftXml(strip, undefined).replace('>500<', '>0<'), /sampling rate is 0 Hz/],
    [cardioSoftXml({ Resp: strip.I }, undefined), /none of its signals \("Resp"\) is a lead/],
    [
      cardioSoftXml(strip, undefined).replaceAll('StripData', 'FullDisclosure'),
      /an exercise test without a strip at rest/,
    ],
    ['<CardiologyXML/>', /no StripData with WaveformData/],
  ];
  for (const [xml, sentence] of refused) {
    const error = t.throws(() => read(xml), { instanceOf: TwinError });
    t.is(error.code, 'BadInput');
    t.regex(error.message, sentence);
    t.false(PRIVATE.some((word) => error.message.includes(word)));
  }
});

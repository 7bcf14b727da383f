import test from 'ava';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { base64Of, bytesOf, PRIVATE, philipsXml, residuals, someSteps, TWELVE, xliOf } from './ecgXmlWriters.ts';

const SAMPLES = 60;
const read = (xml: string): EcgRecording => readEcg('ecg.xml', bytesOf(xml), () => undefined);
const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);
const STEP_mV = 5 * 1e-3;

/** Twelve leads that keep Einthoven's and Goldberger's laws but for some steps, as recorders' rounding leaves them. */
function twelve(samples = SAMPLES): number[][] {
  const [one, two] = [Array.from(someSteps(samples, 1)), Array.from(someSteps(samples, 2))];
  const three = one.map((a, i) => two[i] - a + (i % 3) - 1);
  const limbs = [
    one.map((a, i) => -Math.round((a + two[i]) / 2) + (i % 2)),
    one.map((a, i) => Math.round((a - three[i]) / 2)),
    one.map((_, i) => Math.round((two[i] + three[i]) / 2)),
  ];
  return [one, two, three, ...limbs, ...[3, 4, 5, 6, 7, 8].map((seed) => Array.from(someSteps(samples, seed)))];
}
const leads = twelve();
const compressed = (channels: readonly number[][] = residuals(leads)): string => xliOf(channels).toString('base64');

test('compressed leads come back to the step, the limb leads from their residuals', (t) => {
  const recording = read(philipsXml(compressed(), SAMPLES));
  t.deepEqual(recording.leads, TWELVE);
  t.is(recording.sampleRate_Hz, 500);
  leads.forEach((steps, at) => {
    t.deepEqual(
      Array.from(recording.voltage_mV[at]),
      steps.map((step) => step * 5 * 1e-3),
      TWELVE[at],
    );
  });
  t.deepEqual(recording.findings, []);
});

test('without residuals III is II less I, and the augmented leads are within half a step of Goldberger’s', (t) => {
  const zero = new Array<number>(SAMPLES).fill(0);
  const stored = leads.map((steps, at) => (at >= 2 && at < 6 ? zero : steps));
  const { voltage_mV } = read(philipsXml(compressed(stored), SAMPLES));
  const [one, two, three, avr, avl, avf] = voltage_mV;
  for (let i = 0; i < SAMPLES; i++) {
    t.true(Math.abs(two[i] - one[i] - three[i]) < 1e-12);
    t.true(Math.abs(avr[i] + (one[i] + two[i]) / 2) <= STEP_mV / 2 + 1e-12);
    t.true(Math.abs(avl[i] - (one[i] - three[i]) / 2) <= STEP_mV / 2 + 1e-12);
    t.true(Math.abs(avf[i] - (two[i] + three[i]) / 2) <= STEP_mV / 2 + 1e-12);
  }
});

test('uncompressed leads are taken as they are, in base64 and as text', (t) => {
  const expected = read(philipsXml(compressed(), SAMPLES)).voltage_mV;
  const attributes = 'compressflag="False" compressmethod="XLI" dataencoding="Base64"';
  t.deepEqual(read(philipsXml(base64Of(leads.flat()), SAMPLES, { attributes })).voltage_mV, expected);
  const plain = leads.map((steps) => steps.join(' ')).join('\n');
  t.deepEqual(read(philipsXml(plain, SAMPLES, { attributes: 'dataencoding="Plain"' })).voltage_mV, expected);
});

test('version 1.04 names its leads, rate and resolution at the waveforms', (t) => {
  const labels = ['V1', 'I', 'II', 'III', 'aVR', 'aVL', 'aVF'];
  const order = [6, 0, 1, 2, 3, 4, 5];
  const attributes = `compression="XLI" dataencoding="Base64" numberofleads="7" leadlabels="${labels.join(' ')}" samplespersecond="250" resolution="2.5"`;
  const channels = order.map((lead) => residuals(leads)[lead]);
  const xml = philipsXml(compressed(channels), SAMPLES, { version: '1.04.01', attributes, duration_ms: 4 * SAMPLES });
  const recording = read(xml);
  t.deepEqual(recording.leads, labels);
  t.is(recording.sampleRate_Hz, 250);
  order.forEach((lead, at) => {
    t.deepEqual(
      Array.from(recording.voltage_mV[at]),
      leads[lead].map((step) => step * 2.5 * 1e-3),
    );
  });
});

test('the same file in UTF-16 of either byte order is the same recording', (t) => {
  const xml = philipsXml(compressed(), SAMPLES).replace('UTF-8', 'utf-16');
  const little = Buffer.from(`\ufeff${xml}`, 'utf16le');
  const big = Buffer.from(little).swap16();
  const expected = read(xml);
  for (const bytes of [little, big])
    t.deepEqual(
      readEcg('ecg.xml', Uint8Array.from(bytes), () => undefined),
      expected,
    );
  const cut = t.throws(() => readEcg('ecg.xml', Uint8Array.from(little.subarray(0, -1)), () => undefined), {
    instanceOf: TwinError,
  });
  t.regex(cut.message, /not whole UTF-16 text/);
});

test('the calibration pulse at the end is cut off and counted, and a recording of nothing else is not', (t) => {
  const pulse = [
    ...new Array<number>(60).fill(0),
    ...new Array<number>(30).fill(200),
    ...new Array<number>(10).fill(0),
  ];
  const samples = 300;
  const ecg = twelve(samples).map((steps) => [...steps, ...pulse]);
  const recording = read(philipsXml(compressed(residuals(ecg)), samples + 100));
  t.is(recording.voltage_mV[0].length, samples);
  t.deepEqual(
    recording.findings.map(({ code, count }) => [code, count]),
    [['calibration-pulse', 100]],
  );
  const alone = read(philipsXml(compressed(residuals(TWELVE.map(() => pulse))), 100));
  t.is(alone.voltage_mV[0].length, 100);
  t.deepEqual(codes(alone), []);
});

test('representative beats are in the recording’s order of leads, with their own resolution and rate', (t) => {
  const beat = Object.fromEntries(TWELVE.toReversed().map((lead, at) => [lead, someSteps(25, at)]));
  const { recorderBeat } = read(philipsXml(compressed(), SAMPLES, { beat }));
  t.is(recorderBeat?.sampleRate_Hz, 1000);
  TWELVE.forEach((lead, at) => {
    t.deepEqual(
      Array.from(recorderBeat?.voltage_mV[at] ?? []),
      Array.from(beat[lead], (step) => step * 2.5 * 1e-3),
    );
  });
});

test('what fills a representative beat up to its length is no part of it', (t) => {
  const filled = Object.fromEntries(
    TWELVE.map((lead, at) => [lead, Int16Array.from([...someSteps(25, at), 32767, 32767])]),
  );
  const { recorderBeat } = read(philipsXml(compressed(), SAMPLES, { beat: filled }));
  t.true(recorderBeat?.voltage_mV.every((values) => values.length === 25));
});

test('measurements are those printed, else the analysis program’s, never edited ones or words', (t) => {
  t.deepEqual(read(philipsXml(compressed(), SAMPLES)).measurements, {
    heartRate_bpm: 64,
    qrsDuration_ms: 102,
    pAxis_deg: -96,
  });
  const measured =
    '<globalmeasurements editedflag="False"><heartrate editedflag="True">99</heartrate><qrsdur editedflag="False">88</qrsdur><qtcb>412</qtcb></globalmeasurements>';
  t.deepEqual(read(philipsXml(compressed(), SAMPLES, { measured })).measurements, {
    heartRate_bpm: 64,
    qrsDuration_ms: 88,
    qtcInterval_ms: 412,
    pAxis_deg: -96,
  });
});

test('nothing of people reaches a recording', (t) => {
  const text = JSON.stringify(read(philipsXml(compressed(), SAMPLES)));
  t.false(PRIVATE.some((word) => text.includes(word)));
});

test('what does not fit is refused with what was found and expected', (t) => {
  const good = compressed();
  const attributes = (text: string): string =>
    philipsXml(good, SAMPLES, { attributes: `dataencoding="Base64" ${text}` });
  const refused: readonly [string, RegExp][] = [
    [philipsXml(good, SAMPLES, { version: '2.00' }), /document version is "2.00"; read are 1.03 and 1.04/],
    [philipsXml(good.slice(0, 200), SAMPLES), /channel \d+ of 12 promises \d+ compressed bytes/],
    [philipsXml(good, SAMPLES, { duration_ms: 400 }), /channel 1 of 12 holds 60 samples; expected 200/],
    [
      philipsXml(good, SAMPLES, { duration_ms: 999999999999 }),
      /duration of a channel 999999999999; expected Hz, and ms up to an hour/,
    ],
    [philipsXml(good, SAMPLES, { duration_ms: 3_600_000 }), /more than 20000000 samples/],
    [
      philipsXml(good, SAMPLES, { acquisition: 'MASON' }),
      /12 channels of the kind "MASON"; expected as many leadlabels/,
    ],
    [attributes('compression="ZIP"'), /compressed by "ZIP"; expected Base64, plain or compressed by XLI/],
    [
      attributes('resolution="NaN0"').replace('<signalresolution>5<', '<signalresolution>-5<'),
      /resolution is -5; expected/,
    ],
    [attributes('signaloffset="2048"'), /offset 2048; expected 16 bits, signed, without an offset/],
    [attributes('leadlabels="I II" numberofleads="3"'), /3 channels with 2 names/],
    [attributes(''), /samples; expected 60 in each of 12 leads/],
    [philipsXml(`${good}!`, SAMPLES), /no base64/],
    [
      '<restingecgdata><documentinfo><documentversion>1.03</documentversion></documentinfo></restingecgdata>',
      /no parsedwaveforms/,
    ],
  ];
  for (const [xml, sentence] of refused) {
    const error = t.throws(() => read(xml), { instanceOf: TwinError });
    t.regex(error.message, sentence);
    t.false(PRIVATE.some((word) => error.message.includes(word)));
  }
});

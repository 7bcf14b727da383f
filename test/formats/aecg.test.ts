import test from 'ava';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { aecgXml, annotation, annotationSet, bytesOf, PRIVATE, stepsOf, TWELVE } from './ecgXmlWriters.ts';

const read = (xml: string): EcgRecording => readEcg('ecg.xml', bytesOf(xml), () => undefined);
const rhythm = stepsOf(TWELVE, 40);
const beat = stepsOf(TWELVE, 20);
const pq = (value: number, unit?: string): string =>
  `<value value="${value}"${unit === undefined ? '' : ` unit="${unit}"`}/>`;

test('a voltage is origin plus scale times digit, each in its own unit', (t) => {
  const recording = read(aecgXml(rhythm, beat));
  t.deepEqual(recording.leads, TWELVE);
  t.is(recording.sampleRate_Hz, 500);
  TWELVE.forEach((lead, at) => {
    const expected = Array.from(rhythm[lead], (digit) => 1 + digit * 2.5e-3);
    t.deepEqual(Array.from(recording.voltage_mV[at]), expected);
    t.is(recording.recorderBeat?.voltage_mV[at].length, 20);
  });
  t.is(recording.recorderBeat?.sampleRate_Hz, 500);
  t.deepEqual(recording.findings, []);
});

test('the rate is one by the increment, in any unit of time', (t) => {
  const rate = (increment: string): number => read(aecgXml(rhythm, undefined, { increment })).sampleRate_Hz;
  t.is(rate('<increment value="4" unit="ms"/>'), 250);
  t.is(rate('<increment value="1000" unit="us"/>'), 1000);
  t.is(rate('<increment value="0.001953125" unit="s"/>'), 512);
  for (const increment of [
    '',
    '<increment value="0" unit="s"/>',
    '<increment value="2" unit="mV"/>',
    '<increment value="NaN" unit="s"/>',
  ])
    t.throws(() => rate(increment), { instanceOf: TwinError, message: /sampling rate is missing/ });
});

test('elements with a prefix are the same elements', (t) => {
  t.deepEqual(read(aecgXml(rhythm, beat, { prefix: 'hl7:' })), read(aecgXml(rhythm, beat)));
});

test('a device’s measurement over all leads counts before the median of its beats; leads’ own and people’s do not', (t) => {
  const lead =
    '<support><supportingROI><component><boundary><code code="MDC_ECG_LEAD_V1"/></boundary></component></supportingROI></support>';
  const beats = [100, 108, 140].map((qrs) =>
    annotation(
      'MDC_ECG_BEAT',
      '',
      annotation('MDC_ECG_TIME_PD_QRS', pq(qrs, 'ms')) + annotation('MDC_ECG_TIME_PD_PR', pq(148, 'ms')),
    ),
  );
  const annotations = [
    annotationSet(annotation('MDC_ECG_TIME_PD_QT', pq(999, 'ms')), '<assignedPerson/>'),
    annotationSet(
      [
        ...beats,
        annotation('MDC_ECG_TIME_PD_PR', pq(0.15, 's')),
        annotation('MDC_ECG_TIME_PD_QT', pq(402), lead),
        annotation('MDC_ECG_TIME_PD_QT', pq(420)),
        annotation('MDC_ECG_TIME_PD_QTc', pq(443, 'ms')),
        annotation('MDC_ECG_ANGLE_QRS_FRONT', pq(-61, 'deg')),
        annotation('MDC_ECG_ANGLE_T_FRONT', pq(29999, 'deg')),
        annotation('MDC_ECG_HEART_RATE', pq(67, '/min')),
        annotation('MDC_ECG_TIME_PD_P', pq(7, 'mV')),
      ].join(''),
    ),
  ].join('');
  t.deepEqual(read(aecgXml(rhythm, beat, { annotations })).measurements, {
    heartRate_bpm: 67,
    prInterval_ms: 150,
    qrsDuration_ms: 108,
    qtInterval_ms: 420,
    qtcInterval_ms: 443,
    qrsAxis_deg: -61,
  });
});

test('of leads recorded one after another the largest set is read, and the others are told', (t) => {
  const part = /<component><sequenceSet>[\s\S]*?<\/sequenceSet><\/component>/;
  const extraSet = part.exec(aecgXml(stepsOf(['V1', 'V2'], 10), undefined))?.[0] ?? '';
  const recording = read(aecgXml(rhythm, undefined, { extraSet }));
  t.is(recording.leads.length, 12);
  t.deepEqual(
    recording.findings.map(({ code, count }) => [code, count]),
    [['series-parts-ignored', 1]],
  );
});

test('a signal that is no lead is left out with its name', (t) => {
  const recording = read(aecgXml(rhythm, undefined).replace('MDC_ECG_LEAD_V6', 'MDC_RESP'));
  t.is(recording.leads.length, 11);
  t.deepEqual(
    recording.findings.map(({ message }) => message),
    ['"MDC_RESP" is no ECG lead and was left out'],
  );
});

test('nothing of people reaches a recording', (t) => {
  const text = JSON.stringify(read(aecgXml(rhythm, beat)));
  t.false(PRIVATE.some((word) => text.includes(word)));
});

test('what does not fit is refused with what was found and expected', (t) => {
  const scale = (text: string): string => aecgXml(rhythm, undefined, { scale: text });
  const refused: readonly [string, RegExp][] = [
    [scale(''), /scale of lead "MDC_ECG_LEAD_I" is missing/],
    [scale('<scale value="2.5" unit="mmHg"/>'), /is 2.5 "mmHg"; expected a number of uV or mV/],
    [scale('<scale value="NaN" unit="uV"/>'), /is missing/],
    [scale('<scale value="1e308" unit="V"/>'), /lead I goes beyond 10000 mV/],
    [scale('<scale value="0" unit="uV"/>'), /is 0 "uV"/],
    [
      aecgXml(rhythm, undefined).replace(/<digits>\S+/, '<digits>12x'),
      /lead "MDC_ECG_LEAD_I": "12·" as sample 1 is not a number/,
    ],
    [aecgXml({ ...rhythm, II: rhythm.II.slice(1) }, undefined), /lead II has 39 samples, lead I 40/],
    [aecgXml(rhythm, undefined).replaceAll('MDC_ECG_LEAD_', 'OTHER_'), /series "RHYTHM" has no lead/],
    [aecgXml(rhythm, undefined).replaceAll('digits>', 'numbers>'), /has no digits/],
    [aecgXml(rhythm, undefined).slice(0, -30), /not well-formed XML: unclosed tag/],
    ['<AnnotatedECG/>', /it has no series/],
  ];
  for (const [xml, sentence] of refused) {
    const error = t.throws(() => read(xml), { instanceOf: TwinError });
    t.regex(error.message, sentence);
    t.false(PRIVATE.some((word) => error.message.includes(word)));
  }
});

import test from 'ava';
import { TwinError } from '../../twin/errors.ts';
import { writeEcgCsv } from '../../twin/formats/ecgCsv.ts';
import type { EcgOptions, EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';

const read = (text: string | Uint8Array, name = 'ecg.csv', options: EcgOptions = {}): EcgRecording =>
  readEcg(name, typeof text === 'string' ? new TextEncoder().encode(text) : text, () => undefined, options);
const firstOf = ({ voltage_mV }: EcgRecording): number[] => voltage_mV.map((values) => values[0] as number);
const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);

test('the unit is the column’s, the comment’s, the study’s or the file name’s, in this order', (t) => {
  const rows = '\n0,500,1\n1,500,1\n';
  t.deepEqual(firstOf(read(`time_ms,I_uV,II_mV${rows}`)), [0.5, 1]);
  t.deepEqual(firstOf(read(`time_ms,I (µV),II [mV]${rows}`)), [0.5, 1]);
  t.deepEqual(firstOf(read(`# unit: uV\ntime_ms,I,II${rows}`)), [0.5, 0.001]);
  t.deepEqual(firstOf(read(`time_ms,I,II${rows}`, 'ecg_qrs_uV_1kHz.csv')), [0.5, 0.001]);
  t.deepEqual(firstOf(read(`time_ms,I_uV,II${rows}`, 'ecg.csv', { voltageUnit: 'V' })), [0.5, 1000]);
  t.deepEqual(firstOf(read(`# unit: mV\ntime_ms,I,II${rows}`, 'ecg.csv', { voltageUnit: 'uV' })), [500, 1]);
  t.deepEqual(firstOf(read(`time_ms,I,II${rows}`, 'ecg_uV.csv', { voltageUnit: 'mV' })), [500, 1]);
  t.deepEqual(firstOf(read(new Uint8Array(Buffer.from(`time_ms,I (µV),II_mV${rows}`, 'latin1')))), [0.5, 1]);
});

test('without a unit amplitudes are relative, and that is said', (t) => {
  const recording = read('time_ms,I,II\n0,500,1\n1,500,1\n', 'TV_review.csv');
  t.false(recording.isCalibrated);
  t.deepEqual(codes(recording), ['gain-unknown']);
  t.true(read('time_ms,I_mV\n0,1\n1,1\n').isCalibrated);
});

test('leads that a study names otherwise are found by those names', (t) => {
  const { leads } = read('time_ms,E1,Ch 2 (mV),V1\n0,1,2,3\n1,1,2,3\n', 'ecg.csv', { leads: { I: 'E1', II: 'ch 2' } });
  t.deepEqual(leads, ['I', 'II', 'V1']);
});

test('the sampling rate is the time column’s, the comment’s, the study’s or the file name’s, in this order', (t) => {
  t.is(read('time_ms,I_mV\n0,1\n2,1\n4,1\n').sampleRate_Hz, 500);
  t.is(
    read('time_s,I_mV\n0,1\n0.0028,1\n0.0056,1\n0.0083,1\n0.0111,1\n0.0139,1\n0.0167,1\n0.0194,1\n0.0222,1\n0.0250,1\n')
      .sampleRate_Hz,
    360,
  );
  t.is(read('# sampleRate_Hz: 250\nI_mV\n1\n1\n').sampleRate_Hz, 250);
  t.is(read('I_mV\n1\n1\n', 'ecg_1kHz.csv').sampleRate_Hz, 1000);
  t.is(read('I_mV\n1\n1\n', 'ecg_1kHz.csv', { sampleRate_Hz: 400 }).sampleRate_Hz, 400);
  t.is(read('time_ms,I_mV\n0,1\n2,1\n', 'ecg.csv', { sampleRate_Hz: 400 }).sampleRate_Hz, 500);
  t.throws(() => read('I_mV\n1\n1\n'), { instanceOf: TwinError, message: /no sampling rate/ });
});

test('a lost row is found by its time', (t) => {
  const rows = Array.from({ length: 50 }, (_, i) => `${i * 2},1`).filter((_, i) => i !== 20);
  t.throws(() => read(`time_ms,I_mV\n${rows.join('\n')}`), { message: /does not lie on an even grid/ });
  t.throws(() => read('time_ms,I_mV\n4,1\n2,1\n'), { message: /do not rise/ });
});

test('semicolons, decimal commas, quotes, a byte-order mark and Windows line ends are read', (t) => {
  const recording = read('\ufeff"time_ms";"avr_mV";"V1_mV"\r\n0,0;0,25;-1,5\r\n0,5;NA;-1,5\r\n');
  t.deepEqual(recording.leads, ['aVR', 'V1']);
  t.is(recording.sampleRate_Hz, 2000);
  t.deepEqual(recording.voltage_mV, [Float64Array.of(0.25, Number.NaN), Float64Array.of(-1.5, -1.5)]);
  t.deepEqual(codes(recording), ['missing-samples']);
});

test('columns that are no leads are named and left out; a table without any is refused', (t) => {
  const recording = read('time_ms,I_mV,I_target,note\n0,1,2,3\n1,1,2,3\n');
  t.deepEqual(recording.leads, ['I']);
  t.regex(recording.findings[0]?.message ?? '', /"I_target", "note"/);
  t.throws(() => read('time_ms,E1\n0,1\n1,1\n'), { message: /none of the columns "E1" is a lead/ });
});

test('a cell that is no number is named with its line and column', (t) => {
  t.throws(() => read('# unit: mV\ntime_ms,I,V6\n0,1,1\n1,1,x7\n'), {
    message: 'ecg.csv: line 4: "x7" in column "V6" is not a number',
  });
  t.throws(() => read('time_ms,I_mV\n0,1\n1\n'), { message: /line 3 has 1 cells, the header has 2/ });
  t.throws(() => read('time_ms,I_mV,I_uV\n0,1,1\n'), { message: /lead I stands there twice/ });
  t.throws(() => read('time_ms,I_mV\n'), { message: /no sample/ });
  t.throws(() => read(''), { message: /empty/ });
});

test('a recording written as a table and read again is within 0.05 µV', (t) => {
  const voltage_mV = [
    Float64Array.from({ length: 100 }, (_, i) => Math.sin(i)),
    Float64Array.from({ length: 100 }, (_, i) => i / 700),
  ];
  const back = read(writeEcgCsv({ leads: ['I', 'aVR'], sampleRate_Hz: 360, voltage_mV, isCalibrated: true }));
  t.deepEqual(back.leads, ['I', 'aVR']);
  t.is(back.sampleRate_Hz, 360);
  back.voltage_mV.forEach((values, lead) => {
    t.true(values.every((value, i) => Math.abs(value - (voltage_mV[lead]?.[i] as number)) <= 5.0001e-5));
  });
});

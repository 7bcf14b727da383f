import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import type { EcgOptions, EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { type Matrix, type MatStyle, writeMat, writeMat4 } from './matWriter.ts';
import { join } from './writers.ts';

const read = (bytes: Uint8Array, options: EcgOptions = { sampleRate_Hz: 500, voltageUnit: 'uV' }): EcgRecording =>
  readEcg('ecg.mat', bytes, () => undefined, options);
const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);
const style: fc.Arbitrary<MatStyle> = fc.record({
  isLittle: fc.boolean(),
  isCompressed: fc.boolean(),
  isNarrow: fc.boolean(),
});
const plain: MatStyle = { isLittle: true, isCompressed: false, isNarrow: false };
const twelve = (samples: number, name = 'val'): Matrix => ({
  name,
  rows: 12,
  values: Array.from({ length: 12 * samples }, (_, at) => (at % 12) * 100 + Math.floor(at / 12)),
});
const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

test('a matrix of twelve rows or of eight columns comes back in any order of bytes, plain or compressed', (t) => {
  fc.assert(
    fc.property(style, fc.integer({ min: 13, max: 60 }), (written, samples) => {
      const byRow = read(writeMat([twelve(samples)], written));
      t.deepEqual(byRow.leads, LEADS);
      t.true(
        byRow.voltage_mV.every((lead, row) =>
          lead.every((value, at) => Math.abs(value - (row * 100 + at) / 1000) < 1e-12),
        ),
      );
      const values = Array.from({ length: 8 * samples }, (_, at) => at % 1000);
      const byColumn = read(writeMat([{ name: 'x', rows: samples, values }], written));
      t.deepEqual(byColumn.leads, ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
      t.is(byColumn.voltage_mV[2]?.[5], ((2 * samples + 5) % 1000) * 1e-3);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('a matrix of level 4 is read as WFDB’s tools write it', (t) => {
  const { voltage_mV, leads } = read(writeMat4(twelve(20)));
  t.deepEqual(leads, LEADS);
  t.is(voltage_mV[11]?.[19], 1.119);
});

test('a matrix says no rate, no unit and no leads: the study does, and findings tell what was taken for granted', (t) => {
  const bytes = writeMat([twelve(20)], plain);
  t.throws(() => read(bytes, {}), { message: /no sampling rate; expected ecg\.sampleRate_Hz/ });
  const relative = read(bytes, { sampleRate_Hz: 400 });
  t.false(relative.isCalibrated);
  t.deepEqual(codes(relative), ['lead-order-assumed', 'gain-unknown']);
  t.deepEqual(codes(read(bytes)), ['lead-order-assumed']);
  const rated = writeMat([twelve(20), { name: 'Fs', rows: 1, values: [250] }], plain);
  t.is(read(rated).sampleRate_Hz, 250);
});

test('which of several matrices is the ECG is asked, unless one has the usual name', (t) => {
  t.throws(() => read(writeMat([twelve(20, 'raw'), twelve(20, 'filtered')], plain)), {
    message: /2 matrices could be the ECG: "raw" \(12 × 20\), "filtered"/,
  });
  t.is(read(writeMat([twelve(20, 'raw'), twelve(21)], plain)).voltage_mV[0]?.length, 21);
  t.throws(() => read(writeMat([{ name: 'x', rows: 3, values: [1, 2, 3] }], plain)), {
    message: /no matrix has 8 or 12 rows or columns: "x" \(3 × 1\)/,
  });
});

test('a file of version 7.3 is refused by name', (t) => {
  t.throws(() => read(join('MATLAB 7.3 MAT-file'.padEnd(124), '\0\x02IM')), {
    message: /version 7\.3, which is HDF5; save it again/,
  });
});

test('a file cut anywhere, or with a byte changed, is refused in words or read', (t) => {
  for (const bytes of [
    writeMat([twelve(20)], plain),
    writeMat([twelve(20)], { ...plain, isCompressed: true }),
    writeMat4(twelve(20)),
  ]) {
    for (let at = 0; at < bytes.length; at += 3) {
      for (const damaged of [
        bytes.subarray(0, at),
        Uint8Array.from(bytes, (byte, place) => (place === at ? byte ^ 0x55 : byte)),
      ]) {
        try {
          t.true(read(damaged).voltage_mV.every(({ length }) => length <= 500));
        } catch (error) {
          if (!(error instanceof TwinError)) throw error;
        }
      }
    }
  }
});

import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { little, type ScpStyle, writeScp } from './scpWriter.ts';
import { join } from './writers.ts';

const read = (bytes: Uint8Array): EcgRecording => readEcg('ecg.scp', bytes, () => undefined);
const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);
/** Steps of 1 µV back from mV. */
const steps = (lead: Float64Array | undefined): number[] => Array.from(lead ?? [], (value) => Math.round(value * 1000));
const step = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.integer({ min: -130, max: 130 }),
  fc.integer({ min: -2000, max: 2000 }),
);
const style: fc.Arbitrary<ScpStyle> = fc.record({
  differences: fc.constantFrom(0, 1, 2),
  codes: fc.constantFrom('none', 'default', 'own'),
});

test('any steps come back from codes of the default table, from own tables and from none, as they are or as differences', (t) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 80 }), style, (lead, written) => {
      const { leads, voltage_mV, sampleRate_Hz } = read(
        writeScp({
          ...written,
          leads: [
            { id: 1, steps: lead },
            { id: 3, steps: lead.map((s) => -s) },
          ],
        }),
      );
      t.deepEqual(leads, ['I', 'V1']);
      t.is(sampleRate_Hz, 500);
      t.deepEqual(steps(voltage_mV[0]), lead);
      t.deepEqual(
        steps(voltage_mV[1]).map((value) => -value + 0),
        lead.map((value) => value + 0),
      );
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('a step is as many nanovolts as section 6 says', (t) => {
  const { voltage_mV, sampleRate_Hz } = read(
    writeScp({ step_nV: 2500, interval_us: 1000, leads: [{ id: 62, steps: [4, 8, 400] }] }),
  );
  t.deepEqual(
    Array.from(voltage_mV[0] ?? []).map((value) => Math.round(value * 1e6)),
    [10_000, 20_000, 1_000_000],
  );
  t.is(sampleRate_Hz, 1000);
});

test('a reference beat that was subtracted is added back where its beats stand, and only there', (t) => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 60, maxLength: 60 }),
      fc.array(step, { minLength: 10, maxLength: 10 }),
      style,
      (rhythm, beat, written) => {
        const beats = [
          { type: 0, first: 5, fiducial: 8, last: 12 },
          { type: 1, first: 20, fiducial: 23, last: 27 },
          { type: 0, first: 40, fiducial: 43, last: 49 },
        ];
        // The beat's fiducial point is its fifth sample: sample s of the rhythm is sample s − fiducial + 5 of the beat.
        const residual = rhythm.map((value, at) => {
          const place = beats.find(({ type, first, last }) => type === 0 && at + 1 >= first && at + 1 <= last);
          return place ? value - (beat[at + 1 - place.fiducial + 5 - 1] ?? 0) : value;
        });
        const recording = read(
          writeScp({
            ...written,
            leads: [{ id: 2, steps: residual }],
            beats,
            beat: { steps: [beat], fiducial: 5 },
            isSubtracted: true,
          }),
        );
        t.deepEqual(steps(recording.voltage_mV[0]), rhythm);
        t.deepEqual(steps(recording.recorderBeat?.voltage_mV[0]), beat);
        t.is(recording.recorderBeat?.sampleRate_Hz, 500);
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('bimodal compression keeps zones exactly and joins the blocks between them by straight lines', (t) => {
  const line = (at: number): number => 8 * at - 100; // Blocks of four of a line have whole means at their middle.
  const inZone = (at: number): boolean => (at >= 9 && at <= 14) || (at >= 31 && at <= 33);
  const rhythm = Array.from({ length: 47 }, (_, at) => (inZone(at + 1) ? 1000 - at * at : line(at)));
  // Stretches of 8, 16 and 14 samples: two blocks, four blocks, three blocks and two samples as they are.
  const blocks = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, block) => line(from + 4 * block + 2));
  const stored = [
    ...blocks(0, 2),
    ...rhythm.slice(8, 14),
    ...blocks(14, 4),
    ...rhythm.slice(30, 33),
    ...blocks(33, 3),
    ...rhythm.slice(45),
  ];
  const recording = read(
    writeScp({
      leads: [{ id: 1, steps: stored, first: 1, last: 47 }],
      interval_us: 8000,
      isBimodal: true,
      beat: { steps: [[0, 0, 0]], interval_us: 2000, fiducial: 1 },
      beats: [
        { type: 0, first: 7, fiducial: 11, last: 16 },
        { type: 1, first: 0, fiducial: 0, last: 0 },
      ],
      zones: [
        { first: 9, last: 14 },
        { first: 31, last: 33 },
      ],
    }),
  );
  t.is(recording.sampleRate_Hz, 500);
  // Half a block at either end of a stretch is held, since there is nothing beyond to join it to.
  const held = [0, 1, 7, 14, 15, 29, 33, 34, 44];
  const isSame = steps(recording.voltage_mV[0]).map((value, at) => value === rhythm[at] || held.includes(at));
  t.deepEqual(isSame.indexOf(false), -1);
  t.is(isSame.length, 47);
});

test('leads that were recorded one after the other stand at their own times', (t) => {
  const recording = read(
    writeScp({
      leads: [
        { id: 1, steps: [1, 2], first: 1 },
        { id: 2, steps: [3, 4], first: 3 },
      ],
    }),
  );
  t.deepEqual(
    recording.voltage_mV.map((lead) => Array.from(lead, (value) => Math.round(value * 1000))),
    [
      [1, 2, Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN, 3, 4],
    ],
  );
  t.deepEqual(codes(recording), ['missing-samples']);
});

const measured = (...blocks: Uint8Array[]): Uint8Array =>
  writeScp({ leads: [{ id: 1, steps: [1, 2, 3] }], measures: join(...blocks) });

test('measurements are those of the reference beat, and codes for what was not measured are left out', (t) => {
  const beat = little(2, 286, 388, 434, 554, 854, 44, -61, 86);
  const other = little(2, 29_999, 29_999, 29_999, 29_999, 29_999, 1, 2, 3);
  const rates = join(little(2, 1), little(1, 0), little(2, 72, 29_999, 443), little(1, 0), little(2, 0));
  t.deepEqual(read(measured(little(1, 2, 0), little(2, 830, 29_999), beat, other, rates)).measurements, {
    heartRate_bpm: 72,
    pDuration_ms: 102,
    prInterval_ms: 148,
    qrsDuration_ms: 120,
    qtInterval_ms: 420,
    qtcInterval_ms: 443,
    pAxis_deg: 44,
    qrsAxis_deg: -61,
    tAxis_deg: 86,
  });
  const unknown = little(2, 29_999, 29_999, 29_999, 29_999, 29_999, 29_999, 19_999, 29_998);
  t.deepEqual(read(measured(little(1, 1, 0), little(2, 750, 29_999), unknown)).measurements, { heartRate_bpm: 80 });
});

test('a spike of a pacemaker does not shift the corrected QT', (t) => {
  const spikes = join(little(2, 100, 5), little(1, 0, 0), little(2, 0, 0));
  const { measurements } = read(
    measured(little(1, 0, 1), little(2, 29_999, 29_999), spikes, little(2, 0, 60, 29_999, 401)),
  );
  t.deepEqual(measurements, { heartRate_bpm: 60, qtcInterval_ms: 401 });
});

const sound = writeScp({
  leads: [{ id: 1, steps: [5, 6, 7, 90, -400] }],
  subject: join(little(1, 0), little(2, 8), 'Musterma', little(1, 255, 0, 0)),
});

/** The sentence that refuses a record; empty where it is read. */
function refused(bytes: Uint8Array): string {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return '';
}

test('a flipped bit anywhere is refused by its section, or told where the ECG does not depend on it; never is a name repeated', (t) => {
  const whole = read(sound);
  let refusals = 0;
  for (let bit = 0; bit < sound.length * 8; bit++) {
    const damaged = Uint8Array.from(sound, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    const message = refused(damaged);
    t.notRegex(message, /Muster/);
    if (message === '') {
      const recording = read(damaged);
      t.deepEqual(recording.voltage_mV, whole.voltage_mV, `bit ${bit}`);
      t.deepEqual(codes(recording), ['checksum-mismatch'], `bit ${bit}`);
    } else refusals++;
  }
  t.true(refusals > sound.length * 4);
  const rhythm = Uint8Array.from(sound, (byte, at) => (at === sound.length - 1 ? byte ^ 64 : byte));
  t.regex(refused(rhythm), /^ecg\.scp: section 6 \(rhythm\) does not fit its checksum \(CRC-CCITT\)/);
});

test('a record cut anywhere is refused in words', (t) => {
  for (let cut = 30; cut < sound.length; cut++) t.regex(refused(sound.subarray(0, cut)), /cut short/, `cut at ${cut}`);
});

test('a record that promises more samples than its bits could hold is refused before they are made room for', (t) => {
  t.regex(
    refused(writeScp({ leads: [{ id: 1, steps: [1, 2, 3], first: 1, last: 2 ** 32 - 1 }] })),
    /of 4294967295 samples/,
  );
  t.regex(
    refused(
      writeScp({
        leads: [
          { id: 1, steps: [1] },
          { id: 2, steps: [1], first: 2 ** 31 },
        ],
      }),
    ),
    /samples apart/,
  );
});

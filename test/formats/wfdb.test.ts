import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { writeWfdb } from '../../twin/formats/wfdbWrite.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

function read(files: Files, main = 'ecg.hea'): EcgRecording {
  const bytes = (name: string): Uint8Array | undefined => {
    const content = files[name];
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return readEcg(main, bytes(main) as Uint8Array, bytes);
}

const codes = ({ findings }: EcgRecording): string[] => findings.map(({ code }) => code);

/** Steps as each format packs them, written from the format's description. */
const packings: Readonly<Record<number, { bits: number; pack: (steps: readonly number[]) => Uint8Array }>> = {
  16: { bits: 16, pack: (steps) => Uint8Array.from(steps.flatMap((s) => [s & 255, (s >> 8) & 255])) },
  61: { bits: 16, pack: (steps) => Uint8Array.from(steps.flatMap((s) => [(s >> 8) & 255, s & 255])) },
  160: {
    bits: 16,
    pack: (steps) => Uint8Array.from(steps.flatMap((s) => [(s + 32768) & 255, ((s + 32768) >> 8) & 255])),
  },
  24: { bits: 24, pack: (steps) => Uint8Array.from(steps.flatMap((s) => [s & 255, (s >> 8) & 255, (s >> 16) & 255])) },
  32: {
    bits: 32,
    pack: (steps) => Uint8Array.from(steps.flatMap((s) => [s & 255, (s >> 8) & 255, (s >> 16) & 255, (s >> 24) & 255])),
  },
  80: { bits: 8, pack: (steps) => Uint8Array.from(steps.map((s) => s + 128)) },
  212: {
    bits: 12,
    pack: (steps) => {
      const bytes: number[] = [];
      for (let i = 0; i < steps.length; i += 2) {
        const first = (steps[i] as number) & 0xfff;
        const second = (steps[i + 1] ?? 0) & 0xfff;
        bytes.push(first & 255, (first >> 8) | ((second >> 8) << 4), second & 255);
      }
      return Uint8Array.from(bytes);
    },
  },
};

for (const [format, { bits, pack }] of Object.entries(packings)) {
  test(`format ${format} keeps every step of its ${bits} bits, and its lowest step is a missing sample`, (t) => {
    const lowest = -(2 ** (bits - 1));
    const steps = [0, 1, -1, 100, -100, lowest + 1, -lowest - 1, lowest, 5, 7, 9, 11];
    const hea = `ecg 2 500 6\necg.dat ${format} 4(1)/mV 0 0 0 0 0 II\necg.dat ${format} 4(1)/uV 0 0 0 0 0 V1\n`;
    const { voltage_mV } = read({ 'ecg.hea': hea, 'ecg.dat': pack(steps) });
    const expected = steps.map((step) => (step === lowest ? Number.NaN : (step - 1) / 4));
    t.deepEqual(
      Array.from(voltage_mV[0] ?? []),
      expected.filter((_, i) => i % 2 === 0),
    );
    t.deepEqual(
      Array.from(voltage_mV[1] ?? []),
      expected.filter((_, i) => i % 2 === 1).map((value) => value * 1e-3),
    );
  });
}

const sixteen = (...steps: number[]): Uint8Array => packings[16]?.pack(steps) as Uint8Array;

test('formats 310 and 311 keep three steps of 10 bits in four bytes, each in its own order', (t) => {
  const steps = [511, -511, 3, -512, 0, 100];
  const ten = (value: number): number => value & 1023;
  const packed310 = [0, 3].flatMap((at) => {
    const [a, b, c] = steps.slice(at, at + 3).map(ten) as [number, number, number];
    return [(a << 1) | ((c & 31) << 11), (b << 1) | ((c >> 5) << 11)].flatMap((word) => [word & 255, word >> 8]);
  });
  const packed311 = [0, 3].flatMap((at) => {
    const [a, b, c] = steps.slice(at, at + 3).map(ten) as [number, number, number];
    const word = a + b * 2 ** 10 + c * 2 ** 20;
    return [0, 8, 16, 24].map((shift) => Math.floor(word / 2 ** shift) & 255);
  });
  for (const [format, bytes] of [
    [310, packed310],
    [311, packed311],
  ] as const) {
    const hea = `ecg 1 500 6\necg.dat ${format} 1 10 0 0 0 0 I\n`;
    const { voltage_mV } = read({ 'ecg.hea': hea, 'ecg.dat': Uint8Array.from(bytes) });
    t.deepEqual(Array.from(voltage_mV[0] ?? []), [511, -511, 3, Number.NaN, 0, 100], `format ${format}`);
    const cut = read({ 'ecg.hea': hea.replace(' 6', ' 4'), 'ecg.dat': Uint8Array.from(bytes.slice(0, 6)) });
    t.is(cut.voltage_mV[0]?.length, 4, `format ${format} with a last group that is not full`);
  }
});

test('format 8 adds its differences up from the initial value', (t) => {
  const hea = 'ecg 2 500 3\necg.dat 8 10(5)/mV 8 0 100 103 0 I\necg.dat 8 1 8 0 0 0 0 II\n';
  const dat = Uint8Array.from([1, 0, 2, 0, 256 - 5, 0]);
  t.deepEqual(read({ 'ecg.hea': hea, 'ecg.dat': dat }).voltage_mV[0], Float64Array.of(9.6, 9.8, 9.3));
});

test('signals compressed by FLAC are refused by name', (t) => {
  for (const format of [508, 516, 524])
    t.throws(
      () => read({ 'ecg.hea': `ecg 1 500 2\necg.dat ${format} 1 16 0 0 0 0 I\n`, 'ecg.dat': new Uint8Array(4) }),
      {
        message: /compressed by FLAC; convert it/,
      },
    );
});

test('a signal with two samples a frame has twice the rate of frames; leads of two rates are refused', (t) => {
  const hea = (perFrame: string): string =>
    `ecg 3 250 2\necg.dat 16x2 1 16 0 0 10 0 I\necg.dat 16 1 16 0 0 11 0 RESP\necg.dat 16${perFrame} 1 16 0 0 0 0 V1\n`;
  const recording = read({ 'ecg.hea': hea('x2'), 'ecg.dat': sixteen(1, 2, 5, 11, 12, 3, 4, 6, 13, 14) });
  t.is(recording.sampleRate_Hz, 500);
  t.deepEqual(recording.voltage_mV, [Float64Array.of(1, 2, 3, 4), Float64Array.of(11, 12, 13, 14)]);
  t.throws(() => read({ 'ecg.hea': hea(''), 'ecg.dat': sixteen(1, 2, 5, 11, 3, 4, 6, 13) }), {
    message: /500 and 250 Hz/,
  });
});

test('a few bytes that a header names again and again are refused before they fill the memory', (t) => {
  const dat = sixteen(1, 2, 3, 4);
  const signal = (name: string, lead: string): string => `${name}.dat 16 1 16 0 0 0 0 ${lead}\n`;
  const again = `ecg 3 500 4\n${signal('a', 'I')}${signal('b', 'II')}${signal('a', 'V1')}`;
  t.throws(() => read({ 'ecg.hea': again, 'a.dat': dat, 'b.dat': dat }), { message: /a\.dat stands in two places/ });
  const segments = { 'ecg.hea': 'ecg/2 1 500 8\na 4\na 4\n', 'a.hea': `a 1 500 4\n${signal('a', 'I')}`, 'a.dat': dat };
  t.throws(() => read(segments), { message: /segment "a" stands there twice/ });
});

test('a record of variable layout has the leads of its segments, wherever they stand', (t) => {
  const signal = (name: string, lead: string, sum: number): string => `${name}.dat 16 1 16 0 0 ${sum} 0 ${lead}\n`;
  const recording = read({
    'ecg.hea': 'ecg/4 2 500 6\nlayout 0\na 2\n~ 2\nb 2\n',
    'layout.hea': 'layout 2 500 0\n~ 0 1 16 0 0 0 0 I\n~ 0 1 16 0 0 0 0 II\n',
    'a.hea': `a 1 500 2\n${signal('a', 'II', 3)}`,
    'a.dat': sixteen(1, 2),
    'b.hea': `b 2 500 2\n${signal('b', 'II', 7)}${signal('b', 'I', 9)}`,
    'b.dat': sixteen(3, 4, 4, 5),
  });
  const missing = Number.NaN;
  t.deepEqual(recording.leads, ['II', 'I']);
  t.deepEqual(
    recording.voltage_mV.map((lead) => Array.from(lead)),
    [
      [1, 2, missing, missing, 3, 4],
      [missing, missing, missing, missing, 4, 5],
    ],
  );
});

test('a challenge record keeps its signals in a MATLAB file behind 24 bytes of header', (t) => {
  const steps = sixteen(5, 6, 7, 8);
  const mat = Uint8Array.from([
    30,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    4,
    0,
    0,
    0,
    ...Buffer.from('val\0'),
    ...steps,
  ]);
  const hea = 'A0001 2 500 2\nA0001.mat 16+24 1000/mV 16 0 5 12 0 I\nA0001.mat 16+24 1000/mV 16 0 6 14 0 II\n';
  const expected = [Float64Array.of(0.005, 0.007), Float64Array.of(0.006, 0.008)];
  t.deepEqual(read({ 'A0001.hea': hea, 'A0001.mat': mat }, 'A0001.hea').voltage_mV, expected);
  t.deepEqual(read({ 'A0001.hea': hea, 'A0001.mat': mat }, 'A0001.mat').voltage_mV, expected);
});

test('a wrong checksum is a finding, signed or unsigned ones are right', (t) => {
  const hea = (sum: number): string => `ecg 1 500 2\necg.dat 16 200 16 0 0 ${sum} 0 I\n`;
  t.deepEqual(codes(read({ 'ecg.hea': hea(-3), 'ecg.dat': sixteen(-1, -2) })), []);
  t.deepEqual(codes(read({ 'ecg.hea': hea(65533), 'ecg.dat': sixteen(-1, -2) })), []);
  t.deepEqual(codes(read({ 'ecg.hea': hea(4), 'ecg.dat': sixteen(-1, -2) })), ['checksum-mismatch']);
});

test('a gain of zero is none: amplitudes are relative', (t) => {
  const recording = read({ 'ecg.hea': 'ecg 1 500 2\necg.dat 16 0 16 0 0 0 0 I\n', 'ecg.dat': sixteen(0, 0) });
  t.false(recording.isCalibrated);
  t.deepEqual(codes(recording), ['gain-unknown']);
});

test('the baseline is the ADC zero where the gain does not give one', (t) => {
  const hea = 'ecg 1 500 2\necg.dat 16 100 16 50 0 350 0 I\n';
  t.deepEqual(Array.from(read({ 'ecg.hea': hea, 'ecg.dat': sixteen(150, 200) }).voltage_mV[0] ?? []), [1, 1.5]);
});

test('a skewed signal is shifted back, and its end is missing', (t) => {
  const hea = 'ecg 1 500 4\necg.dat 16:2 1 16 0 0 10 0 I\n';
  const recording = read({ 'ecg.hea': hea, 'ecg.dat': sixteen(1, 2, 3, 4) });
  t.deepEqual(recording.voltage_mV, [Float64Array.of(3, 4, Number.NaN, Number.NaN)]);
  t.deepEqual(codes(recording), ['missing-samples']);
});

test('an empty or short signal file is refused with both counts', (t) => {
  const hea = 'ecg 1 500 5000\necg.dat 16 200 16 0 0 0 0 I\n';
  t.throws(() => read({ 'ecg.hea': hea, 'ecg.dat': new Uint8Array() }), {
    instanceOf: TwinError,
    message: 'ecg.dat: 0 of 5000 samples; the recording is empty',
  });
  t.throws(() => read({ 'ecg.hea': hea, 'ecg.dat': new Uint8Array(5000) }), {
    message: /2500 of 5000 samples; it was probably cut short/,
  });
  t.throws(() => read({ 'ecg.hea': hea.replace('5000', '999999999999'), 'ecg.dat': new Uint8Array(8) }), {
    message: /4 of 999999999999 samples/,
  });
  t.throws(() => read({ 'ecg.hea': hea }), { message: /there is no ecg\.dat/ });
});

test('a header never reads outside its folder', (t) => {
  for (const name of ['../../etc/passwd', '/etc/passwd', '..\\x.dat', 'C:x.dat', '..', '.hidden', '-', 'a\0b']) {
    const asked: string[] = [];
    const header = new TextEncoder().encode(`ecg 1 500 2\n${name} 16 200 16 0 0 0 0 I\n`);
    const beside = (file: string): undefined => void asked.push(file);
    t.throws(() => readEcg('ecg.hea', header, beside), { instanceOf: TwinError }, name);
    t.deepEqual(asked, []);
  }
});

test('signals that are no ECG leads by name or unit are named and left out', (t) => {
  const hea =
    'ecg 3 500 1\necg.dat 16 1 16 0 0 1 0 avf\necg.dat 16 1 16 0 0 2 0 RESP\necg.dat 16 1/mmHg 16 0 0 3 0 V1\n';
  const recording = read({ 'ecg.hea': hea, 'ecg.dat': sixteen(1, 2, 3) });
  t.deepEqual(recording.leads, ['aVF']);
  t.regex(recording.findings[0]?.message ?? '', /"RESP", "V1 in mmHg"/);
});

test('segments follow one another, and a gap between them is missing samples', (t) => {
  const segment = (name: string): string => `${name} 1 500 2\n${name}.dat 16 1 16 0 0 3 0 I\n`;
  const recording = read({
    'ecg.hea': 'ecg/3 1 500 6\na 2\n~ 2\nb 2\n',
    'a.hea': segment('a'),
    'a.dat': sixteen(1, 2),
    'b.hea': segment('b'),
    'b.dat': sixteen(2, 1),
  });
  t.deepEqual(recording.voltage_mV, [Float64Array.of(1, 2, Number.NaN, Number.NaN, 2, 1)]);
  t.throws(
    () => read({ 'ecg.hea': 'ecg/2 1 500 9\na 2\n~ 99999999999\n', 'a.hea': segment('a'), 'a.dat': sixteen(1, 2) }),
    { message: /of which only 2 were recorded/ },
  );
  t.throws(() => read({ 'ecg.hea': 'ecg/1 1 500 2\necg 2\n' }), { message: /segment may not have segments/ });
});

test('any recording written and read is the same to half a microvolt', (t) => {
  const lead = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(lead, lead, (first, second) => {
      const voltage_mV = [Float64Array.from(first), Float64Array.from([...second.slice(0, 4), Number.NaN])];
      const { hea, dat } = writeWfdb(
        { leads: ['aVR', 'V4'], sampleRate_Hz: 500, voltage_mV, isCalibrated: true },
        'ecg',
      );
      const back = read({ 'ecg.hea': hea, 'ecg.dat': dat });
      const isClose = back.voltage_mV.every((values, i) =>
        values.every(
          (value, k) =>
            Object.is(value, voltage_mV[i]?.[k]) || Math.abs(value - (voltage_mV[i]?.[k] as number)) <= 5.0001e-4,
        ),
      );
      return (
        isClose &&
        back.leads.join() === 'aVR,V4' &&
        back.sampleRate_Hz === 500 &&
        codes(back).join() === 'missing-samples'
      );
    }),
    { numRuns: 200, seed: 1 },
  );
  t.pass();
});

test('relative amplitudes stay relative through a file', (t) => {
  const { hea, dat } = writeWfdb(
    { leads: ['I'], sampleRate_Hz: 500, voltage_mV: [Float64Array.of(1e-7, -5e-8)], isCalibrated: false },
    'ecg',
  );
  const back = read({ 'ecg.hea': hea, 'ecg.dat': dat });
  t.false(back.isCalibrated);
  t.true(Math.abs((back.voltage_mV[0]?.[1] as number) / (back.voltage_mV[0]?.[0] as number) + 0.5) < 1e-4);
});

test('a damaged header is refused in words or read, never thrown over', (t) => {
  const hea = 'ecg 2 500 3\necg.dat 16 200(3)/mV 16 0 0 0 0 I\necg.dat 16 200 16 0 0 0 0 II\n';
  fc.assert(
    fc.property(fc.nat(hea.length - 1), fc.string({ maxLength: 6 }), (at, junk) => {
      try {
        const { voltage_mV } = read({
          'ecg.hea': hea.slice(0, at) + junk + hea.slice(at + junk.length),
          'ecg.dat': sixteen(1, 2, 3, 4, 5, 6),
        });
        return voltage_mV.every(({ length }) => length <= 12);
      } catch (error) {
        if (error instanceof TwinError) return true;
        throw error;
      }
    }),
    { numRuns: 500, seed: 1 },
  );
  t.pass();
});

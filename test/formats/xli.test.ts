import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import { decodeXli } from '../../twin/formats/xli.ts';
import { lzwCodes, packCodes, xliOf } from './ecgXmlWriters.ts';

const channel = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 3, maxLength: 400 });

test('channels come back from XLI as they were, whatever their steps', (t) => {
  fc.assert(
    fc.property(fc.array(channel, { minLength: 1, maxLength: 4 }), (channels) => {
      const samples = Math.min(...channels.map(({ length }) => length));
      const cut = channels.map((values) => values.slice(0, samples));
      const decoded = decodeXli(xliOf(cut), 'ecg.xml', cut.length, samples);
      t.deepEqual(
        decoded.map((values) => Array.from(values)),
        cut,
      );
    }),
    { numRuns: 200 },
  );
});

test('a long channel outgrows the table of strings and still comes back', (t) => {
  const samples = Int16Array.from({ length: 6000 }, (_, at) =>
    Math.round(300 * Math.sin(at / 7) + 50 * Math.sin(at * at)),
  );
  t.deepEqual(decodeXli(xliOf([samples]), 'ecg.xml', 1, samples.length), [samples]);
});

test('a run of one byte uses the code that is not known yet', (t) => {
  // The values of a line are constant, so that both planes are runs.
  const line = Int16Array.from({ length: 300 }, (_, at) => 2 * at);
  t.true(lzwCodes(new Array(300).fill(0)).includes(256));
  t.deepEqual(decodeXli(xliOf([line]), 'ecg.xml', 1, 300), [line]);
});

test('channels beyond those asked for are not opened', (t) => {
  const line = Int16Array.of(1, 2, 3, 4);
  const bytes = Buffer.concat([xliOf([line]), Buffer.from('not a channel')]);
  t.deepEqual(decodeXli(bytes, 'ecg.xml', 1, 4), [line]);
});

const fails = (bytes: Uint8Array, samples: number): string => {
  try {
    decodeXli(bytes, 'ecg.xml', 1, samples);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return '';
};
const framed = (codes: Uint8Array, length = codes.length): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(length, 0);
  return Buffer.concat([header, codes]);
};

test('damage is named with its channel and both counts', (t) => {
  const good = xliOf([Int16Array.of(5, 6, 7, 8)]);
  t.regex(fails(good, 5), /channel 1 of 1 holds 4 samples; expected 5 samples/);
  t.regex(fails(good, 2), /channel 1 of 1 holds more than 2 samples; expected 2/);
  t.regex(fails(good.subarray(0, 6), 4), /end before channel 1 of 1/);
  t.regex(fails(good.subarray(0, -1), 4), /channel 1 of 1 promises \d+ compressed bytes, \d+ follow/);
  t.regex(fails(framed(packCodes([65]), 0xffffffff), 4), /promises 4294967295 compressed bytes, 2 follow/);
  t.regex(fails(framed(packCodes([65, 900, 66])), 4), /a code word that stands for nothing/);
});

test('a bomb of the longest strings makes no more than what was promised', (t) => {
  // Each code is the string before and one byte more: 40 kB of codes would make megabytes.
  const codes = Array.from({ length: 32_000 }, (_, at) => (at === 0 ? 65 : Math.min(1022, 255 + at)));
  const before = process.memoryUsage().arrayBuffers;
  t.regex(fails(framed(packCodes(codes)), 5000), /holds more than 5000 samples/);
  t.true(process.memoryUsage().arrayBuffers - before < 1e6);
});

test('whatever bytes follow, a channel is decoded or refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(200), (bytes, samples) => {
      fails(framed(Buffer.from(bytes)), samples);
      fails(Buffer.from(bytes), samples);
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

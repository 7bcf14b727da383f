import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import { readSampleList } from '../../twin/formats/sampleList.ts';
import { bytesOf } from './ecgXmlWriters.ts';

const read = (text: string): number[] => Array.from(readSampleList(bytesOf(text), 'ecg.xml', 'lead I'));

test('samples are parted by commas, by white space, or by both', (t) => {
  t.deepEqual(read('1,-2,3'), [1, -2, 3]);
  t.deepEqual(read('\t\t\t1,-2,\n\t\t\t+3,0.5'), [1, -2, 3, 0.5]);
  t.deepEqual(read('  1 -2\r\n 3e1 '), [1, -2, 30]);
  t.deepEqual(read(' \n'), []);
  t.deepEqual(read('7,'), [7]);
});

test('nothing between two commas, or NaN, is a missing sample', (t) => {
  t.deepEqual(read('1,,3, ,NaN,nan'), [1, Number.NaN, 3, Number.NaN, Number.NaN, Number.NaN]);
  t.deepEqual(read(',24'), [Number.NaN, 24]);
});

test('a list is the numbers that split and Number make of it', (t) => {
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, min: -1e9, max: 1e9 }));
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), fc.constantFrom(',', ' ', ', ', '\n'), (values, separator) => {
      const text = values.map(String).join(separator);
      t.deepEqual(
        read(text),
        text.split(separator).map((word) => Number(word) + 0),
      );
    }),
    { numRuns: 300 },
  );
});

test('a word that is no number is named with its place', (t) => {
  for (const text of ['1,two,3', '1 0x10', '1,2;3', '1,1e999', '1,-', '1,inf']) {
    const error = t.throws(() => read(text), { instanceOf: TwinError });
    t.regex(error.message, /^ecg\.xml: lead I: ".{1,6}" as sample 2 is not a number$/, text);
  }
});

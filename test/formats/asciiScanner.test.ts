import test from 'ava';
import fc from 'fast-check';
import { AsciiScanner } from '../../twin/formats/asciiScanner.ts';

const scan = (text: string): AsciiScanner => new AsciiScanner(new TextEncoder().encode(text), 'numbers.txt');

test('a number read from bytes is the number that JavaScript reads from the text', (t) => {
  const spellings = fc.oneof(
    fc.double({ noNaN: true }).map(String),
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value.toFixed(6)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential(18)),
    fc.integer().map((value) => `${value}.`),
    fc.integer({ min: 0 }).map((value) => `+.${value}E-3`),
    fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
  );
  fc.assert(
    fc.property(spellings, (text) => Object.is(scan(text).number(), Number(text))),
    { numRuns: 5000, seed: 1 },
  );
  t.pass();
});

test('missing and infinite values are numbers, words and broken numbers are not', (t) => {
  t.true(Number.isNaN(scan('NaN').number()));
  t.is(scan('-inf').number(), Number.NEGATIVE_INFINITY);
  for (const word of ['abc', '1.2.3', '0x10', '1e', '--1', '1,5', 'e5', '.']) {
    t.throws(
      () => scan(`1\n${word} 2`).number() + scan(word).number(),
      { message: /line 1: ".*" is not a number/ },
      word,
    );
  }
});

test('an error names the line on which the word stands', (t) => {
  const scanner = scan('1 2\n3 x\n');
  for (let i = 0; i < 3; i++) scanner.number();
  t.throws(() => scanner.number(), { message: 'numbers.txt: line 2: "x" is not a number' });
});

test('a number of a hundred thousand digits is read or refused at once', (t) => {
  const digits = '9'.repeat(100_000);
  const scan = (text: string): number => new AsciiScanner(new TextEncoder().encode(text), 'heart.pts').number();
  const began = process.cpuUsage();
  t.is(scan(digits), Number.POSITIVE_INFINITY);
  t.throws(() => scan(`${digits}x`), { message: /is not a number/ });
  t.true(process.cpuUsage(began).user < 1e6, 'within a second of CPU');
});

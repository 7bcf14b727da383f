import test from 'ava';
import fc from 'fast-check';
import { identifyingLikeness } from '../../cohorts/identifying.ts';
import { readSampleSheet } from '../../cohorts/sampleSheet.ts';
import { DEFAULT_SHEET } from '../../cohorts/study.ts';

const LIKE_PEOPLE: Readonly<Record<string, RegExp>> = {
  'anna.schmidt': /a name/,
  Schmidt_Anna: /a name/,
  'José-García': /a name/,
  'Владимир.Иванов': /a name/,
  mueller1958: /a name with a year/,
  'a.schmidt@clinic.org': /e-mail/,
  '1958-03-21': /a date/,
  'P_1958.03.21_b': /a date/,
  '19580321': /a date/,
  H21031958: /a date/,
  '3.21.1958': /a date/,
  '078-05-1120': /social security/,
  '943-476-5919': /health service or telephone/,
  '210358-1234': /Nordic/,
  '580321-1234': /Nordic/,
  '131052-308T': /Nordic/,
  RSSMRA85T10A562S: /Italian/,
  '255081416802538': /French/,
  '12345678Z': /Spanish/,
};

for (const [id, what] of Object.entries(LIKE_PEOPLE)) {
  test(`${id} reads like ${what.source} and is no pseudonym`, (t) => {
    t.regex(identifyingLikeness(id) ?? '', what);
  });
}

test('the ids that studies give are pseudonyms', (t) => {
  const ids = [
    'sub-0001',
    'sub-NDARINV1234ABCD',
    '1234567',
    'P001',
    'DTI004',
    'HCM-07-b',
    '1000024',
    'a3f9c2d1',
    'S12_V2',
    'A',
    'x',
    '00017',
    'P002-2019',
    'site3-0042',
    'ABCXYZ',
  ];
  t.deepEqual(
    ids.filter((id) => identifyingLikeness(id) !== undefined),
    [],
  );
  t.is(identifyingLikeness('12345678A'), undefined); // its letter is not the one that its digits give
  t.is(identifyingLikeness('255081416802539'), undefined);
  t.is(identifyingLikeness('1958-02-30'), undefined); // no day
});

test('few numbers at random are taken for a date: less than three in a thousand of eight digits, none of seven or nine', (t) => {
  const share = (digits: number) => {
    const numbers = fc.sample(fc.integer({ min: 10 ** (digits - 1), max: 10 ** digits - 1 }), {
      numRuns: 20_000,
      seed: 1,
    });
    return numbers.filter((number) => identifyingLikeness(String(number)) !== undefined).length / numbers.length;
  };
  t.true(share(8) < 0.003, `${share(8)}`);
  t.is(share(7), 0);
  t.is(share(9), 0);
});

test('a row whose id reads like a person is refused in a sentence that does not repeat it, and taken where the study says so', (t) => {
  const bytes = new TextEncoder().encode('subject,sex\nP1,F\nanna.schmidt,F\n1958-03-21,M\n');
  const settings = {
    ...DEFAULT_SHEET,
    files: { ...DEFAULT_SHEET.files, anatomy: '{subject}.vtk', ecg: '{subject}.csv' },
  };
  const { rows, refused } = readSampleSheet(bytes, 'subjects.csv', settings);
  t.deepEqual(
    rows.map(({ subject }) => String(subject)),
    ['P1'],
  );
  t.deepEqual(
    refused.map(({ line, subject }) => [line, subject]),
    [
      [3, null],
      [4, null],
    ],
  );
  t.false(refused.some(({ message }) => /anna|schmidt|1958/i.test(message)));
  t.regex(refused[0]?.message ?? '', /^subjects\.csv:3: the subject reads like a name.*ids: any/);
  t.is(readSampleSheet(bytes, 'subjects.csv', { ...settings, ids: 'any' }).rows.length, 3);
});

import test from 'ava';
import fc from 'fast-check';
import { csvText } from '../../cohorts/csv.ts';
import { writeParquet } from '../../cohorts/parquet.ts';
import { readSampleSheet, type SampleSheet } from '../../cohorts/sampleSheet.ts';
import { DEFAULT_SHEET, type SheetSettings } from '../../cohorts/study.ts';
import { TwinError } from '../../twin/errors.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const files = { anatomy: '{subject}/heart.pts', ecg: '{subject}/ecg.hea', electrodes: null, torso: null };

/** A sheet whose files follow a pattern, so that a test writes only the columns that it is about. */
function read(text: string | Uint8Array, settings: Partial<SheetSettings> = {}): SampleSheet {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  return readSampleSheet(bytes, 'subjects.csv', { ...DEFAULT_SHEET, files, ...settings });
}

function complaint(text: string | Uint8Array, settings: Partial<SheetSettings> = {}): string {
  try {
    read(text, settings);
  } catch (error) {
    return error instanceof TwinError && error.code === 'BadStudy' ? error.message : String(error);
  }
  return 'no error';
}

const codes = ({ rows }: SampleSheet) => rows.map(({ findings }) => findings.map(({ code }) => code));

test('commas, semicolons and tabs, LF and CRLF, quotes and a byte-order mark give the same rows', (t) => {
  const plain = read('subject,sex,height_cm\nP1,F,171.5\nP2,M,180\n');
  for (const text of [
    '\uFEFFsubject;sex;height_cm\r\nP1;F;171,5\r\nP2;M;180,0\r\n',
    'subject\tsex\theight_cm\nP1\tF\t171.5\nP2\tM\t180',
    '"subject","sex","height_cm"\n"P1","F","171.5"\n\n"P2","M"," 180 "\n',
    ' Subject , SEX , Height_cm \nP1,f,171.5\nP2,m,180\n,,\n',
  ]) {
    t.deepEqual(read(text), plain, JSON.stringify(text));
  }
});

test('a comma is a decimal point only behind semicolons and tabs', (t) => {
  t.deepEqual(codes(read('subject,height_cm\nP1,"171,5"\n')), [['height-not-a-number']]);
});

test('what stands for nothing is null with its reason, and a code only when declared', (t) => {
  for (const word of ['', 'NA', 'N/A', '-', 'nan', 'NaN', ' na ']) {
    const sheet = read(`subject,age_y,sex\nP1,${word},F\n`);
    t.is(sheet.rows[0]?.age_y, null);
    t.deepEqual(codes(sheet), [['age-missing']]);
  }
  t.deepEqual(codes(read('subject,age_y\nP1,-9\n')), [['age-out-of-range']]);
  t.deepEqual(codes(read('subject,age_y\nP1,-9.0\n', { missing: ['-9'] })), [['age-missing']]);
});

test('words for sex are known, codes must be declared, the rest is null and listed', (t) => {
  const text = 'subject,sex\nP1,female \nP2,Woman\nP3,M\nP4,1\nP5,?\nP6,X\n';
  const plain = read(text);
  t.deepEqual(
    plain.rows.map(({ sex }) => sex),
    ['female', 'female', 'male', null, null, null],
  );
  t.deepEqual(codes(plain).slice(3), [['sex-unknown'], ['sex-unknown'], ['sex-unknown']]);
  t.is(read(text, { sexCodes: { female: [], male: ['1'] } }).rows[3]?.sex, 'male');
});

test('a value that no person has is null with what was found and what it may be', (t) => {
  const { rows } = read('subject,age_y,height_cm,weight_kg\nP1,540,1.80,88000\nP2,1961,1715,x\n');
  t.deepEqual(
    rows.map(({ age_y, height_cm, weight_kg }) => [age_y, height_cm, weight_kg]),
    [
      [null, null, null],
      [null, null, null],
    ],
  );
  t.deepEqual(
    rows.flatMap(({ findings }) => findings.map(({ message }) => message)),
    [
      'age is 540; expected 0 to 120 years; left out',
      'height is 1.8; expected 40 to 250 cm (it looks like metres); left out',
      'weight is 88000; expected 1 to 400 kg (it looks like grams); left out',
      'age is 1961; expected 0 to 120 years (it looks like a year of birth); left out',
      'height is 1715; expected 40 to 250 cm (it looks like millimetres); left out',
      'weight is "x"; expected 1 to 400 kg; left out',
    ],
  );
});

test('each row with an id that could leave its folder is refused, and only that row', (t) => {
  const ids = [
    '../../x',
    '/etc/passwd',
    '..\\x',
    'a/b',
    'con',
    'NUL.txt',
    '',
    'P\u0000003',
    '-rf',
    '.',
    '_x',
    'a.',
    'x'.repeat(65),
  ];
  const sheet = read(csvText([['subject', 'sex'], ...ids.map((id) => [id, 'F']), ['P002', 'M']]));
  t.deepEqual(
    sheet.rows.map(({ subject }) => String(subject)),
    ['P002'],
  );
  t.deepEqual(
    sheet.refused.map(({ line }) => line),
    ids.map((_, index) => index + 2),
  );
  t.true(sheet.refused.every(({ subject, message }) => subject === null && !/\p{Cc}/u.test(message)));
});

test('no accepted id can be anything but one name of a folder', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (id) => {
      const { rows, refused } = read(
        csvText([
          ['subject', 'sex'],
          [id, 'F'],
        ]),
      );
      const accepted = rows[0]?.subject ?? 'none';
      return rows.length + refused.length <= 1 && !/[/\\\p{C}\s]|^\.|\.$/u.test(accepted);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('a second row of a subject is refused, also when only letter case or Unicode form differ', (t) => {
  const { rows, refused } = read('subject,sex\nP1,F\nP1,M\np1,M\nJose\u0301,F\nJosé,M\n');
  t.is(rows.length, 2);
  t.deepEqual(
    refused.map(({ line, subject }) => [line, subject]),
    [
      [3, null],
      [4, null],
      [6, null],
    ],
  );
});

test('an unknown column is an error that says which was meant; ignored ones stay behind', (t) => {
  t.is(
    complaint('subject,hieght_cm,phone\nP1,170,555\n'),
    [
      'subjects.csv:1: unknown column "hieght_cm"; did you mean "height_cm"? Otherwise name it under covariates or ignore in the study file',
      'subjects.csv:1: unknown column "phone"; name it under covariates or ignore in the study file',
    ].join('\n'),
  );
  t.is(read('subject,phone\nP1,555\n', { ignore: ['phone'] }).rows.length, 1);
  t.is(read('subject,phone\nP1,555\n', { ignore: '*' }).rows.length, 1);
});

test('nothing of a person leaves the sheet but the known columns and the covariates', (t) => {
  const text = 'subject,sex,name,phone,bmi\nP1,F,Ada Lovelace,555-0100,22.5\n';
  const sheet = read(text, { ignore: '*', covariates: ['bmi'] });
  t.notRegex(JSON.stringify(sheet), /Ada|555/);
  t.deepEqual(sheet.rows[0]?.covariates, { bmi: 22.5 });
});

test('columns are renamed by the study, and a renamed column that is missing is an error', (t) => {
  const columns = { age_y: 'Age at scan', bmi: 'BMI (kg/m2)' };
  const sheet = read('subject,Age at scan,BMI (kg/m2)\nP1,54,22\n', { columns, covariates: ['bmi'] });
  t.is(sheet.rows[0]?.age_y, 54);
  t.deepEqual(sheet.rows[0]?.covariates, { bmi: 22 });
  t.regex(
    complaint('subject,age_scan,BMI (kg/m2)\nP1,54,22\n', { columns, covariates: ['bmi'], ignore: '*' }),
    /no column "Age at scan"/,
  );
});

test('two columns of one meaning, a missing subject column, a missing covariate and an empty file are errors', (t) => {
  t.regex(complaint('subject,age,age_y\nP1,1,2\n'), /both age_y/);
  t.regex(complaint('sex\nF\n'), /no column subject/);
  t.regex(complaint('subject\nP1\n', { covariates: ['bmi'] }), /no column "bmi"/);
  t.regex(complaint(''), /empty/);
  t.regex(
    complaint('subject,sex\nP1,F\n', { files: { anatomy: null, ecg: null, electrodes: null, torso: null } }),
    /no column anatomy.*\n.*no column ecg/,
  );
});

test('a covariate is a number when all its values are, and codes with leading zeros stay text', (t) => {
  const { rows } = read('subject,crp,site,mixed\nP1,1.5,007,1\nP2,NA,010,x\nP3,2e1,NA,2\n', {
    covariates: ['crp', 'site', 'mixed'],
  });
  t.deepEqual(
    rows.map(({ covariates }) => covariates),
    [
      { crp: 1.5, site: '007', mixed: '1' },
      { crp: null, site: '010', mixed: 'x' },
      { crp: 20, site: null, mixed: '2' },
    ],
  );
});

test('paths in the sheet stay inside the data folder; a row without its ECG is refused', (t) => {
  const { rows, refused } = read(
    'subject,anatomy,ecg\nP1,./a//b.pts,e.hea\nP2,../x,e\nP3,/etc/passwd,e\nP4,a,C:/e\nP5,a,s3://b/e\nP6,a\\b,e\nP7,a,NA\n',
  );
  t.deepEqual(
    rows.map(({ anatomy }) => anatomy),
    ['a/b.pts'],
  );
  t.deepEqual(
    refused.map(({ subject }) => subject as string | null),
    ['P2', 'P3', 'P4', 'P5', 'P6', 'P7'],
  );
});

test('what is known of a person without files stays with the refusal, so that the quarantine can be held against the cohort', (t) => {
  const { refused } = read('subject,sex,age_y,ecg\nP1,F,50,NA\n');
  t.deepEqual(refused[0]?.covariates, { sex: 'female', age_y: 50, height_cm: null, weight_kg: null });
});

test('rows with cells too few or too many are refused, rows of nothing passed over', (t) => {
  const { rows, refused } = read('subject,sex,age_y\nP1,F,50\nP2,F\nP3,F,50,9\nP4,F,50,,\n,,\n');
  t.is(rows.length, 2);
  t.deepEqual(
    refused.map(({ line }) => line),
    [3, 4],
  );
});

test('Latin-1 is read when the study says so, and otherwise an error with its line', (t) => {
  const latin1 = Uint8Array.from('subject,sex\nP1,F\nM\u00fcller,F\n', (character) => character.charCodeAt(0));
  t.regex(complaint(latin1), /^subjects\.csv:3: byte 0xfc is not UTF-8/);
  t.deepEqual(
    read(latin1, { encoding: 'latin1' }).rows.map(({ subject }) => String(subject)),
    ['P1', 'Müller'],
  );
});

test('a character cut off at the end of the sheet is found', (t) => {
  t.regex(complaint(Uint8Array.from([...utf8('subject,sex\nP1,F\nP2,'), 0xc3])), /^subjects\.csv:3: byte 0xc3/);
});

test('UTF-16, as some spreadsheets save, is read by its byte-order mark', (t) => {
  const text = '\uFEFFsubject\tsex\nP1\tF\n';
  const bytes = new Uint8Array(new Uint16Array(Array.from(text, (character) => character.charCodeAt(0))).buffer);
  t.is(read(bytes).rows[0]?.sex, 'female');
});

test('a quote in the middle of a field is an error with its line, and the field is not repeated', (t) => {
  t.throws(() => read('subject,sex\nMustermann"Erika,F\n'), {
    instanceOf: TwinError,
    message: /^subjects\.csv:2: Invalid Opening Quote: .* at line 2$/,
  });
});

test('a quote that stays open is an error with its line', (t) => {
  t.regex(complaint('subject,sex\n"P1,F\n'), /^subjects\.csv:2: Quote Not Closed/);
});

test('a Parquet sheet reads as its CSV twin, and rows count from 1', (t) => {
  const text = (name: string, values: (string | null)[]) =>
    ({ name, unit: null, description: '', type: 'text', values }) as const;
  const bytes = writeParquet({
    rows: 3,
    columns: [
      text('subject', ['P1', 'P2', 'a/b']),
      text('sex', ['F', 'M', 'F']),
      {
        name: 'height_cm',
        unit: 'cm',
        description: '',
        type: 'number',
        values: Float64Array.of(171.5, Number.NaN, 160),
      },
      { name: 'age', unit: 'y', description: '', type: 'integer', values: Int32Array.of(54, 61, 40) },
    ],
  });
  const sheet = read(bytes);
  t.deepEqual(sheet.rows, read('subject,sex,height_cm,age\nP1,F,171.5,54\nP2,M,NA,61\n').rows);
  t.is(sheet.refused[0]?.line, 3);
  t.regex(complaint(bytes.subarray(0, bytes.length - 100)), /not a whole Parquet file/);
});

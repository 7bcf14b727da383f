import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readSampleSheet } from '../../cohorts/sampleSheet.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import { studyJsonSchema } from '../../cohorts/studySchema.ts';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { TwinError } from '../../twin/errors.ts';

const head = 'name: pilot\nsheet: subjects.csv\n';

/** The lines of the error that a study file gives. */
function complaints(text: string): string[] {
  try {
    parseStudy(text, 'study.yaml');
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadStudy') {
      return error.message.split('\n');
    }
    throw error;
  }
  return [];
}

test('a study of two lines has the defaults of the kernels', (t) => {
  const study = parseStudy(head, 'study.yaml');
  t.deepEqual(study.anatomy, DEFAULT_ANATOMY);
  t.deepEqual(study.beat, DEFAULT_BEAT);
  t.deepEqual(study.calibration, DEFAULT_CALIBRATION);
  t.is(study.data, null);
});

test('the study’s seed is the calibration’s', (t) => {
  t.is(parseStudy(`${head}seed: 7\n`, 'study.yaml').calibration.seed, 7);
});

test('a lead’s own name is given for one of the twelve', (t) => {
  t.deepEqual(parseStudy(`${head}ecg: {leads: {I: E1}}\n`, 'study.yaml').ecg, {
    unit: null,
    sampleRate_Hz: null,
    leads: { I: 'E1' },
  });
  t.deepEqual(complaints(`${head}ecg:\n  leads: {lead1: E1}\n`), [
    'study.yaml:4:11: "ecg.leads.lead1" is not a setting; expected one of I, II, III, aVR, aVL, aVF, V1, V2, V3, V4, V5, V6',
  ]);
});

test('a wrong value is answered with its line, its column, itself and the bounds', (t) => {
  t.deepEqual(complaints(`${head}calibration:\n  layer_mm: 2.5\n  pmjs: many\n`), [
    'study.yaml:5:3: calibration.pmjs is "many"; expected a whole number from 10 to 2000',
  ]);
});

test('every problem of a file is told at once, in the order of the lines', (t) => {
  const found = complaints(
    'name: a b\ncolums: {a: b}\ncalibration:\n  pmj: 3\n  seed: 4\nanatomy: {unit: nm, regions: {lv: [1], rv: [1]}}\n',
  );
  t.deepEqual(
    found.map((line) => line.replace(/;.*$/, '')),
    [
      'study.yaml:1:1: name is "a b"',
      'study.yaml:1:1: sheet is missing',
      'study.yaml:2:1: "colums" is not a setting',
      'study.yaml:4:3: "calibration.pmj" is not a setting',
      'study.yaml:5:3: "calibration.seed" is not a setting',
      'study.yaml:6:11: anatomy.unit is "nm"',
      'study.yaml:6:21: anatomy.regions is {"lv":[1],"rv":[1]}',
    ],
  );
});

test('an unknown setting is led to the near one, or to where it stands', (t) => {
  t.regex(complaints(`${head}calibration: {pmj: 3}\n`).join(), /did you mean "pmjs"\?/);
  t.regex(complaints(`${head}calibration: {covariates: [a]}\n`).join(), /did you mean "covariates"\?/);
  t.regex(complaints(`${head}bootstrapSamples: 5\n`).join(), /did you mean "report\.bootstrapSamples"\?/);
});

for (const [setting, low, high] of [
  ['calibration.pmjs', 10, 2000],
  ['calibration.layer_mm', 0.5, 10],
  ['calibration.velocitySpread', 0, 1],
  ['calibration.targetCorrelation', 0.5, 1],
  ['beat.interval_ms', 0.25, 5],
  ['beat.margin_ms', 0, 100],
  ['anatomy.helix_deg.endo', -90, 90],
  ['report.confidence', 0.5, 0.999],
] as const) {
  test(`${setting} may be ${low} and ${high} and nothing beyond`, (t) => {
    const withValue = (value: number) =>
      `${head}${setting
        .split('.')
        .map((part, depth) => `${'  '.repeat(depth)}${part}:`)
        .join('\n')} ${value}\n`;
    t.deepEqual(complaints(withValue(low)), []);
    t.deepEqual(complaints(withValue(high)), []);
    t.is(complaints(withValue(low - 0.01)).length, 1);
    t.is(complaints(withValue(high + 0.01)).length, 1);
    t.is(complaints(withValue(Number.NaN).replace('NaN', '.nan')).length, 1);
  });
}

test('paths of files stay inside the data folder', (t) => {
  for (const path of ['../x', '/etc/passwd', 'a/../../b', 'C:/x', '~/x', 'a\\\\b']) {
    t.is(complaints(`${head}files: {anatomy: "${path}"}\n`).length, 1, path);
  }
  t.is(parseStudy(`${head}files: {anatomy: "{subject}/a..b.pts"}\n`, 's').files.anatomy, '{subject}/a..b.pts');
});

test('a covariate cannot take the name of a column that every table has, nor stand twice', (t) => {
  for (const list of ['[STATUS]', '[sex]', '[bsa_m2]', '[bmi, BMI]']) {
    t.is(complaints(`${head}covariates: ${list}\n`).length, 1, list);
  }
});

test('codes of missing values may be numbers or words', (t) => {
  t.deepEqual(parseStudy(`${head}missing: [-9, "999", unknown]\n`, 's').missing, ['-9', '999', 'unknown']);
});

test('a file that is not a study says what it is', (t) => {
  t.deepEqual(complaints(''), [
    'study.yaml:1:1: the file is empty; expected a mapping that begins with name and sheet',
  ]);
  t.regex(complaints('- 1\n').join(), /not a mapping/);
  t.regex(complaints('name: x\nname: y\n').join(), /^study\.yaml:2:1: /);
  t.regex(complaints('name: [\n').join(), /^study\.yaml:2:1: /);
  t.regex(complaints(`${head}data: !!js/function x\n`).join(), /^study\.yaml:3:7: Unresolved tag/);
});

test('aliases that multiply, brackets that nest and files that never end are refused before they take memory', (t) => {
  const rows = Array.from(
    { length: 9 },
    (_, i) =>
      `a${i}: &a${i} [${Array(9)
        .fill(i ? `*a${i - 1}` : 'x')
        .join(',')}]`,
  );
  t.regex(complaints(rows.join('\n')).join(), /alias/i);
  t.regex(complaints('['.repeat(5000)).join(), /nest 5000 deep/);
  t.regex(complaints(`# ${'x'.repeat(300_000)}`).join(), /300002 characters/);
  t.true(complaints('- '.repeat(50_000)).length <= 10);
});

test('names from JavaScript’s prototypes are settings like any unknown one', (t) => {
  t.regex(complaints(`${head}__proto__: {x: 1}\n`).join(), /"__proto__" is not a setting/);
  t.regex(complaints(`${head}constructor: 1\n`).join(), /"constructor" is not a setting/);
});

test('the JSON Schema beside the documentation is the one that the code gives', (t) => {
  const path = join(import.meta.dirname, '../../docs/study.schema.json');
  t.deepEqual(JSON.parse(readFileSync(path, 'utf8')), JSON.parse(JSON.stringify(studyJsonSchema())));
});

test('the example study and sheet read without a refusal', (t) => {
  const folder = join(import.meta.dirname, '../../examples/study');
  const study = parseStudy(readFileSync(join(folder, 'study.yaml'), 'utf8'), 'study.yaml');
  const { rows, refused } = readSampleSheet(readFileSync(join(folder, study.sheet)), study.sheet, study);
  t.deepEqual(refused, []);
  t.deepEqual(
    rows.flatMap(({ findings }) => findings),
    [],
  );
  t.true(rows.length >= 3);
});

test('label maps are named by a known convention or by a table of one’s own', (t) => {
  const images = (labels: string) =>
    parseStudy(`name: a\nsheet: b.csv\nimages: {labels: ${labels}}\n`, 's.yaml').images;
  t.deepEqual(images('acdc').labels, { rvBlood: [1], lvMuscle: [2], lvBlood: [3] });
  t.deepEqual(images('{lvMuscle: [7], lvBlood: [3, 4]}').labels, { lvMuscle: [7], lvBlood: [3, 4] });
  t.is(parseStudy('name: a\nsheet: b.csv\n', 's.yaml').images.labels, null);
  t.throws(() => images('acdcc'), { message: /images\.labels is "acdcc"; expected one of acdc, / });
  t.throws(() => images('{lvBlod: [3]}'), { message: /did you mean "lvBlood"/ });
  t.throws(() => images('{lvMuscle: [2], lvBlood: [2]}'), { message: /each label under one tissue only/ });
});

test('keys that nest in one another within a line are refused before the parser follows them', (t) => {
  for (const unit of ['a: ', '- ', '? ']) {
    t.deepEqual(complaints(`${head}covariates: ${unit.repeat(20_000)}1\n`), [
      `study.yaml: a line holds 20001 keys and items; a study file has at most 1000 in one`,
    ]);
  }
});

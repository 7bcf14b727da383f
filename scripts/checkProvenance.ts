/**
 * Has an exported cohort judged by others: frictionless (PyPI) reads the Data Package and every cell of its tables, rocrate-validator (PyPI
 * roc-validator) the RO-Crate with its profile. Then both are given exports that were broken on purpose, and must refuse them.
 *
 *     node scripts/checkProvenance.ts [EXPORT] [--python PYTHON] [--contexts FOLDER]
 *
 * Without EXPORT (a folder that `twinfold export` wrote) a made-up cohort is published and exported. The Python needs
 * `pip install frictionless roc-validator`; where it cannot reach w3id.org, --contexts names a folder as scripts/provenance/validateCrate.py says.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { exportRun } from '../cli/exportRun.ts';
import { cohortRows, publishSettings } from '../test/helpers/cohortRows.ts';
import { publishInto } from '../test/helpers/publishedCohort.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' }, contexts: { type: 'string' } },
});

interface Judgement {
  readonly isAccepted: boolean;
  readonly told: string;
}

/** Runs the Python; a judge that refuses ends with 1. */
async function python(...words: readonly string[]): Promise<Judgement> {
  try {
    const { stdout } = await promisify(execFile)(values.python, words, { maxBuffer: 1 << 26 });
    return { isAccepted: true, told: stdout.trim() };
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: number };
    if (code !== 1 || stdout.trim() === '') throw new Error(`${values.python}: ${stderr.trim() || String(error)}`);
    return { isAccepted: false, told: stdout.trim() };
  }
}

const judgePackage = (folder: string) => python('-m', 'frictionless', 'validate', join(folder, 'datapackage.json'));
const judgeCrate = (folder: string, severity: 'REQUIRED' | 'RECOMMENDED') => {
  const script = join(import.meta.dirname, 'provenance', 'validateCrate.py');
  return python(script, folder, severity, ...(values.contexts === undefined ? [] : [resolve(values.contexts)]));
};

/** Ways to break an export, and who must notice. */
const BREAKS: readonly {
  readonly what: string;
  /** What the refusal must speak of: a changed hash alone would be refused, too */
  readonly says: RegExp;
  readonly file: string;
  readonly change: (text: string) => string;
  readonly judge: (folder: string) => Promise<Judgement>;
}[] = [
  {
    what: 'a word in a column of numbers',
    says: /type-error/,
    file: 'cohort.csv',
    change: breakNumber,
    judge: judgePackage,
  },
  {
    what: 'a subject twice',
    says: /primary-key|unique-error/,
    file: 'cohort.csv',
    change: (text) => `${text}${lineOf(text, 1)}\n`,
    judge: judgePackage,
  },
  {
    what: 'a column that the package does not know',
    says: /incorrect-label/,
    file: 'cohort.csv',
    change: (text) => text.replace('subject,', 'person,'),
    judge: judgePackage,
  },
  {
    what: 'a field of no type',
    says: /numbr/,
    file: 'datapackage.json',
    change: (text) => text.replace('"type": "number"', '"type": "numbr"'),
    judge: judgePackage,
  },
  {
    what: 'a crate without its root’s name',
    says: /name/,
    file: 'ro-crate-metadata.json',
    change: withoutRootName,
    judge: crateRequired,
  },
  {
    what: 'an action without an instrument',
    says: /instrument/,
    file: 'ro-crate-metadata.json',
    change: (text) => text.replace('"instrument"', '"instrumnt"'),
    judge: crateRequired,
  },
  {
    what: 'a file that is not there',
    says: /cohort2\.csv/,
    file: 'ro-crate-metadata.json',
    change: (text) => text.replaceAll('"cohort.csv"', '"cohort2.csv"'),
    judge: crateRequired,
  },
];

function crateRequired(folder: string): Promise<Judgement> {
  return judgeCrate(folder, 'REQUIRED');
}

function lineOf(text: string, line: number): string {
  return text.split('\n')[line] ?? '';
}

/** The age of the first subject is a word. */
function breakNumber(text: string): string {
  const [header = '', first = '', ...rest] = text.split('\n');
  const column = header.split(',').indexOf('age_y');
  const cells = first.split(',').map((cell, index) => (index === column ? 'old' : cell));
  return [header, cells.join(','), ...rest].join('\n');
}

function withoutRootName(text: string): string {
  const crate: { '@graph': Record<string, unknown>[] } = JSON.parse(text);
  const graph = crate['@graph'].map((entity) => {
    const { name: _, ...nameless } = entity;
    return entity['@id'] === './' ? nameless : entity;
  });
  return JSON.stringify({ ...crate, '@graph': graph });
}

const versions = await python(
  '-c',
  'from importlib.metadata import version as v; print("frictionless", v("frictionless"), "- roc-validator", v("roc-validator"))',
).catch(() => undefined);
if (versions === undefined) {
  console.error(
    `${values.python} lacks frictionless and roc-validator, or is not there: nothing was checked.\n` +
      'Install them (python3 -m venv VENV; VENV/bin/pip install frictionless roc-validator) and name it: --python VENV/bin/python',
  );
  process.exit(1);
}
console.log(versions.told);

const scratch = mkdtempSync(join(tmpdir(), 'twinfold-provenance-'));
let failures = 0;
const tell = (isRight: boolean, line: string): void => {
  if (!isRight) failures++;
  console.log(`${isRight ? 'ok    ' : 'FAILED'} ${line}`);
};
try {
  let folder = positionals[0];
  if (folder === undefined) {
    folder = join(scratch, 'export');
    const run = join(scratch, 'run');
    const rows = cohortRows(50).map((row) => ({ ...row, hashes: {} }));
    await publishInto(join(run, 'published'), [{ rows, costs: [] }], publishSettings);
    await exportRun(run, { out: folder, license: 'CC-BY-4.0', organization: 'A hospital' });
  }
  const data = await judgePackage(folder);
  console.log(data.told);
  tell(data.isAccepted, 'frictionless accepts the package, and every cell of its tables');
  const crate = await judgeCrate(folder, 'REQUIRED');
  tell(crate.isAccepted, `the crate has all that RO-Crate 1.1 and Process Run Crate 0.5 require ${crate.told}`);
  const { told } = await judgeCrate(folder, 'RECOMMENDED');
  console.log(told === '' ? 'and all that they recommend' : `they recommend besides:\n${told.replaceAll(/^/gm, '  ')}`);
  for (const { what, says, file, change, judge } of BREAKS) {
    const broken = join(scratch, 'broken');
    rmSync(broken, { recursive: true, force: true });
    cpSync(folder, broken, { recursive: true });
    const text = readFileSync(join(broken, file), 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`${what}: nothing was changed in ${file}`);
    writeFileSync(join(broken, file), changed);
    const { isAccepted, told: reasons } = await judge(broken);
    tell(!isAccepted && says.test(reasons), `refused: ${what}`);
    if (!isAccepted && !says.test(reasons)) console.log(reasons);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

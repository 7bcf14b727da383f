import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readMesh } from '../../twin/formats/index.ts';
import { checkMesh } from '../../twin/mesh/checkMesh.ts';
import type { CheckResult } from './checkResult.ts';
import { ECG_CASES, type HostileCase, LABEL_CASES, MESH_CASES, SHEET_CASES, type SheetCase } from './hostile/cases.ts';
import { FOUR_CHAMBERS } from './images.ts';

const CLI = fileURLToPath(new URL('../../cli/twinfold.ts', import.meta.url));
const CONTROL = 'hostile/68_healthy_control';
/** Broken files are refused at once; what remains is the preparation of the healthy ones, s. */
const MOST_SECONDS = 240;

const answerSchema = z.object({
  refused: z.array(z.object({ subject: z.string().nullable(), message: z.string() })),
  subjects: z.array(
    z.object({
      subject: z.string(),
      status: z.enum(['ok', 'failed']),
      code: z.string().nullable(),
      message: z.string().nullable(),
      findings: z.array(z.object({ code: z.string(), message: z.string() })),
    }),
  ),
});
type Answer = z.infer<typeof answerSchema>;
interface Checked {
  readonly exitCode: number | null;
  readonly answer: Answer | undefined;
  /** All that was printed */
  readonly text: string;
  readonly seconds: number;
}

/**
 * Every broken input through `twinfold check`, as a user would: meshes beside the control's ECG, ECGs beside a real heart, sheets as sheets. The
 * healthy control stands first and last among them and must be answered as if it were alone.
 */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-hostile-'));
  const before = listing(join(dataFolder, 'hostile'));
  try {
    const results = [
      ...meshes(dataFolder, folder),
      ...labels(dataFolder, folder),
      ...ecgs(dataFolder, folder),
      ...SHEET_CASES.map((sheet) => sheetCase(dataFolder, folder, sheet)),
      ...mixedCohort(dataFolder, folder),
    ];
    return [
      ...results,
      {
        name: 'nothing is written beside the inputs or the study',
        passed:
          listing(join(dataFolder, 'hostile')) === before &&
          readdirSync(folder).every((name) => /\.(yaml|csv)$/.test(name)),
        detail: readdirSync(folder).join(' '),
      },
      giantHeader(join(dataFolder, 'hostile', '23_vtu_header_giant', 'mesh.vtu')),
      everyCase(dataFolder),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A block has no cavity, so that the control passes all gates of the mesh and is then no heart; so must what can be mended. */
function meshes(dataFolder: string, folder: string): CheckResult[] {
  const control = { anatomy: `${CONTROL}/mesh.pts`, ecg: `${CONTROL}/ecg.hea`, electrodes: 'NA' };
  const rows = MESH_CASES.map(({ folder: name, file }) => ({ ...control, anatomy: `hostile/${name}/${file}` }));
  const checked = checkSheet(
    dataFolder,
    folder,
    'meshes',
    [control, ...rows, control],
    'anatomy: {regions: {lv: [1], rv: [2]}}\n',
  );
  return [...caseResults('mesh', MESH_CASES, checked), ...repairs(dataFolder)];
}

/** What the gates say of meshes that they let pass, and that they leave the control alone. */
function repairs(dataFolder: string): CheckResult[] {
  const found = (path: string, regions: { lv: number[]; rv: number[] }) => {
    const [name = '', folder = ''] = [path.split('/').at(-1), join(dataFolder, path, '..')];
    const raw = readMesh(name, readFileSync(join(folder, name)), (beside) =>
      readdirSync(folder).includes(beside) ? readFileSync(join(folder, beside)) : undefined,
    );
    return checkMesh(raw, { name, regions }).findings.map(({ code, count }) => `${code}${count ? ` ${count}` : ''}`);
  };
  const facts: readonly [string, string, { lv: number[]; rv: number[] }, string][] = [
    ['the control passes every gate without a word', `${CONTROL}/mesh.pts`, { lv: [1], rv: [2] }, ''],
    ['07 counts what it turned', 'hostile/07_inverted_tets/mesh.pts', { lv: [1], rv: [2] }, 'inverted-tetrahedra 76'],
    ['11 counts orphans', 'hostile/11_orphan_nodes/mesh.pts', { lv: [1], rv: [2] }, 'orphan-nodes 200'],
    ['15 tells that fibres are made', 'hostile/15_missing_lon/mesh.pts', { lv: [1], rv: [2] }, 'fibres-missing'],
    [
      '17 counts lost fibres',
      'hostile/17_lon_zero_and_nan_fibres/mesh.pts',
      { lv: [1], rv: [2] },
      'fibres-without-direction 22',
    ],
    [
      '19 in a real heart: swapped labels are doubted',
      'hearts/dti004/dti004.pts',
      { lv: [2], rv: [1] },
      'regions-implausible',
    ],
    [
      '19 as it is: both halves are equal, so a swap changes nothing',
      'hostile/19_mislabelled_regions/mesh.pts',
      { lv: [1], rv: [2] },
      '',
    ],
  ];
  return facts.map(([name, path, regions, expected]) => {
    const detail = found(path, regions).join(', ');
    return { name, passed: detail === expected, detail: detail || 'no finding' };
  });
}

/** Label maps of a study with the table of the one that is only rounded; it alone becomes a heart, so the control is a mesh. */
function labels(dataFolder: string, folder: string): CheckResult[] {
  const body = { electrodes: 'NA', sex: 'female', height_cm: '165', weight_kg: '65' };
  const control = { anatomy: 'hearts/crtdemo/crtdemo.pts', ecg: `${CONTROL}/ecg.hea`, ...body };
  const rows = LABEL_CASES.map(({ folder: name, file }) => ({ ...control, anatomy: `hostile/${name}/${file}` }));
  const table = JSON.stringify(FOUR_CHAMBERS);
  const settings = `images: {labels: ${table}, edge_mm: 3}\ntorso: {model: homogeneous}\n`;
  return caseResults(
    'label',
    LABEL_CASES,
    checkSheet(dataFolder, folder, 'labels', [control, ...rows, control], settings),
  );
}

/** ECGs meet a heart that can carry a twin, so that their own answer is the last one. */
function ecgs(dataFolder: string, folder: string): CheckResult[] {
  const control = {
    anatomy: 'hearts/crtdemo/crtdemo.pts',
    ecg: `${CONTROL}/ecg.hea`,
    electrodes: 'hearts/crtdemo/electrodes_mm.json',
  };
  const rows = ECG_CASES.map(({ folder: name, file }) => ({ ...control, ecg: `hostile/${name}/${file}` }));
  return caseResults('ECG', ECG_CASES, checkSheet(dataFolder, folder, 'ecgs', [control, ...rows, control], ''));
}

function caseResults(what: string, cases: readonly HostileCase[], checked: Checked): CheckResult[] {
  const { answer, exitCode, seconds, text } = checked;
  const subjects = answer?.subjects ?? [];
  const [first, last] = [subjects[0], subjects.at(-1)];
  const codes = (index: number) => subjects[index]?.findings.map(({ code }) => code) ?? [];
  return [
    {
      name: `the healthy control among broken ${what} files is answered the same first and last`,
      passed:
        first !== undefined && JSON.stringify({ ...first, subject: '' }) === JSON.stringify({ ...last, subject: '' }),
      detail: first?.message ?? `${first?.status}; ${codes(0).join(', ')}`,
    },
    {
      name: `broken ${what} files: exit code 3, no stack trace, nothing of other files, within ${MOST_SECONDS} s`,
      passed: exitCode === 3 && isDecent(text) && seconds < MOST_SECONDS,
      detail: `exit ${exitCode}, ${seconds.toFixed(1)} s`,
    },
    ...cases.map(({ folder, expected, added }, at): CheckResult => {
      const subject = subjects[at + 1];
      const ofControl = codes(0);
      const more = codes(at + 1).filter((code) => !ofControl.includes(code));
      const passed =
        expected === 'control'
          ? subject?.message === first?.message && subject?.code === first?.code
          : expected === undefined
            ? subject?.status === 'ok' && added !== undefined && more.includes(added)
            : expected.test(`${subject?.code} ${subject?.message}`);
      return {
        name: folder,
        passed,
        detail: subject?.message ? `${subject.code} ${subject.message}` : `built; ${more.join(', ')}`,
      };
    }),
  ];
}

/** What the control's ECG, which all subjects of a sheet share here, is found with. */
const OF_THE_CONTROL = new Set(['mains-hum', 'beats-left-out']);

function sheetCase(
  dataFolder: string,
  folder: string,
  { folder: name, settings, expected, fact }: SheetCase,
): CheckResult {
  const study = join(folder, `${name}.yaml`);
  writeFileSync(
    study,
    `name: sheets\nsheet: ${JSON.stringify(join(dataFolder, 'hostile', name, 'demographics.csv'))}\nfiles: {anatomy: ${CONTROL}/mesh.pts, ecg: ${CONTROL}/ecg.hea}\n${settings}`,
  );
  const { answer, text } = runCheck(study, dataFolder);
  const rows =
    answer?.subjects.map(({ subject, findings }) =>
      [subject, ...findings.map(({ code }) => code).filter((code) => !OF_THE_CONTROL.has(code))].join(' '),
    ) ?? [];
  const refused = answer?.refused.map(({ message }) => message) ?? [];
  const told = answer ? [...rows, ...refused].join(' | ') : text.trim();
  return { name: `${name}: ${fact}`, passed: expected.test(told) && isDecent(text), detail: told };
}

/** The cohort of five with two broken ones, its healthy blocks replaced by a heart; twice, as a user would try again. */
function mixedCohort(dataFolder: string, folder: string): CheckResult[] {
  const own = (subject: string, file: string) => `hostile/67_cohort_mixed_good_bad/${subject}/${file}`;
  const rows = ['P01', 'P02', 'P03', 'P04', 'P05'].map((subject) => ({
    anatomy: subject === 'P02' ? own(subject, 'mesh.pts') : 'hearts/crtdemo/crtdemo.pts',
    ecg: own(subject, 'ecg.hea'),
    electrodes: 'hearts/crtdemo/electrodes_mm.json',
  }));
  const [once, again] = [1, 2].map(() => checkSheet(dataFolder, folder, 'mixed', rows, ''));
  const told = once?.answer?.subjects.map(({ status, message }) => message ?? status).join(' | ') ?? '';
  return [
    {
      name: '67: three of five can be built, two say why not, the exit code is 3 and a second time says the same',
      passed:
        /^ok \| mesh\.pts: .*not a finite number.* \| ok \| ecg\.dat: 0 of 5000 samples.* \| ok$/.test(told) &&
        once?.exitCode === 3 &&
        once.text === again?.text,
      detail: told,
    },
  ];
}

/** Cells by their columns, the same in every row of a sheet. */
type Row = Readonly<Record<string, string>>;

function checkSheet(dataFolder: string, folder: string, name: string, rows: readonly Row[], settings: string): Checked {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row, at) => [`s${at}`, ...columns.map((column) => row[column])].join());
  writeFileSync(join(folder, `${name}.csv`), `subject,${columns.join()}\n${lines.join('\n')}\n`);
  const study = join(folder, `${name}.yaml`);
  writeFileSync(study, `name: ${name}\nsheet: ${name}.csv\n${settings}`);
  return runCheck(study, dataFolder);
}

function runCheck(study: string, dataFolder: string): Checked {
  const began_ms = performance.now();
  const options = { encoding: 'utf8', timeout: MOST_SECONDS * 1000, maxBuffer: 1e8 } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'check', study, '--data', dataFolder, '--json'],
    options,
  );
  const parsed = stdout.startsWith('{') ? answerSchema.safeParse(JSON.parse(stdout)).data : undefined;
  return {
    exitCode: status,
    answer: parsed,
    text: `${stdout}${stderr}`,
    seconds: (performance.now() - began_ms) / 1000,
  };
}

/** No stack, no error of our own, and nothing of a file that a hostile one points to. */
const isDecent = (text: string): boolean => !/\n\s+at |Unexpected|node:internal|root:x?:/.test(text);

const listing = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${statSync(join(folder, name)).size}`)
    .sort()
    .join('\n');

/** A header that promises terabytes must not even be tried. */
function giantHeader(path: string): CheckResult {
  const bytes = readFileSync(path);
  const before = process.resourceUsage().maxRSS;
  const began_ms = performance.now();
  try {
    readMesh('mesh.vtu', bytes, () => undefined);
  } catch {
    // Its sentence is held above; here it is what the refusal cost.
  }
  const [seconds, more_MB] = [(performance.now() - began_ms) / 1000, (process.resourceUsage().maxRSS - before) / 1024];
  return {
    name: '23: refused within 50 MB and a second',
    passed: more_MB < 50 && seconds < 1,
    detail: `${more_MB.toFixed(0)} MB, ${seconds.toFixed(3)} s`,
  };
}

/** A case that nobody answers for would pass unseen. */
function everyCase(dataFolder: string): CheckResult {
  const lines = readFileSync(join(dataFolder, 'hostile', 'EXPECTED.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const held = [...MESH_CASES, ...LABEL_CASES, ...ECG_CASES, ...SHEET_CASES].map(({ folder }) => folder);
  const missing = lines
    .map((line) => line.split('\t')[0] ?? '')
    .filter((name) => !held.includes(name) && !/^6[78]_/.test(name));
  return {
    name: 'every case of EXPECTED.tsv is held',
    passed: missing.length === 0,
    detail: missing.join(', ') || `${lines.length} cases`,
  };
}

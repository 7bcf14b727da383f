import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { bodyOf } from '../activities/records/stageParts.ts';
import { writeWhole } from '../activities/stores/writeWhole.ts';
import { chooseBackend } from '../backends/index.ts';
import { suggestion } from '../cohorts/didYouMean.ts';
import type { SampleSheet } from '../cohorts/sampleSheet.ts';
import type { Study } from '../cohorts/study.ts';
import { parseStudy } from '../cohorts/studyFile.ts';
import { TwinError } from '../twin/errors.ts';
import type { Repolarisation } from '../twin/repolarisation/repolarisation.ts';
import { openScience } from '../workers/science.ts';
import { answer, EXIT, isInteractive, say, warn } from './console.ts';
import { openStudy } from './openStudy.ts';
import { preparations } from './prepareFiles.ts';
import { findSubjectFiles, type SubjectPaths } from './subjectFolder.ts';
import { surfaceFiles, WHOLE_CHEST } from './surfaceOutputs.ts';
import { twinFiles } from './twinOutputs.ts';

export interface TwinCommandOptions {
  readonly study?: string;
  readonly subject?: string;
  readonly data?: string;
  readonly ecg?: string;
  readonly out: string;
  readonly backend: string;
  readonly ensemble?: number;
  readonly json?: boolean;
  /** `true` for the map of 128 electrodes, otherwise a file */
  readonly map?: string | true;
}

/** Below this the ECG is not reproduced, and the homogeneous torso's millivolts are the usual reason. */
const WEAK_FIT = 0.97;
const GAIN_HINT =
  'a weak fit: the homogeneous torso does not give a recorder’s millivolts; try a study with "beat: {gain: fit}" (--study)';

/** Builds one twin in this process and writes its folder. @throws TwinError what is wrong with the subject or the study */
export async function buildOneTwin(folder: string | undefined, options: TwinCommandOptions): Promise<number> {
  const { paths, study: given } = await chooseSubject(folder, options);
  const study = options.ensemble === undefined ? given : withEnsemble(given, options.ensemble);
  await makeFolder(options.out);
  const tell = options.json ? warn : say;
  const seconds: Record<string, number> = {};
  const timed = async <T>(stage: string, work: () => Promise<T> | T): Promise<T> => {
    const began_ms = performance.now();
    const result = await work();
    seconds[stage] = Number(((performance.now() - began_ms) / 1000).toFixed(3));
    return result;
  };
  const stop = new AbortController();
  const interrupt = () => stop.abort(new TwinError('Cancelled', 'interrupted'));
  process.once('SIGINT', interrupt);
  try {
    const { backend, reason } = await chooseBackend(options.backend);
    const science = openScience(backend);
    const { anatomy, beat } = await timed('prepare', async () => {
      const halves = preparations(science, paths, study);
      return { beat: await halves.beat(), anatomy: await halves.anatomy() };
    });
    const tets = anatomy.mesh.tets.length / 4;
    tell(`backend ${backend.name}: ${reason}`);
    tell(
      `${paths.subject}: ${anatomy.mesh.points.length / 3} nodes, ${tets} tetrahedra; QRS ${(beat.qrsOffset_ms - beat.qrsOnset_ms).toFixed(0)} ms`,
    );
    for (const { message } of [...anatomy.findings, ...beat.findings]) tell(`  note: ${message}`);
    const twin = await timed('calibrate', () =>
      science.calibrate({
        anatomy,
        beat,
        settings: study.calibration,
        resumeFrom: undefined,
        signal: stop.signal,
        onProgress: ({ iteration, correlation, checkpoint }) => {
          if (isInteractive() && !options.json)
            process.stdout.write(
              `\r\x1b[2K  level ${checkpoint.level + 1}, iteration ${iteration}: correlation ${correlation.toFixed(4)}`,
            );
        },
      }),
    );
    if (isInteractive() && !options.json) process.stdout.write('\n');
    const metrics = await timed('measure', () => science.measure({ anatomy, beat, twin }));
    const outputs = { subject: paths.subject, anatomy, beat, twin, metrics, settings: study.calibration, seconds };
    const { map } = options;
    const surface =
      map === undefined ? [] : await surfaceFiles({ anatomy, beat, twin }, study, map === true ? WHOLE_CHEST : map);
    for (const { name, bytes } of [...twinFiles(outputs), ...surface]) await writeWhole(join(options.out, name), bytes);
    const { correlation, rmse_mV, iterations } = twin.fit;
    tell(
      `  correlation ${correlation.toFixed(4)}, RMSE ${rmse_mV.toFixed(3)} mV, ${iterations} iterations; ` +
        `prepare ${seconds.prepare} s, calibrate ${seconds.calibrate} s, measure ${seconds.measure} s`,
    );
    if (twin.repolarisation !== undefined) tell(`  ${repolarisationLine(twin.repolarisation)}`);
    if (correlation < WEAK_FIT && beat.isCalibrated) tell(`  ${GAIN_HINT}`);
    tell(`  written: ${resolve(options.out)}`);
    if (options.json)
      answer({ subject: paths.subject, out: resolve(options.out), correlation, rmse_mV, iterations, seconds });
    return EXIT.done;
  } catch (error) {
    if (error instanceof TwinError && error.code === 'Cancelled') return EXIT.interrupted;
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function repolarisationLine({ parameters, spread, fit }: Repolarisation): string {
  const { ari_ms, coupling } = parameters;
  return (
    `T wave: correlation ${fit.correlation.toFixed(3)}, RMSE ${fit.rmse_mV.toFixed(3)} mV; ` +
    `activation–recovery interval ${ari_ms.toFixed(0)} ± ${spread.ari_ms.toFixed(0)} ms, coupling ${coupling.toFixed(2)} ± ${spread.coupling.toFixed(2)}`
  );
}

/** @throws TwinError BadStudy for an ensemble of one, which has no spread */
function withEnsemble(study: Study, ensembleMembers: number): Study {
  if (ensembleMembers < 2)
    throw new TwinError('BadStudy', '--ensemble: found 1 member, expected at least 2; one has no spread');
  return { ...study, calibration: { ...study.calibration, ensembleMembers } };
}

/** The subject's files and the settings, from a folder, or from a study's sheet. */
async function chooseSubject(
  folder: string | undefined,
  { study: path, subject, data, ecg }: TwinCommandOptions,
): Promise<{ paths: SubjectPaths; study: Study }> {
  if (folder !== undefined && subject !== undefined) {
    throw new TwinError('BadStudy', 'name a folder or a --subject of the study, not both');
  }
  if (folder !== undefined) {
    const study =
      path === undefined
        ? parseStudy('name: twin\nsheet: none.csv\n', 'defaults')
        : (await openStudy(path, data)).study;
    const name = basename(resolve(folder));
    return { paths: await findSubjectFiles(resolve(folder), { subject: name, ecg, leads: study.ecg.leads }), study };
  }
  if (path === undefined || subject === undefined) {
    throw new TwinError('BadStudy', 'name the subject’s folder, or --study with --subject');
  }
  if (ecg !== undefined)
    throw new TwinError('BadStudy', '--ecg goes with a folder; the study’s sheet names the ECG itself');
  const { study, sheet, dataFolder } = await openStudy(path, data);
  const row = sheet.rows.find((candidate) => candidate.subject === subject);
  if (row === undefined) {
    const refusal = sheet.refused.find((candidate) => candidate.subject === subject)?.message;
    throw new TwinError(
      'BadStudy',
      refusal ?? `${subject}: the sheet of ${path} has no such subject${otherSubjects(subject, sheet)}`,
    );
  }
  const { anatomy, electrodes, torso } = row;
  return { paths: { subject, dataFolder, anatomy, ecg: row.ecg, electrodes, torso, body: bodyOf(row) }, study };
}

function otherSubjects(subject: string, { rows }: SampleSheet): string {
  const names = rows.map((row) => row.subject);
  const shown = names.slice(0, 10).join(', ');
  return suggestion(subject, names) || `; it has ${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
}

/** Before anything is computed: a folder that cannot be written to is found now and not after the calibration. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const found = code === 'EEXIST' || code === 'ENOTDIR' ? 'is a file, or lies in one' : `cannot be made (${code})`;
    throw new TwinError('BadStudy', `${path}: ${found}; name another folder under --out`);
  }
}

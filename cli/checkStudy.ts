import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { writeWhole } from '../activities/stores/writeWhole.ts';
import { FACT_HEADINGS, factCells } from './checkFacts.ts';
import { checkPage } from './checkPage.ts';
import type { CheckAnswer, CheckTask } from './checkThread.ts';
import { answer, EXIT, isInteractive, say } from './console.ts';
import { type OpenStudy, openStudy } from './openStudy.ts';

export interface CheckOptions {
  readonly data?: string;
  readonly json?: boolean;
  /** Folder for the page of pictures and the JSON */
  readonly out?: string;
}

/** Takes every subject of a study through all gates up to the calibration, a core each, and says and shows what was found. */
export async function checkStudy(path: string, options: CheckOptions): Promise<number> {
  const opened = await openStudy(path, options.data);
  const { study, sheet, dataFolder } = opened;
  const subjects = await checkSubjects(opened, { isDrawn: options.out !== undefined, isTold: !options.json });
  const failed = subjects.filter(({ status }) => status === 'failed');
  const document = {
    study: study.name,
    refused: sheet.refused,
    subjects: subjects.map(({ pictures: _, ...told }) => told),
  };
  if (options.out !== undefined) {
    await writeWhole(join(options.out, 'check.json'), `${JSON.stringify(document, null, 2)}\n`);
    await writeWhole(join(options.out, 'check.html'), checkPage({ ...document, subjects }));
  }
  if (options.json) answer(document);
  else {
    say(`paths start in ${dataFolder}`);
    for (const line of textTable(subjects)) say(line);
    for (const { message } of sheet.refused) say(`refused  ${message}`);
    for (const { subject, problems } of failed)
      for (const { code, message } of problems) say(`${code.padEnd(11)} ${subject}: ${message}`);
    for (const { subject, findings } of subjects)
      for (const finding of findings) say(`${finding.severity.padEnd(11)} ${subject}: ${finding.message}`);
    say(
      `${subjects.length - failed.length} of ${subjects.length + sheet.refused.length} subjects can be built; ` +
        `${failed.length} fail, ${sheet.refused.length} rows of the sheet are refused`,
    );
    if (options.out === undefined) say('pictures of all of them: add --out FOLDER');
    else say(`pictures: ${resolve(options.out, 'check.html')}`);
  }
  return failed.length + sheet.refused.length > 0 ? EXIT.quarantined : EXIT.done;
}

async function checkSubjects(
  { study, sheet, dataFolder }: OpenStudy,
  { isDrawn, isTold }: { isDrawn: boolean; isTold: boolean },
): Promise<CheckAnswer[]> {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./checkThread.ts', import.meta.url)),
    maxThreads: availableParallelism(),
  });
  const isWatched = isInteractive() && isTold;
  let checked = 0;
  try {
    const subjects = await Promise.all(
      sheet.rows.map(async (row): Promise<CheckAnswer> => {
        const task: CheckTask = { row, dataFolder, settings: study, isDrawn };
        const result: CheckAnswer = await pool.run(task);
        checked++;
        if (isWatched) process.stdout.write(`\r\x1b[2K${checked}/${sheet.rows.length} subjects`);
        return result;
      }),
    );
    if (isWatched) process.stdout.write('\r\x1b[2K');
    return subjects;
  } finally {
    await pool.close({ force: true });
  }
}

/** Subjects a line each, numbers to the right. */
function textTable(subjects: readonly CheckAnswer[]): string[] {
  const rows = subjects.map((checked) => [
    checked.subject,
    checked.status,
    ...factCells(checked.facts),
    [...new Set([...checked.problems, ...checked.findings].map(({ code }) => code))].join(' '),
  ]);
  const all = [['subject', 'status', ...FACT_HEADINGS, 'problems and findings'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const isNumber = (column: number) => column >= 2 && column < 2 + FACT_HEADINGS.length;
  return all.map((row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { CheckAnswer, CheckTask } from './checkThread.ts';
import { answer, EXIT, isInteractive, say } from './console.ts';
import { openStudy } from './openStudy.ts';

/** Takes every subject of a study through all gates up to the calibration, a core each, and says what was found. */
export async function checkStudy(path: string, options: { data?: string; json?: boolean }): Promise<number> {
  const { study, sheet, dataFolder } = await openStudy(path, options.data);
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./checkThread.ts', import.meta.url)),
    maxThreads: availableParallelism(),
  });
  const isWatched = isInteractive() && !options.json;
  let checked = 0;
  try {
    const subjects = await Promise.all(
      sheet.rows.map(async (row): Promise<CheckAnswer> => {
        const task: CheckTask = { row, dataFolder, settings: study };
        const result: CheckAnswer = await pool.run(task);
        checked++;
        if (isWatched) process.stdout.write(`\r\x1b[2K${checked}/${sheet.rows.length} subjects`);
        return result;
      }),
    );
    if (isWatched) process.stdout.write('\r\x1b[2K');
    const failed = subjects.filter(({ status }) => status === 'failed');
    if (options.json) {
      answer({ study: study.name, refused: sheet.refused, subjects });
    } else {
      say(`paths start in ${dataFolder}`);
      for (const { message } of sheet.refused) say(`refused  ${message}`);
      for (const { subject, code, message } of failed) say(`${code?.padEnd(11)} ${subject}: ${message}`);
      for (const { subject, findings } of subjects) {
        for (const finding of findings) say(`${finding.severity.padEnd(11)} ${subject}: ${finding.message}`);
      }
      say(
        `${subjects.length - failed.length} of ${subjects.length + sheet.refused.length} subjects can be built; ` +
          `${failed.length} fail, ${sheet.refused.length} rows of the sheet are refused`,
      );
    }
    return failed.length + sheet.refused.length > 0 ? EXIT.quarantined : EXIT.done;
  } finally {
    await pool.close({ force: true });
  }
}

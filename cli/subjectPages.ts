import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../activities/stores/artifacts.ts';
import { COLUMN } from '../cohorts/analyses/columns.ts';
import { type ColumnTable, textOf } from '../cohorts/analyses/table.ts';
import type { ReportInput } from '../cohorts/report/reportInput.ts';
import { buildSubjectPage } from '../cohorts/report/subject/buildSubjectPage.ts';
import { stripsOf } from '../cohorts/report/subject/strips.ts';
import type { TwinTraces } from '../cohorts/report/subject/subjectPageInput.ts';
import { subjectPagePath } from '../cohorts/report/subjectLink.ts';
import { smallActivationPng } from '../twin/render/activationPng.ts';
import { readTwin, type StoredTwin } from './twinsShown.ts';

/** A subject who gets a page. */
export interface PageAsked {
  readonly row: number;
  readonly subject: string;
}

export interface SubjectPagesInput {
  readonly input: ReportInput;
  readonly store: Store;
  readonly asked: readonly PageAsked[];
  readonly onSubject?: ((written: number, asked: number) => void) | undefined;
}

/** Distance of lines on the picture of an ensemble's spread. */
const SPREAD_STEP_ms = 2;

/** Of some rows those whose subjects can have a page: names that differ by letter case alone would be one file on some machines, and the first has it. */
export function pagesAmong(table: ColumnTable, rows: readonly number[]): PageAsked[] {
  const taken = new Set<string>();
  return rows.flatMap((row) => {
    const subject = textOf(table, COLUMN.subject, row);
    const name = subject.toLowerCase();
    if (subjectPagePath(subject) === undefined || taken.has(name)) return [];
    taken.add(name);
    return [{ row, subject }];
  });
}

/** Writes one page after the other, from the stored artifacts; memory holds one twin at a time. Gives the files' names. */
export async function writeSubjectPages(
  folder: string,
  { input, store, asked, onSubject }: SubjectPagesInput,
): Promise<string[]> {
  if (asked.length === 0) return [];
  await mkdir(join(folder, 'subjects'), { recursive: true });
  const { table, manifest } = input;
  const strips = stripsOf(table, input.dictionary);
  const failures = new Map(input.quarantine.map((entry) => [entry.subject, entry]));
  const names: string[] = [];
  for (const [at, { row, subject }] of asked.entries()) {
    const path = subjectPagePath(subject);
    if (path === undefined) continue;
    const stored = await readTwin(table, row, store);
    const failure = failures.get(subject);
    const [previous, next] = [asked[at - 1]?.subject, asked[at + 1]?.subject];
    const page = buildSubjectPage({
      subject,
      table,
      row,
      strips,
      manifest,
      ...(stored && { twin: tracesOf(stored) }),
      ...(failure && { failure }),
      ...(previous !== undefined && { previous }),
      ...(next !== undefined && { next }),
    });
    await writeFile(join(folder, path), page);
    names.push(`${subject}.html`);
    onSubject?.(at + 1, asked.length);
  }
  return names;
}

/** What a page draws of a twin. */
function tracesOf({ anatomy, beat, twin }: StoredTwin): TwinTraces {
  const { mesh, surfaces } = anatomy;
  const whole = twin.repolarisation &&
    beat.qrst && { simulated_mV: twin.repolarisation.ecg_mV, recorded_mV: beat.qrst.voltage_mV };
  const { ensemble } = twin;
  const most = ensemble?.sd_ms.reduce((high, sd) => (Number.isNaN(sd) ? high : Math.max(high, sd)), 0) ?? 0;
  return {
    interval_ms: beat.interval_ms,
    start_ms: -beat.qrsOnset_ms,
    qrs: { simulated_mV: twin.ecg_mV, recorded_mV: beat.voltage_mV },
    ...(whole && { qrst: whole }),
    leadCorrelation: twin.fit.leadCorrelation,
    leadRmse_mV: twin.fit.leadRmse_mV,
    activationPng: smallActivationPng({ mesh, surfaces, activation_ms: twin.activation_ms }, { layout: 'page' }),
    ...(ensemble && {
      spreadPng: smallActivationPng(
        { mesh, surfaces, activation_ms: ensemble.sd_ms },
        { layout: 'page', range_ms: [0, most], isochrone_ms: SPREAD_STEP_ms },
      ),
    }),
    findings: [...anatomy.findings, ...beat.findings],
    stoppedBecause: twin.fit.stoppedBecause,
    iterations: twin.fit.iterations,
    gain: twin.gain,
  };
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Usage } from './processes.ts';

/** The same work for every engine: subjects of three stages each, the second of which waits; then one table of all. */
export interface Job {
  readonly subjects: number;
  readonly wait_s: number;
  /** Stages that may run at the same time */
  readonly slots: number;
}

/** What an engine took for a job. */
export interface Outcome {
  readonly engine: string;
  readonly version: string;
  /** Until the first stage could begin: server, workers, graph of the work, s */
  readonly setup_s: number;
  /** From the first stage to the table, s */
  readonly work_s: number;
  readonly usage: Readonly<Record<string, Usage>>;
  /** Rows of the table that came out */
  readonly rows: number;
  /** Figures that only this engine has */
  readonly more: Readonly<Record<string, number>>;
}

export const subjectName = (index: number): string => `sub-${String(index).padStart(6, '0')}`;

/** The subjects' files: small ones, each another. */
export async function writeInputs(folder: string, { subjects, wait_s }: Job): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < subjects; index++) {
    const name = subjectName(index);
    await writeFile(join(folder, `${name}.heart`), JSON.stringify({ value: index, wait_s }));
    await writeFile(join(folder, `${name}.ecg`), name);
  }
}

/** Seconds of the processor, beyond the waiting, that a subject costs; and of the clock beyond what waiting takes on all slots. */
export function overheadOf({ subjects, wait_s, slots }: Job, { work_s, usage }: Outcome) {
  return {
    cpu_ms: ((usage.all?.cpu_s ?? Number.NaN) / subjects) * 1000,
    clock_ms: ((work_s - (subjects * wait_s) / slots) / subjects) * 1000,
  };
}

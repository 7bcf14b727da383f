import { z } from 'zod';
import { type ColumnTable, numbersOf, textOf } from '../cohorts/analyses/table.ts';
import type { QuarantineEntry, ReportInput } from '../cohorts/report/reportInput.ts';
import type { SubjectCost } from '../cohorts/row.ts';

/** What the dictionary says of the cohort table's columns. */
export function dictionaryOf(table: ColumnTable): ReportInput['dictionary'] {
  return Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => textOf(table, 'table', row) === 'cohort')
    .map((row) => ({
      name: textOf(table, 'column', row),
      unit: textOf(table, 'unit', row) || null,
      description: textOf(table, 'description', row),
    }));
}

/** The costs of a run from its published table. */
export function costsOf(table: ColumnTable): SubjectCost[] {
  const [seconds, memory, attempts, started] = ['seconds', 'peakMemory_MB', 'attempts', 'started_ms'].map((column) =>
    numbersOf(table, column),
  );
  return Array.from({ length: table.rows }, (_, row) => {
    const [device, outcome] = [textOf(table, 'device', row), textOf(table, 'outcome', row)];
    return {
      subject: textOf(table, 'subject', row),
      stage: textOf(table, 'stage', row),
      seconds: seconds?.[row] ?? Number.NaN,
      peakMemory_MB: memory?.[row] ?? Number.NaN,
      attempts: attempts?.[row] ?? Number.NaN,
      worker: textOf(table, 'worker', row),
      wasCached: textOf(table, 'wasCached', row) === 'true',
      started_ms: started?.[row] ?? Number.NaN,
      ...(device === '' ? {} : { device }),
      ...(outcome === '' ? {} : { outcome }),
    };
  });
}

const stageSchema = z.enum(['read', 'prepare', 'calibrate', 'measure']);

/** The quarantine of a run from its published table. */
export function quarantineOf(table: ColumnTable): QuarantineEntry[] {
  return Array.from({ length: table.rows }, (_, row) => ({
    subject: textOf(table, 'subject', row),
    stage: stageSchema.parse(textOf(table, 'failureStage', row)),
    code: textOf(table, 'failureCode', row),
    message: textOf(table, 'failureMessage', row),
  }));
}

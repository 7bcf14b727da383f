import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { Cell, SampleSheetRow, SubjectRow } from '../cohorts/row.ts';
import type { Twin } from '../twin/calibrate/twin.ts';
import type { Calibrated } from './calibrate.ts';
import type { Control, Edge } from './edge.ts';
import { decodeAnatomy, decodeBeat, decodeTwin } from './encoding/encode.ts';
import type { Prepared } from './prepare.ts';
import { findStage, recordStage } from './records/stageIndex.ts';
import { codeVersion, hashOf, measureParts } from './records/stageParts.ts';
import { getSubject, type SubjectPlace, stageSettings } from './records/study.ts';
import { writeParts, writeRow } from './records/subjectRecords.ts';
import { memoryToMeasure } from './stageMemory.ts';
import { getOrThrow } from './stores/artifactLost.ts';

export interface MeasureInput {
  readonly place: SubjectPlace;
  readonly prepared: Prepared;
  readonly calibrated: Calibrated;
}
export interface Measured {
  readonly subject: string;
  readonly wasCached: boolean;
}

const resultSchema = z.strictObject({
  metrics: z.record(z.string(), z.number().nullable()),
  findings: z.array(z.string()),
  draws: z.record(z.string(), z.array(z.number().nullable())).exactOptional(),
});

/** Measures a twin and writes the subject's row of the cohort table. */
export async function measure(
  edge: Edge,
  { place, prepared, calibrated }: MeasureInput,
  control?: Pick<Control, 'admit'>,
): Promise<Measured> {
  const { store, science } = edge;
  const { plan, row } = await getSubject(store, place);
  const { electrodesInput, torsoInput } = prepared;
  const hashes = {
    anatomyInput: prepared.anatomyInput,
    ecgInput: prepared.ecgInput,
    ...(electrodesInput === undefined ? {} : { electrodesInput }),
    ...(torsoInput === undefined ? {} : { torsoInput }),
    sheetRow: hashOf(row),
    settings: hashOf(stageSettings(plan.study)),
    anatomy: prepared.anatomy.sha256,
    beat: prepared.beat.sha256,
    twin: calibrated.twin.sha256,
  };
  const parts = measureParts(science.versions, hashes);
  const before = await findStage(store, parts, resultSchema);
  if (before === undefined) await control?.admit?.(memoryToMeasure(prepared.anatomy));
  const { metrics, findings, ...others } = before ?? (await measureTwin(edge, prepared, calibrated));
  if (before === undefined) await recordStage(store, parts, { metrics, findings, ...others });
  await writeParts(store, row.subject, { parts, place });
  await writeRow(store, place, {
    subject: row.subject,
    status: 'done',
    covariates: covariatesOf(row),
    metrics,
    findings: [...new Set([...findings, ...row.findings.map(({ code }) => code)])].sort(),
    hashes,
    failure: null,
    codeVersion: codeVersion(science),
    ...(calibrated.seed === undefined ? {} : { seed: calibrated.seed }),
    ...(calibrated.backend === undefined ? {} : { backend: calibrated.backend }),
    ...others,
  });
  return { subject: row.subject, wasCached: before !== undefined };
}

/** The columns of the cohort table that come from the sample sheet. */
export function covariatesOf({ sex, age_y, height_cm, weight_kg, covariates }: SampleSheetRow): Record<string, Cell> {
  return { sex, age_y, height_cm, weight_kg, ...covariates };
}

async function measureTwin({ store, science }: Edge, prepared: Prepared, { twin }: Calibrated) {
  const subject = {
    anatomy: decodeAnatomy(await getOrThrow(store, prepared.anatomy), prepared.anatomy.uri),
    beat: decodeBeat(await getOrThrow(store, prepared.beat), prepared.beat.uri),
    twin: decodeTwin(await getOrThrow(store, twin), twin.uri),
  };
  const metrics = finiteOrNull(science.measure(subject));
  // Seconds of work, and the last look before a number is published (docs/decisions/0075-measured-twice.md).
  if (canonicalJson(finiteOrNull(science.measure(subject))) !== canonicalJson(metrics)) {
    throw new Error(`${prepared.subject}: two measurements of one twin differ; it is measured again`);
  }
  return {
    metrics,
    findings: [...subject.anatomy.findings, ...subject.beat.findings].map(({ code }) => code),
    ...drawsOf(subject.twin),
  };
}

/** An ensemble's draws by column of the cohort table. */
function drawsOf({ ensemble }: Twin): Pick<SubjectRow, 'draws'> {
  if (ensemble?.draws === undefined) return {};
  const { columns, values } = ensemble.draws;
  const members = values.length / columns.length;
  const ofColumn = (column: number) =>
    Array.from({ length: members }, (_, member) => {
      const value = values[member * columns.length + column] ?? Number.NaN;
      return Number.isFinite(value) ? value : null;
    });
  return { draws: Object.fromEntries(columns.map((name, column) => [name, ofColumn(column)])) };
}

function finiteOrNull(values: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

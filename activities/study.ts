import { z } from 'zod';
import type { ArtifactRef, SampleSheetRow, SubjectId } from '../cohorts/row.ts';
import type { AnatomySettings } from '../twin/anatomy/anatomy.ts';
import type { CalibrationSettings } from '../twin/calibrate/twin.ts';
import type { BeatSettings } from '../twin/ecg/beat.ts';
import { getOrThrow } from './artifactLost.ts';
import { type Artifacts, putJson } from './artifacts.ts';
import { artifactRef } from './stageIndex.ts';

/** How every subject of a study is treated. */
export interface StageSettings {
  readonly anatomy: AnatomySettings;
  readonly beat: BeatSettings;
  readonly calibration: CalibrationSettings;
}

/** A study as its activities read it; workflows carry only the reference to it. */
export interface Study {
  /** Folder that the paths of the subjects start in, as the workers see it. */
  readonly dataFolder: string;
  /** Folder that the tables are published in, as the workers see it. */
  readonly outFolder: string;
  readonly settings: StageSettings;
  /** What the publisher writes into the manifest beside the tables; no personal data. */
  readonly manifest: Readonly<Record<string, unknown>>;
}
export interface StoredStudy extends Study {
  readonly subjects: number;
  /** Sample sheet rows in the sheet's order, at most PAGE_SIZE in each */
  readonly pages: readonly ArtifactRef[];
}

/** Most subjects of one sub-workflow: its history stays far below Temporal's limits. */
export const PAGE_SIZE = 100;

/** A subject's place in a stored study, and the run that its row belongs to. */
export interface SubjectPlace {
  readonly run: string;
  readonly study: ArtifactRef;
  readonly page: number;
  readonly position: number;
}

/** The stored study and what a run must know of it to plan. */
export interface StudyInput {
  readonly study: ArtifactRef;
  readonly pages: number;
  readonly subjects: number;
}

/** Stores a study and its subjects, to be named by reference from then on. */
export async function putStudy(
  store: Artifacts,
  study: Study,
  rows: readonly SampleSheetRow[],
  pageSize = PAGE_SIZE,
): Promise<StudyInput> {
  const pages: ArtifactRef[] = [];
  for (let start = 0; start < rows.length; start += pageSize) {
    pages.push(await putJson(store, rows.slice(start, start + pageSize)));
  }
  const stored: StoredStudy = { ...study, subjects: rows.length, pages };
  return { study: await putJson(store, stored), pages: pages.length, subjects: rows.length };
}

/** @throws ArtifactLost where the study was removed from the store */
export async function getStudy(store: Artifacts, ref: ArtifactRef): Promise<StoredStudy> {
  return studySchema.parse(await getJson(store, ref));
}

/** Rows of one page, in the sheet's order. */
export async function getPage(store: Artifacts, study: StoredStudy, page: number): Promise<SampleSheetRow[]> {
  const ref = study.pages[page];
  if (ref === undefined) throw new RangeError(`page ${page} of a study with ${study.pages.length} pages`);
  return z.array(rowSchema).parse(await getJson(store, ref));
}

/** One subject with its study. */
export async function getSubject(store: Artifacts, { study: ref, page, position }: SubjectPlace) {
  const study = await getStudy(store, ref);
  const row = (await getPage(store, study, page))[position];
  if (row === undefined) throw new RangeError(`no subject ${position} on page ${page}`);
  return { study, row };
}

async function getJson(store: Artifacts, ref: ArtifactRef): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await getOrThrow(store, ref)));
}

const studySchema: z.ZodType<StoredStudy> = z.object({
  dataFolder: z.string(),
  outFolder: z.string(),
  settings: z.custom<StageSettings>((value) => typeof value === 'object' && value !== null), // checked with the study file
  manifest: z.record(z.string(), z.unknown()),
  subjects: z.int().nonnegative(),
  pages: z.array(artifactRef),
});

const cell = z.union([z.string(), z.number(), z.null()]);
const rowSchema: z.ZodType<SampleSheetRow> = z.strictObject({
  subject: z.custom<SubjectId>((value) => typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,63}$/.test(value)),
  sex: z.enum(['female', 'male']).nullable(),
  age_y: z.number().nullable(),
  height_cm: z.number().nullable(),
  weight_kg: z.number().nullable(),
  anatomy: z.string(),
  ecg: z.string(),
  electrodes: z.string().nullable(),
  covariates: z.record(z.string(), cell),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['repaired', 'warning']),
      message: z.string(),
      count: z.number().exactOptional(),
    }),
  ),
});

import { z } from 'zod';
import type { ArtifactRef, SampleSheetRow, SubjectId } from '../../cohorts/row.ts';
import type { RefusedRow } from '../../cohorts/sampleSheet.ts';
import { DEFAULT_COUNTERFACTUALS, DEFAULT_PUBLISH, type Study } from '../../cohorts/study.ts';
import { checkSubjectId } from '../../cohorts/subjectId.ts';
import { getOrThrow } from '../stores/artifactLost.ts';
import { type Artifacts, putJson } from '../stores/artifacts.ts';
import { LastUsed } from '../stores/lastUsed.ts';
import { artifactRef } from './stageIndex.ts';

/** A study as its activities read it; workflows carry only the reference to it. */
export interface StudyPlan {
  readonly study: Study;
  /** Folder that the paths of the subjects start in, as the workers see it. */
  readonly dataFolder: string;
  /** Folder that the tables are published in, as the workers see it. */
  readonly outFolder: string;
  /** sha256 of the files that the plan was read from, by `sheet` and `study`; they go into the manifest. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Rows of the sheet that cannot be worked on; they are published as quarantined. */
  readonly refused: readonly RefusedRow[];
  /** The run's whole study, where this holds only those of its subjects that are to be built */
  readonly partOf?: ArtifactRef;
}
export interface StoredPlan extends StudyPlan {
  readonly subjects: number;
  /** Sample sheet rows in the sheet's order, at most PAGE_SIZE in each */
  readonly pages: readonly ArtifactRef[];
}

/** Settings that decide what a subject's stages make. */
export function stageSettings({ anatomy, images, torso, beat, ecg, calibration }: Study) {
  const { torso_S_m: _, ...intracellular } = calibration.conductivity;
  const conductor = torso.model === 'body' ? { ...intracellular, ...torso.conductivity } : null;
  return { anatomy: { anatomy, images, conductor }, beat: { beat, ecg }, calibrate: calibration };
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
  plan: StudyPlan,
  rows: readonly SampleSheetRow[],
  pageSize = PAGE_SIZE,
): Promise<StudyInput> {
  const pages: ArtifactRef[] = [];
  for (let start = 0; start < rows.length; start += pageSize) {
    pages.push(await putJson(store, rows.slice(start, start + pageSize)));
  }
  const stored: StoredPlan = { ...plan, subjects: rows.length, pages };
  return { study: await putJson(store, stored), pages: pages.length, subjects: rows.length };
}

/** @throws ArtifactLost where the study was removed from the store */
export const getPlan = (store: Artifacts, ref: ArtifactRef): Promise<StoredPlan> =>
  parsedOf(store).plans.get(ref.sha256, async () => planSchema.parse(await getJson(store, ref)));

/** Rows of one page, in the sheet's order. */
export async function getPage(store: Artifacts, plan: StoredPlan, page: number): Promise<readonly SampleSheetRow[]> {
  const ref = plan.pages[page];
  if (ref === undefined) throw new RangeError(`page ${page} of a study with ${plan.pages.length} pages`);
  return parsedOf(store).pages.get(ref.sha256, async () => z.array(rowSchema).parse(await getJson(store, ref)));
}

/** One subject with its study. */
export async function getSubject(store: Artifacts, { study: ref, page, position }: SubjectPlace) {
  const plan = await getPlan(store, ref);
  const row = (await getPage(store, plan, page))[position];
  if (row === undefined) throw new RangeError(`no subject ${position} on page ${page}`);
  return { plan, row };
}

/** Plans and pages that a store's users parsed last: every activity of a page asks for both. What has a hash never changes. */
const PARSED = { plans: 4, pages: 16 } as const;
interface Parsed {
  readonly plans: LastUsed<StoredPlan>;
  readonly pages: LastUsed<readonly SampleSheetRow[]>;
}
const parsed = new WeakMap<Artifacts, Parsed>();

function parsedOf(store: Artifacts): Parsed {
  const known = parsed.get(store);
  if (known !== undefined) return known;
  const made = {
    plans: new LastUsed<StoredPlan>(PARSED.plans),
    pages: new LastUsed<readonly SampleSheetRow[]>(PARSED.pages),
  };
  parsed.set(store, made);
  return made;
}

async function getJson(store: Artifacts, ref: ArtifactRef): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await getOrThrow(store, ref)));
}

const subjectId = z.custom<SubjectId>((value) => typeof value === 'string' && 'subject' in checkSubjectId(value));
const cell = z.union([z.string(), z.number(), z.null()]);

const planSchema: z.ZodType<StoredPlan> = z.object({
  dataFolder: z.string(),
  outFolder: z.string(),
  // Checked where its file was read; what plans of before did not say has its default.
  study: z
    .custom<Study>((value) => typeof value === 'object' && value !== null)
    .transform((study) => ({
      ...study,
      publish: study.publish ?? DEFAULT_PUBLISH,
      counterfactuals: study.counterfactuals ?? DEFAULT_COUNTERFACTUALS,
    })),
  inputs: z.record(z.string(), z.string()),
  refused: z.array(
    z.strictObject({
      line: z.int(),
      subject: subjectId.nullable(),
      covariates: z.record(z.string(), cell),
      message: z.string(),
    }),
  ),
  partOf: artifactRef.exactOptional(),
  subjects: z.int().nonnegative(),
  pages: z.array(artifactRef),
});

const rowSchema: z.ZodType<SampleSheetRow> = z.strictObject({
  subject: subjectId,
  sex: z.enum(['female', 'male']).nullable(),
  age_y: z.number().nullable(),
  height_cm: z.number().nullable(),
  weight_kg: z.number().nullable(),
  anatomy: z.string(),
  ecg: z.string(),
  electrodes: z.string().nullable(),
  torso: z.string().nullable(),
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

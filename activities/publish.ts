import type { CohortPart } from '../cohorts/publish.ts';
import type { PublishedFile } from '../cohorts/publishedFile.ts';
import { COHORT_FOLDER } from '../cohorts/publishLayout.ts';
import { refusedSubjectRow } from '../cohorts/refused.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { RowsLost, readCollected, readPatched } from './collectPage.ts';
import type { Control, Edge } from './edge.ts';
import { inOrder } from './inOrder.ts';
import type { PagePlace } from './records/pageParts.ts';
import { restoreRow } from './records/restoreRow.ts';
import { getPlan, type StoredPlan } from './records/study.ts';
import { openPublication } from './records/versions.ts';
import type { Files } from './stores/files.ts';
import { openFiles } from './stores/openStore.ts';
import { withScratch } from './stores/scratch.ts';

export interface PublishInput {
  readonly run: string;
  readonly study: ArtifactRef;
  /** Whether the tables become a version that waits for a word, and the run's own stay as they are */
  readonly isHeld?: boolean;
  /** Whether rows of its subjects were written while a part of the study was built, so that no page's own part knows of them */
  readonly isPatched?: boolean;
  /** Twins that were computed for these tables rather than found; noted with their version */
  readonly computed?: number;
}
export interface Published {
  readonly subjects: number;
  readonly quarantined: number;
  /** sha256 by file name; the files of a cohort table that has several stand in the manifest alone */
  readonly files: Readonly<Record<string, string>>;
}

/** Pages that are read at the same time: enough for a bucket that is far away, few enough for memory. */
const PAGES_AHEAD = 8;

/**
 * Publishes the cohort's tables from the rows of every subject of a study. Each file is made beside its place and moved there as a whole, and the
 * manifest last: by its hashes a reader tells whether what lies there belongs together.
 */
export async function publish(edge: Edge, input: PublishInput, control?: Pick<Control, 'signal'>): Promise<Published> {
  const { run, study, isHeld = false, computed = null } = input;
  const { store } = edge;
  const plan = await getPlan(store, study);
  const { out, keep } = openPublication(await openFiles(plan.outFolder), { isHeld });
  return withScratch(plan.outFolder, async (scratch) => {
    const written: PublishedFile[] = [];
    const counts = await edge.publish({
      run,
      plan,
      parts: partsOf(edge, plan, input, control),
      scratch,
      async take({ name, sha256, bytes, localFile }) {
        control?.signal.throwIfAborted(); // an attempt that was given up writes nothing over its successor's tables
        await out.write(name, { localFile });
        written.push({ name, sha256, bytes });
      },
    });
    const names = written.map(({ name }) => name);
    await removeOthers(out, names);
    await keep(names, { study, counts, computed });
    const listed = written.filter(({ name }) => !isOfCohortFolder(name));
    return {
      subjects: counts.subjects,
      quarantined: counts.quarantined,
      files: Object.fromEntries(listed.map(({ name, sha256 }) => [name, sha256])),
    };
  });
}

/** Rows of every page, those that are lost written again from what made them, and then of the sheet's refused rows. */
async function* partsOf(
  edge: Edge,
  plan: StoredPlan,
  { run, study, isPatched }: PublishInput,
  control: Pick<Control, 'signal'> | undefined,
): AsyncGenerator<CohortPart> {
  const read = isPatched ? readPatched : readCollected;
  const readWhole = async (place: PagePlace): Promise<CohortPart> => {
    try {
      return await read(edge.store, place);
    } catch (error) {
      if (!(error instanceof RowsLost)) throw error;
      for (const position of error.positions) {
        if (!(await restoreRow(edge, { ...place, position }))) throw error;
      }
      return read(edge.store, place);
    }
  };
  yield* inOrder(plan.pages.length, PAGES_AHEAD, (page) => {
    control?.signal.throwIfAborted();
    return readWhole({ run, study, page });
  });
  yield { rows: plan.refused.map(refusedSubjectRow), costs: [] };
}

/** Files of a cohort table that was divided otherwise before, or had draws; the new manifest, which is there already, names none of them. */
async function removeOthers(out: Files, names: readonly string[]): Promise<void> {
  const written = new Set(names);
  if (!written.has('manifest.json')) return;
  const others: string[] = [];
  for await (const { path } of out.list(COHORT_FOLDER)) others.push(path);
  for (const name of SOMETIMES) if (!written.has(name)) others.push(name);
  for (const path of others) {
    if (!written.has(path) && (SOMETIMES.includes(path) || isOfCohortFolder(path))) await out.remove(path);
  }
}

/** Files that some publications have and others do not. */
const SOMETIMES: readonly string[] = ['cohort.parquet', 'draws.parquet'];

const isOfCohortFolder = (name: string): boolean => name.startsWith(`${COHORT_FOLDER}/`);

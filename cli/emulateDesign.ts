import { decodeAnatomy } from '../activities/encoding/encode.ts';
import { decodeDesign, encodeDesign } from '../activities/encoding/encodeDesign.ts';
import { recordedArtifacts } from '../activities/records/recordedArtifacts.ts';
import { hashOf } from '../activities/records/stageParts.ts';
import type { Store } from '../activities/stores/artifacts.ts';
import { openStore } from '../activities/stores/openStore.ts';
import { chooseBackend } from '../backends/index.ts';
import type { ColumnTable } from '../cohorts/analyses/table.ts';
import { finishedRows, textOf } from '../cohorts/analyses/table.ts';
import { type Design, type DesignHeart, simulateDesign } from '../cohorts/emulator/design.ts';
import { cohortRanges, designBox, type InputRange } from '../cohorts/emulator/designBox.ts';
import { EMULATOR_INPUTS } from '../cohorts/emulator/inputs.ts';
import { shuffled } from '../cohorts/emulator/trainNetworks.ts';
import { readPublished } from '../cohorts/readCohort.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import { TwinError } from '../twin/errors.ts';
import { openRandom } from '../twin/random.ts';
import { cohortHash, readDesignFile, writeEmulatorFile } from './emulateFolder.ts';
import { openRunToday } from './openRunToday.ts';
import { publishedFolder, storeOf } from './runFolder.ts';

/** Version of how designs are simulated; another one is another design. */
const DESIGN_VERSION = 3;
/** More hearts than this are not opened for one design: their beats would be fewer than hearts. */
const MOST_HEARTS = 400;

/** What a run's emulator is learned from. */
export interface RunDesign {
  readonly design: Design;
  readonly cohort: string;
  readonly ranges: readonly (InputRange | undefined)[];
  readonly box: readonly InputRange[];
  /** Names the design among the run's */
  readonly key: string;
  readonly wasFound: boolean;
}

export interface DesignOptions {
  readonly rows: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  onProgress?(rows: number, of: number): void;
}

/**
 * Simulates the design of a run's emulator on its own hearts, unless the same one lies there already.
 *
 * @throws TwinError BadStudy where the run has no finished twins, or its store has lost their hearts
 */
export async function designOfRun(run: string, options: DesignOptions): Promise<RunDesign> {
  const table = await readPublished(publishedFolder(run), 'cohort');
  const cohort = cohortHash(run);
  const ranges = cohortRanges(table);
  const box = designBox(ranges);
  const { note, today } = await openRunToday(run);
  const { conductivity } = today.study.calibration;
  const { backend } = await chooseBackend('auto');
  const { rows, seed, signal, onProgress } = options;
  const key = hashOf({
    version: DESIGN_VERSION,
    cohort,
    rows,
    seed,
    conductivity,
    box: box.map(({ low, high }) => [low, high]),
    inputs: EMULATOR_INPUTS.map(({ name }) => name),
    backend: backend.name,
  }).slice(0, 16);
  const before = readDesignFile(run, key);
  if (before !== undefined) {
    return { design: decodeDesign(before, `design-${key}.safetensors`), cohort, ranges, box, key, wasFound: true };
  }
  const store = await openStore(storeOf(run));
  const hearts = chosenSubjects(table, rows, seed).map(
    (subject): DesignHeart => ({
      subject,
      open: () => openHeart(store, note.name, subject),
    }),
  );
  const design = await simulateDesign(
    hearts,
    { rows, seed, box },
    {
      backend,
      conductivity,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    },
  );
  writeEmulatorFile(run, encodeDesign(design), 'design', key);
  return { design, cohort, ranges, box, key, wasFound: false };
}

/** A subject's heart as its twin was made of it. @throws TwinError BadStudy where the store has it no more */
export async function openHeart(store: Store, name: string, subject: string): Promise<Anatomy> {
  const { anatomy } = await recordedArtifacts(store, name, subject);
  const bytes = anatomy && (await store.get(anatomy));
  if (anatomy === undefined || bytes === undefined) {
    throw new TwinError('BadStudy', `${subject}: the run's store holds no anatomy of it any more; run the study again`);
  }
  return decodeAnatomy(bytes, anatomy.uri);
}

/** Subjects with a finished twin, of very many some by the seed, in the table's order. */
function chosenSubjects(table: ColumnTable, rows: number, seed: number): string[] {
  const isFinished = finishedRows(table);
  const finished = Array.from({ length: table.rows }, (_, row) => row).filter((row) => isFinished[row]);
  const most = Math.min(MOST_HEARTS, rows, finished.length);
  const order = shuffled(finished.length, openRandom(seed, 'hearts')).subarray(0, most).sort();
  return Array.from(order, (at) => textOf(table, 'subject', finished[at]));
}

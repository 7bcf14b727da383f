import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeAnatomy, decodeBeat, decodeTwin } from '../activities/encoding/encode.ts';
import { inOrder } from '../activities/inOrder.ts';
import { artifactUri, type Store } from '../activities/stores/artifacts.ts';
import { openFolderFiles } from '../activities/stores/files.ts';
import { openStore } from '../activities/stores/openStore.ts';
import { withScratch } from '../activities/stores/scratch.ts';
import { dictionaryTable } from '../cohorts/dictionary.ts';
import { writeParquet } from '../cohorts/parquet.ts';
import { hashFile } from '../cohorts/publishedFile.ts';
import { runQuery } from '../cohorts/query.ts';
import { ACTIVATION_COLUMNS, activationRows } from '../cohorts/waveforms/activationRows.ts';
import { dictionaryOf } from '../cohorts/waveforms/derivedColumns.ts';
import {
  DERIVED_DICTIONARY,
  DERIVED_FOLDER,
  DERIVED_MANIFEST,
  DERIVED_TABLES,
  type DerivedFile,
  type DerivedManifest,
  type DerivedTableName,
  encodeDerived,
  findDerived,
  publishedVersion,
} from '../cohorts/waveforms/derivedTables.ts';
import { WAVEFORM_COLUMNS, waveformRows } from '../cohorts/waveforms/waveformRows.ts';
import { openGrowingTable } from '../cohorts/waveforms/writeDerived.ts';
import { TwinError } from '../twin/errors.ts';
import { publishedFolder, storeOf } from './runFolder.ts';

/** Subjects whose artifacts are read while one is worked on: a fine mesh is hundreds of megabytes. */
const SUBJECTS_AHEAD = 2;

const DICTIONARIES = {
  waveforms: dictionaryOf('waveforms', WAVEFORM_COLUMNS),
  activation: dictionaryOf('activation', ACTIVATION_COLUMNS),
} satisfies Record<DerivedTableName, unknown>;

/**
 * Makes tables from the stored twins of a run's published cohort, beside its published tables: `tables/waveforms.parquet`, `tables/activation.parquet`, what the
 * dictionary says of them, and a list with the version of the cohort and the hash of each file, written last. The same twins give the same bytes.
 *
 * @throws TwinError BadStudy where nothing is published; BadInput where the store has none of the twins
 */
export async function deriveTables(
  run: string,
  names: readonly DerivedTableName[],
  onSubject: (done: number, all: number) => void = () => undefined,
): Promise<DerivedManifest> {
  const folder = publishedFolder(run);
  const version = await publishedVersion(folder);
  if (version === undefined) throw new TwinError('BadStudy', `${folder}: holds no published cohort`);
  const store = await openStore(storeOf(run));
  const { rows: twins } = await runQuery(
    folder,
    "SELECT subject, anatomySha256, beatSha256, twinSha256 FROM cohort WHERE status = 'done' ORDER BY subject",
  );
  const before = (await findDerived(folder))?.manifest.tables ?? {};
  const out = openFolderFiles(join(folder, DERIVED_FOLDER));
  return withScratch(folder, async (scratch) => {
    const waveforms = openGrowingTable(WAVEFORM_COLUMNS, join(scratch, 'waveforms'));
    const activation = openGrowingTable(ACTIVATION_COLUMNS, join(scratch, 'activation'));
    const growing = { waveforms, activation };
    let lost = 0;
    let done = 0;
    const read = (index: number) => readTwin(store, (twins[index] ?? []).map(String), names);
    for await (const found of inOrder(twins.length, SUBJECTS_AHEAD, read)) {
      if (found === undefined) lost++;
      else {
        if (found.beat) waveforms.add(waveformRows(found.subject, found.beat, found.twin));
        if (found.anatomy) activation.add(activationRows(found.subject, found.anatomy, found.twin));
      }
      onSubject(++done, twins.length);
    }
    if (lost > 0 && lost === twins.length)
      throw new TwinError('BadInput', `${run}: the store has none of its ${lost} twins any more; run the study again`);
    const tables: Partial<Record<DerivedTableName, DerivedFile>> = { ...before };
    const made: string[] = [];
    for (const name of names) {
      const path = join(scratch, `${name}.parquet`);
      await growing[name].close(path);
      tables[name] = { ...(await hashFile(path)), rows: growing[name].rows, subjects: twins.length - lost, lost };
      made.push(path);
    }
    const present = DERIVED_TABLES.filter((name) => tables[name] !== undefined);
    const dictionaryPath = join(scratch, DERIVED_DICTIONARY);
    writeFileSync(dictionaryPath, writeParquet(dictionaryTable(present.flatMap((name) => DICTIONARIES[name]))));
    const manifest = { version, dictionary: await hashFile(dictionaryPath), tables };
    await mkdir(join(folder, DERIVED_FOLDER), { recursive: true });
    await out.remove(DERIVED_MANIFEST); // until all is there, nothing is
    for (const [index, name] of names.entries()) {
      await out.write(`${name}.parquet`, { localFile: made[index] ?? '' });
    }
    await out.write(DERIVED_DICTIONARY, { localFile: dictionaryPath });
    await out.write(DERIVED_MANIFEST, encodeDerived(manifest));
    return manifest;
  });
}

/** What the tables need of a subject; undefined where the store no longer has it, or has it from another version of the program. */
async function readTwin(store: Store, hashes: readonly string[], names: readonly DerivedTableName[]) {
  const [subject = '', anatomyHash = '', beatHash = '', twinHash = ''] = hashes;
  const get = async <T>(isNeeded: boolean, sha256: string, decode: (bytes: Uint8Array, name: string) => T) => {
    if (!isNeeded) return undefined;
    const bytes = await store.get({ uri: artifactUri(sha256, 'safetensors'), sha256, bytes: 0 }); // found by its hash alone
    if (bytes === undefined) throw new TwinError('BadInput', `${subject}: ${sha256} is lost`);
    return decode(bytes, subject);
  };
  try {
    return {
      subject,
      anatomy: await get(names.includes('activation'), anatomyHash, decodeAnatomy),
      beat: await get(names.includes('waveforms'), beatHash, decodeBeat),
      twin: (await get(true, twinHash, decodeTwin)) as ReturnType<typeof decodeTwin>,
    };
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return undefined; // lost, or not to be understood any more
    throw error;
  }
}

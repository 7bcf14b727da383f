import { getPlan } from '../activities/records/study.ts';
import { readVersions } from '../activities/records/versions.ts';
import { openFiles, openStore } from '../activities/stores/openStore.ts';
import { counterfactualsOf } from '../cohorts/counterfactuals/asked.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import type { CounterfactualSettings } from '../cohorts/study.ts';
import { currentVersion } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import type { RunCounterfactualOptions } from '../workers/counterfactualClient.ts';
import { publishedFolder, readRunNote, storeOf } from './runFolder.ts';

/** Which counterfactual twins are made; what is not said is as the study says. */
export interface CounterfactualChoice extends Partial<CounterfactualSettings> {
  readonly seed?: number;
  /** `random` where it is not said */
  readonly pairing?: 'random' | 'age';
  /** Whether a cohort that has no pairs is refused, rather than done without them; not refused where it is not said */
  readonly needsPairs?: boolean;
}

/**
 * What is to be simulated of a published run, for `runCounterfactual` on an engine that is running already.
 *
 * @throws TwinError BadStudy where the run has published nothing
 */
export async function counterfactualTask(
  folder: string,
  choice: CounterfactualChoice,
): Promise<Pick<RunCounterfactualOptions, 'run' | 'study' | 'settings' | 'outFolder'>> {
  const note = readRunNote(folder);
  const study = await publishedStudy(folder);
  const plan = await getPlan(await openStore(storeOf(folder)), study);
  const said = counterfactualsOf(plan.study);
  const { reference = said.reference, pairs = said.pairs, times = said.times, needsPairs = said.needsPairs } = choice;
  const { seed = said.seed, pairing = said.pairing } = choice;
  const outFolder = note.publish ?? publishedFolder(folder);
  return { run: note.name, study, outFolder, settings: { reference, pairs, times, needsPairs, seed, pairing } };
}

/** The stored study that a run's tables were made of. */
async function publishedStudy(folder: string): Promise<ArtifactRef> {
  const files = await openFiles(readRunNote(folder).publish ?? publishedFolder(folder));
  const current = currentVersion(await readVersions(files));
  if (current === undefined) {
    throw new TwinError(
      'BadStudy',
      `${folder}: its tables do not say which study they were made of; run it once more: twinfold run STUDY --out ${folder}`,
    );
  }
  return current.study;
}

import { asksForCounterfactuals, counterfactualsOf } from '../cohorts/counterfactuals/asked.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { currentVersion, heldVersion, type Retention, versionFolder } from '../cohorts/versions.ts';
import type { PlanCounterfactualsInput } from './counterfactualPlan.ts';
import { writeDiff } from './diffRun.ts';
import type { Control, Edge } from './edge.ts';
import { forgetRun, recordRun } from './records/runRecord.ts';
import { getPlan } from './records/study.ts';
import { readVersions, sweepVersions } from './records/versions.ts';
import { openFiles } from './stores/openStore.ts';
import { noteSource } from './watchSource.ts';

export interface SettleInput {
  readonly run: string;
  /** The whole study that was published */
  readonly study: ArtifactRef;
  /** The part of it that was built */
  readonly work?: ArtifactRef;
  /** Version of the run's tables before; null where it had none */
  readonly before: string | null;
  readonly isHeld?: boolean;
  readonly retention?: Retention;
  /**
   * Whether the counterfactual twins that the study asks for are made next, and the source is noted by `noteSource` after them; what was settled
   * before there was this word is told of none, and decided as it was then
   */
  readonly isFollowed?: boolean;
}

export interface Settled {
  /** Version that was made; null where the tables are the same as before, or have no versions */
  readonly version: string | null;
  /** Versions that were removed, since they need not be kept */
  readonly swept: number;
  /** Counterfactual twins to be made of what was published; absent where there are none to make */
  readonly counterfactuals?: Pick<PlanCounterfactualsInput, 'study' | 'settings' | 'outFolder'>;
}

/**
 * After a publication: notes what it was made of, writes what changed beside the new version, and removes versions that are old enough. Until
 * counterfactual twins that are to follow are there as well, the run's tables count as unpublished: who is stopped before does it again.
 */
export async function settleRun(edge: Edge, input: SettleInput, control: Control): Promise<Settled> {
  const { run, study, work, before, isHeld = false, retention = {}, isFollowed = false } = input;
  await recordRun(edge.store, { run, study });
  if (work !== undefined) await forgetRun(edge.store, { run, study: work });
  const { outFolder, study: settings } = await getPlan(edge.store, study);
  const isAsked = isFollowed && asksForCounterfactuals(settings);
  if (!isAsked) await noteSource(edge, { run, study }, control);
  const files = await openFiles(outFolder);
  const versions = await readVersions(files);
  const made = isHeld ? heldVersion(versions) : currentVersion(versions);
  const isNew = made !== undefined && made.version !== before;
  if (isNew && before !== null) await writeDiff(files, before, made.version);
  const swept = await sweepVersions(files, retention);
  return {
    version: isNew ? made.version : null,
    swept: swept.length,
    ...(isAsked && {
      counterfactuals: {
        study,
        settings: counterfactualsOf(settings),
        // Tables that wait for a word take theirs along when they become the run's.
        ...(isHeld && made !== undefined && { outFolder: `${outFolder}/${versionFolder(made.version)}` }),
      },
    }),
  };
}

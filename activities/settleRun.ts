import type { ArtifactRef } from '../cohorts/row.ts';
import { currentVersion, heldVersion, type Retention } from '../cohorts/versions.ts';
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
}

export interface Settled {
  /** Version that was made; null where the tables are the same as before, or have no versions */
  readonly version: string | null;
  /** Versions that were removed, since they need not be kept */
  readonly swept: number;
}

/** After a publication: notes what it was made of, writes what changed beside the new version, and removes versions that are old enough. */
export async function settleRun(edge: Edge, input: SettleInput, control: Control): Promise<Settled> {
  const { run, study, work, before, isHeld = false, retention = {} } = input;
  await recordRun(edge.store, { run, study });
  if (work !== undefined) await forgetRun(edge.store, { run, study: work });
  await noteSource(edge, { run, study }, control);
  const files = await openFiles((await getPlan(edge.store, study)).outFolder);
  const versions = await readVersions(files);
  const made = isHeld ? heldVersion(versions) : currentVersion(versions);
  const isNew = made !== undefined && made.version !== before;
  if (isNew && before !== null) await writeDiff(files, before, made.version);
  const swept = await sweepVersions(files, retention);
  return { version: isNew ? made.version : null, swept: swept.length };
}

import type { ArtifactRef } from '../../cohorts/row.ts';
import type { Artifacts } from './artifacts.ts';

/** Name of the failure after which a subject starts again from its files, since something that was computed is gone or damaged. */
export const ARTIFACT_LOST = 'ArtifactLost';

/** Bytes that a stage built on are missing or were changed; computing them again mends it. */
export class ArtifactLost extends Error {
  override readonly name = ARTIFACT_LOST;
}

/** @throws ArtifactLost where the bytes are missing or damaged */
export async function getOrThrow(store: Artifacts, ref: ArtifactRef): Promise<Uint8Array> {
  const bytes = await store.get(ref);
  if (bytes === undefined) {
    throw new ArtifactLost(`${ref.uri}: ${ref.bytes} bytes were written there and are missing or damaged now`);
  }
  return bytes;
}

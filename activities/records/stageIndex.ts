import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { ArtifactRef } from '../../cohorts/row.ts';
import { type Store, sha256 } from '../stores/artifacts.ts';

/** Everything that decides what a stage makes, by name: its own name and version, hashes of its inputs, hash of its settings. */
export type StageParts = Readonly<Record<string, string>> & { readonly stage: string; readonly version: string };

/** Schema of a reference to stored bytes. */
export const artifactRef: z.ZodType<ArtifactRef> = z.strictObject({
  uri: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
});

/** A stage's key: equal parts give equal keys, and a changed part another one. */
export const stageKey = (parts: StageParts): string => `stage:${sha256(canonicalJson(parts))}`;

/** What a stage with these parts made before; undefined where it never ran, or where one of its artifacts is gone. */
export async function findStage<T>(store: Store, parts: StageParts, result: z.ZodType<T>): Promise<T | undefined> {
  const text = await store.readRecord(stageKey(parts));
  const record = text === undefined ? undefined : parseJson(text);
  const parsed = z.object({ result }).safeParse(record);
  if (!parsed.success || !isWhole(record)) return undefined;
  for (const ref of refsIn(parsed.data.result)) {
    if (!(await store.has(ref))) return undefined;
  }
  return parsed.data.result;
}

/** Remembers what a stage made, and from which parts, so that the next run need not make it. */
export async function recordStage(store: Store, parts: StageParts, result: unknown): Promise<void> {
  await store.writeRecord(
    stageKey(parts),
    canonicalJson({ parts, result, check: sha256(canonicalJson({ parts, result })) }),
  );
}

/** Whether a record holds what was written: a metric with another bit is computed again. Records of before 0.2 have no such hash. */
function isWhole(record: unknown): boolean {
  if (typeof record !== 'object' || record === null || !('check' in record)) return true;
  const { check, ...rest } = record;
  return check === sha256(canonicalJson(rest));
}

/** Names of the parts in which two runs of a stage differ, sorted. */
export function differingParts(before: StageParts, now: StageParts): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).sort();
}

function refsIn(value: unknown): ArtifactRef[] {
  const ref = artifactRef.safeParse(value);
  if (ref.success) return [ref.data];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(refsIn) : [];
}

/** A record that is no JSON was cut short or written by something else: like one that is not there. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

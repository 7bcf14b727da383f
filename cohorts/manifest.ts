import { canonicalJson } from './canonicalJson.ts';
import type { Study } from './study.ts';

/** A published file: its name inside the run's folder, and its bytes. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How many subjects a cohort has, and what became of them. */
export interface CohortCounts {
  readonly subjects: number;
  readonly done: number;
  readonly quarantined: number;
}

/** What the manifest is made from, beside the files. */
export interface ManifestInput {
  readonly study: Study;
  /** Version of each part that shaped the table, by name: `{twinfold: '0.1.0', prepare: '3'}` */
  readonly versions: Readonly<Record<string, string>>;
  /** sha256 of what the run read as a whole, by name: `{sheet, study}` */
  readonly inputs: Readonly<Record<string, string>>;
  readonly counts: CohortCounts;
}

/**
 * `manifest.json`: what was asked, by which versions, and the sha256 of every published file. Keys are sorted; no time, machine or
 * path stands in it, so that equal runs have equal manifests.
 */
export async function manifestFile(
  files: readonly PublishedFile[],
  { study, versions, inputs, counts }: ManifestInput,
): Promise<PublishedFile> {
  const entries = await Promise.all(
    files.map(async ({ name, bytes }) => [name, { bytes: bytes.length, sha256: await sha256(bytes) }] as const),
  );
  const { anatomy, beat, calibration, ecg, report, covariates, units, missing, sexCodes, encoding } = study;
  const manifest = {
    format: 'twinfold-cohort/1',
    study: study.name,
    seed: study.seed,
    settings: { anatomy, beat, calibration, ecg, report, covariates, units, missing, sexCodes, encoding },
    versions,
    inputs,
    counts,
    files: Object.fromEntries(entries),
  };
  return { name: 'manifest.json', bytes: new TextEncoder().encode(`${canonicalJson(manifest, 2)}\n`) };
}

/** SHA-256 in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

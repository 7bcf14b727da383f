import { canonicalJson } from './canonicalJson.ts';
import type { PublishedFile } from './publishedFile.ts';
import type { Study } from './study.ts';

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
export function manifestFile(
  files: readonly PublishedFile[],
  { study, versions, inputs, counts }: ManifestInput,
): Uint8Array {
  const { anatomy, beat, calibration, ecg, report, publish, covariates, units, missing, sexCodes, encoding } = study;
  const manifest = {
    format: 'twinfold-cohort/1',
    study: study.name,
    seed: study.seed,
    settings: { anatomy, beat, calibration, ecg, report, publish, covariates, units, missing, sexCodes, encoding },
    versions,
    inputs,
    counts,
    files: Object.fromEntries(files.map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }])),
  };
  return new TextEncoder().encode(`${canonicalJson(manifest, 2)}\n`);
}

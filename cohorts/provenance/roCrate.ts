import { canonicalJson } from '../canonicalJson.ts';
import type { CohortCounts } from '../manifest.ts';
import type { ExportedCohort } from './dataPackage.ts';
import { DATA_PACKAGE_FILE, factsOf, INPUTS_FILE, RO_CRATE_FILE } from './exportedFile.ts';
import { licenseOf } from './license.ts';

/** How a cohort was made, beside what it is. */
export interface RunFacts {
  readonly counts: CohortCounts;
  /** Version of the program and of its stages, by name */
  readonly versions: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Compute backends of the twins */
  readonly backends: readonly string[];
  /** sha256 of the sheet and the study file, by `sheet` and `study` */
  readonly inputs: Readonly<Record<string, string>>;
  /** When the first stage began and the last ended, ISO 8601, UTC; null where no cost says so */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

type Entity = Readonly<Record<string, unknown>> & {
  readonly '@id': string;
  readonly '@type': string | readonly string[];
};

const SPECIFICATION = 'https://w3id.org/ro/crate/1.1';
const PROFILE = 'https://w3id.org/ro/wfrun/process/0.5';
const ORGANIZATION = '#organization';
const PROGRAM = 'urn:twinfold:program';
const UNSTATED = '#licence-unstated';

/**
 * `ro-crate-metadata.json` of a published cohort: RO-Crate 1.1 with the profile Process Run Crate 0.5, one action of one program that
 * made the tables from the study, its sheet and the subjects' files. Inputs are named by hash, subjects by their pseudonyms, machines and
 * people not at all. The same cohort and run give the same bytes.
 */
export function roCrate(cohort: ExportedCohort, run: RunFacts): Uint8Array {
  const license = licenseOf(cohort.license);
  const files = [...cohort.files].sort((one, other) => (one.name < other.name ? -1 : 1));
  const graph: Entity[] = [
    {
      '@id': RO_CRATE_FILE,
      '@type': 'CreativeWork',
      about: { '@id': './' },
      conformsTo: { '@id': SPECIFICATION },
    },
    {
      '@id': './',
      '@type': 'Dataset',
      name: cohort.title,
      description: cohort.description,
      identifier: `urn:twinfold:${cohort.study}:${cohort.version}`,
      version: cohort.version,
      datePublished: cohort.publishedAt,
      license: { '@id': license?.url ?? UNSTATED },
      conformsTo: { '@id': PROFILE },
      ...(cohort.organization === null ? {} : { author: { '@id': ORGANIZATION }, publisher: { '@id': ORGANIZATION } }),
      hasPart: files.map(({ name }) => ({ '@id': idOf(name) })),
      mentions: { '@id': '#run' },
    },
    { '@id': PROFILE, '@type': 'CreativeWork', name: 'Process Run Crate', version: '0.5' },
    license === null
      ? {
          '@id': UNSTATED,
          '@type': 'CreativeWork',
          name: 'No licence is stated',
          description: 'The study states no licence; ask those who gave you this before passing it on.',
        }
      : { '@id': license.url, '@type': 'CreativeWork', name: license.name ?? license.url },
    ...(cohort.organization === null
      ? []
      : [{ '@id': ORGANIZATION, '@type': 'Organization', name: cohort.organization }]),
    program(run),
    action(cohort, run),
    hashed(
      '#study',
      'Study file',
      'What the run was asked for; its settings stand in manifest.json.',
      run.inputs.study,
    ),
    hashed('#sheet', 'Sample sheet', 'The subjects and their files; it is no part of this.', run.inputs.sheet),
    { '@id': '#seed', '@type': 'PropertyValue', name: 'seed', value: run.seed },
    {
      '@id': '#backend',
      '@type': 'PropertyValue',
      name: 'compute backend',
      value: [...run.backends].sort().join(', '),
    },
    ...files.map((file): Entity => {
      const { title, mediaType } = factsOf(file);
      return {
        '@id': idOf(file.name),
        '@type': 'File',
        name: title,
        encodingFormat: mediaType,
        contentSize: String(file.bytes),
        sha256: file.sha256,
      };
    }),
  ];
  const crate = {
    '@context': [`${SPECIFICATION}/context`, 'https://w3id.org/ro/terms/workflow-run/context'],
    '@graph': graph,
  };
  return new TextEncoder().encode(`${canonicalJson(crate, 2)}\n`);
}

function program({ versions }: RunFacts): Entity {
  const { twinfold = 'unknown', ...stages } = versions;
  return {
    '@id': PROGRAM,
    '@type': 'SoftwareApplication',
    name: 'Twinfold',
    description: `Cohorts of cardiac digital twins; stages ${Object.entries(stages)
      .sort()
      .map(([stage, version]) => `${stage}/${version}`)
      .join(' ')}`,
    version: twinfold,
  };
}

function action({ files, organization }: ExportedCohort, { counts, startedAt, endedAt }: RunFacts): Entity {
  const results = files.filter(({ name }) => name !== INPUTS_FILE && name !== DATA_PACKAGE_FILE);
  return {
    '@id': '#run',
    '@type': 'CreateAction',
    name: 'Run of the study',
    description: `${counts.done} of ${counts.subjects} subjects have a twin, ${counts.quarantined} are quarantined with their reasons`,
    actionStatus: 'http://schema.org/CompletedActionStatus',
    instrument: { '@id': PROGRAM },
    ...(organization === null ? {} : { agent: { '@id': ORGANIZATION } }),
    object: ['#study', '#sheet', INPUTS_FILE, '#seed', '#backend'].map((id) => ({ '@id': id })),
    result: results.map(({ name }) => ({ '@id': idOf(name) })),
    ...(startedAt === null ? {} : { startTime: withOffset(startedAt) }),
    ...(endedAt === null ? {} : { endTime: withOffset(endedAt) }),
  };
}

/** `2026-01-31T12:00:00.000+00:00`: the profile wants the offset as a number. */
const withOffset = (time: string): string => time.replace(/Z$/, '+00:00');

const hashed = (id: string, name: string, description: string, sha256: string | undefined): Entity => ({
  '@id': id,
  '@type': 'CreativeWork',
  name,
  description,
  ...(sha256 === undefined ? {} : { sha256, identifier: `urn:sha256:${sha256}` }),
});

/** A relative address: parts of a divided table have `=` and `%` in their names. */
const idOf = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

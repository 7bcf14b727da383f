import { canonicalJson } from '../canonicalJson.ts';
import type { DictionaryEntry } from '../dictionary.ts';
import type { PublishedFile } from '../publishedFile.ts';
import { factsOf, INPUTS_FILE } from './exportedFile.ts';
import { licenseOf } from './license.ts';

/** What a published cohort is called and made of, for catalogues. */
export interface ExportedCohort {
  /** The study's short name */
  readonly study: string;
  readonly title: string;
  readonly description: string;
  /** SPDX identifier or address; null where none is stated */
  readonly license: string | null;
  /** Who answers for the tables; null where nobody is named */
  readonly organization: string | null;
  /** Twelve digits of the manifest's hash: equal tables are equal versions */
  readonly version: string;
  /** When the tables were published, ISO 8601, UTC */
  readonly publishedAt: string;
  readonly files: readonly PublishedFile[];
  readonly dictionary: readonly DictionaryEntry[];
}

type Field = Readonly<Record<string, unknown>> & { readonly name: string; readonly type: string };

const HASH = '^[0-9a-f]{64}$';
const CONSTRAINTS: Readonly<Record<string, unknown>> = {
  subject: { required: true, unique: true },
  status: { required: true, enum: ['done', 'quarantined'] },
  sex: { enum: ['female', 'male'] },
};

/**
 * `datapackage.json` of a published cohort (Data Package 2.0): each file but the Parquet ones with its bytes and hash, each table with the type, unit and
 * meaning of its columns, its key and what stands for missing. The same cohort gives the same bytes.
 */
export function dataPackage(cohort: ExportedCohort): Uint8Array {
  const license = licenseOf(cohort.license);
  const descriptor = {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: cohort.study.toLowerCase(),
    id: `urn:twinfold:${cohort.study}:${cohort.version}`,
    title: cohort.title,
    description: cohort.description,
    version: cohort.version,
    created: cohort.publishedAt,
    keywords: ['cardiac digital twin', 'electrocardiogram', 'cohort'],
    ...(license === null
      ? {}
      : { licenses: [{ ...(license.name === null ? {} : { name: license.name }), path: license.url }] }),
    ...(cohort.organization === null ? {} : { contributors: [{ title: cohort.organization, roles: ['publisher'] }] }),
    // Parquet files hold the same and describe themselves; readers of packages mistake their lists.
    resources: cohort.files
      .filter(({ name }) => !name.endsWith('.parquet'))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((file) => resource(file, cohort.dictionary)),
  };
  return new TextEncoder().encode(`${canonicalJson(descriptor, 2)}\n`);
}

function resource(file: PublishedFile, dictionary: readonly DictionaryEntry[]): unknown {
  const { title, mediaType } = factsOf(file);
  const schema = schemaOf(file.name, dictionary);
  return {
    name: resourceName(file.name),
    path: file.name,
    title,
    mediatype: mediaType,
    format: file.name.split('.').at(-1),
    bytes: file.bytes,
    hash: `sha256:${file.sha256}`,
    ...(mediaType === 'text/csv' ? { encoding: 'utf-8' } : {}),
    ...(schema === undefined ? {} : { type: 'table', schema }),
  };
}

/** `cohort.csv` is `cohort`, `cohort.parquet` is `cohort-parquet`: names of resources are lower case without points. */
function resourceName(path: string): string {
  const name = path.toLowerCase().replace(/\.csv$/, '');
  return name.replace(/[^a-z0-9_-]+/g, '-');
}

function schemaOf(name: string, dictionary: readonly DictionaryEntry[]): unknown {
  const missing = { missingValues: [''] };
  switch (name) {
    case 'cohort.csv':
      return {
        ...missing,
        primaryKey: ['subject'],
        fields: dictionary.filter(({ table }) => table === 'cohort').map(fieldOf),
      };
    case 'dictionary.csv':
      return {
        ...missing,
        primaryKey: ['table', 'column'],
        fields: ['table', 'column', 'type', 'unit', 'description', 'source'].map((field) => ({
          name: field,
          type: 'string',
          constraints: { required: field !== 'unit' },
        })),
      };
    case INPUTS_FILE:
      return {
        ...missing,
        primaryKey: ['subject', 'input'],
        foreignKeys: [{ fields: ['subject'], reference: { resource: 'cohort', fields: ['subject'] } }],
        fields: [
          { name: 'subject', type: 'string', constraints: { required: true } },
          {
            name: 'input',
            type: 'string',
            description: 'What the file is to the twin.',
            constraints: { required: true, enum: ['anatomy', 'ecg', 'electrodes', 'torso'] },
          },
          {
            name: 'sha256',
            type: 'string',
            description: 'SHA-256 of the file’s name and bytes and of those beside it that its reader asked for.',
            constraints: { required: true, pattern: HASH },
          },
        ],
      };
    default:
      return undefined;
  }
}

function fieldOf({ name, type, unit, description, source }: DictionaryEntry): Field {
  const constraints = CONSTRAINTS[name] ?? (name.endsWith('Sha256') ? { pattern: HASH } : undefined);
  return {
    name,
    ...fieldType(type),
    description,
    ...(unit === null ? {} : { unit }),
    source,
    ...(constraints === undefined ? {} : { constraints }),
  };
}

function fieldType(type: DictionaryEntry['type']): Pick<Field, 'type'> {
  switch (type) {
    case 'text':
    case 'numberList':
    case 'textList': // with `;` between; the profile of 2.0 knows no lists
      return { type: 'string' };
    case 'number':
    case 'integer':
    case 'boolean':
      return { type };
    default:
      return type satisfies never;
  }
}

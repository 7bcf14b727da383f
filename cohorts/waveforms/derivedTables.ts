import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../canonicalJson.ts';
import { VERSION_NAME, versionOf } from '../versions.ts';

/** Tables that are made from the stored twins when somebody asks for them. */
export const DERIVED_TABLES = ['waveforms', 'activation'] as const;
export type DerivedTableName = (typeof DERIVED_TABLES)[number];

/** Their folder beside the published tables, their list, and their part of the dictionary. */
export const DERIVED_FOLDER = 'tables';
export const DERIVED_MANIFEST = 'tables.json';
export const DERIVED_DICTIONARY = 'dictionary.parquet';

/** What the list says of one file. */
export interface DerivedFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly subjects: number;
  /** Subjects with a twin of which the store holds no artifact any more, or another one than the row names */
  readonly lost: number;
}

/** `tables.json`: which cohort the tables were made of, and their files by table. */
export interface DerivedManifest {
  /** Version of the published cohort */
  readonly version: string;
  readonly dictionary: { readonly sha256: string; readonly bytes: number };
  readonly tables: Readonly<Partial<Record<DerivedTableName, DerivedFile>>>;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const file = z.strictObject({ sha256: hash, bytes: count, rows: count, subjects: count, lost: count });
const schema = z.strictObject({
  format: z.literal('twinfold-tables/1'),
  version: z.string().regex(VERSION_NAME),
  dictionary: z.strictObject({ sha256: hash, bytes: count }),
  tables: z.strictObject({ waveforms: file.exactOptional(), activation: file.exactOptional() }),
});

/** Derived tables that belong to the published ones beside them. */
export interface DerivedTables {
  readonly manifest: DerivedManifest;
  /** Path of their part of the dictionary */
  readonly dictionary: string;
  readonly tables: readonly { readonly table: DerivedTableName; readonly path: string }[];
}

export const encodeDerived = (manifest: DerivedManifest): Uint8Array =>
  new TextEncoder().encode(`${canonicalJson({ format: 'twinfold-tables/1', ...manifest }, 2)}\n`);

/** The derived tables of a published folder; undefined where there are none, or they were made of another version of the cohort. */
export async function findDerived(folder: string): Promise<DerivedTables | undefined> {
  const place = join(resolve(folder), DERIVED_FOLDER);
  const list = join(place, DERIVED_MANIFEST);
  if (!existsSync(list)) return undefined;
  const manifest = schema.safeParse(parseJson(await readFile(list, 'utf8'))).data;
  if (manifest === undefined || manifest.version !== (await publishedVersion(folder))) return undefined;
  const { format: _, ...rest } = manifest;
  const tables = DERIVED_TABLES.filter((table) => rest.tables[table] !== undefined).map((table) => ({
    table,
    path: join(place, `${table}.parquet`),
  }));
  const dictionary = join(place, DERIVED_DICTIONARY);
  const isWhole = [dictionary, ...tables.map(({ path }) => path)].every(existsSync);
  return isWhole ? { manifest: rest, dictionary, tables } : undefined;
}

/** Version of the tables that a folder holds; undefined where it holds none. */
export async function publishedVersion(folder: string): Promise<string | undefined> {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return undefined;
  return versionOf(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  );
}

/** Foreign text; undefined where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

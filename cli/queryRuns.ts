import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readVersions } from '../activities/records/versions.ts';
import { isBucket, openFiles } from '../activities/stores/openStore.ts';
import { bindNamed, findNamed } from '../cohorts/queries/askNamed.ts';
import { type AskedRun, type OpenTables, openTables, type QueryParameters } from '../cohorts/query.ts';
import { findVersion, versionFolder } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import { publishedFolder, runFolder } from './runFolder.ts';
import { folderOfVersion } from './versionTables.ts';

/** Which of a run's versions is asked; the current tables where nothing is said. */
export interface WhichVersion {
  readonly asOf?: Date;
  readonly version?: string;
}

/** Opens a run's tables for questions, and those of others under their names. */
export async function openRuns(
  run: string,
  which: WhichVersion,
  others: Readonly<Record<string, string>>,
): Promise<OpenTables> {
  const isOfNow = which.asOf === undefined && which.version === undefined;
  const folder = isOfNow ? publishedFolder(run) : runFolder(run).published;
  const versions = await readVersions(await openFiles(folder));
  const beside: Record<string, AskedRun> = {};
  for (const [name, other] of Object.entries(others)) beside[name] = await otherRun(other);
  return openTables({ folder: folderOfVersion(folder, versions, which), asked: { folder, versions } }, beside);
}

/** `RUN`, or one of its versions as `RUN@previous`. */
async function otherRun(name: string): Promise<AskedRun> {
  if (isBucket(name))
    throw new TwinError(
      'BadInput',
      `${name}: a query reads files of this machine; copy the run's published folder here first`,
    );
  const [, place = name, version] = (existsSync(name) ? undefined : /^(.+)@([a-z0-9]+)$/.exec(name)) ?? [];
  const folder = version === undefined ? publishedFolder(place) : runFolder(place).published;
  const versions = await readVersions(await openFiles(folder));
  const asked = { folder, versions };
  if (version === undefined) return { folder, asked };
  return { folder: join(folder, versionFolder(findVersion(versions, version).version)), asked };
}

/** A question that can be asked: SQL with values for its parameters. */
export interface Question {
  readonly sql: string;
  readonly parameters: QueryParameters;
}

/** What was typed as a question: SQL, or `@name` of a named query. @throws TwinError BadInput where a name or a value is none */
export async function questionOf(
  text: string,
  given: Readonly<Record<string, string>>,
  tables: OpenTables,
): Promise<Question> {
  const asked = text.trim();
  if (!asked.startsWith('@')) return { sql: text, parameters: typedValues(given) };
  const query = findNamed(asked.slice(1));
  return { sql: query.sql, parameters: await bindNamed(query, given, tables) };
}

/** Values of free SQL as JSON has them: numbers, true, false, null, "text"; all else is text as it stands. */
function typedValues(given: Readonly<Record<string, string>>): QueryParameters {
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, typedValue(text)]));
}

function typedValue(text: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
      return value as string | number | boolean | null; // just looked at
    }
  } catch {
    // no JSON: a text
  }
  return text;
}

import { TwinError } from '../../twin/errors.ts';
import { suggestion } from '../didYouMean.ts';
import type { OpenTables, QueryParameters } from '../query.ts';
import { namedQueries } from './index.ts';
import type { NamedQuery, QueryParameter } from './namedQuery.ts';

/** Letters of what was typed that a sentence repeats. */
const MOST_QUOTED = 64;
const quoted = (text: string): string =>
  text.length > MOST_QUOTED ? `${JSON.stringify(text.slice(0, MOST_QUOTED))}…` : JSON.stringify(text);

/** @throws TwinError BadInput with the nearest name where there is no such query, or something stands after it */
export function findNamed(name: string): NamedQuery {
  const [first = '', ...rest] = name.split(/\s+/);
  if (rest.length > 0) {
    throw new TwinError(
      'BadInput',
      `@${first.slice(0, MOST_QUOTED)}: found ${quoted(rest.join(' '))} after the name, expected nothing; values are given as --param name=value`,
    );
  }
  const found = namedQueries.find((query) => query.name === name);
  if (found !== undefined) return found;
  const names = namedQueries.map((query) => query.name);
  throw new TwinError(
    'BadInput',
    `@${name.slice(0, MOST_QUOTED)}: there is no such named query${suggestion(name, names) || '; --list shows them all'}`,
  );
}

/**
 * Values for all parameters of a named query: those given, and the defaults of the others.
 *
 * @param given  as they were typed
 * @throws TwinError BadInput where a parameter is unknown, missing, or no number or column of the table that it should be one of; or a table is not there
 */
export async function bindNamed(
  query: NamedQuery,
  given: Readonly<Record<string, string>>,
  tables: OpenTables,
): Promise<QueryParameters> {
  const names = query.parameters.map(({ name }) => name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new TwinError(
      'BadInput',
      `@${query.name} has no parameter ${name.slice(0, MOST_QUOTED)}${suggestion(name, names) || `; ${has}`}`,
    );
  }
  for (const table of query.needs) await checkTable(query, table, tables);
  const bound: Record<string, string | number> = {};
  for (const parameter of query.parameters) bound[parameter.name] = await boundValue(query, parameter, given, tables);
  return bound;
}

async function boundValue(
  query: NamedQuery,
  parameter: QueryParameter,
  given: Readonly<Record<string, string>>,
  tables: OpenTables,
): Promise<string | number> {
  const { name, description, type } = parameter;
  const text = given[name] ?? parameter.default;
  const where = `@${query.name}: ${name}`;
  if (text === undefined)
    throw new TwinError('BadInput', `${where} is missing; give --param ${name}=… (${description})`);
  switch (type) {
    case 'text':
      if (parameter.values?.includes(String(text)) === false) {
        const near = suggestion(String(text), parameter.values) || `; expected one of ${parameter.values.join(', ')}`;
        throw new TwinError('BadInput', `${where}: found ${quoted(String(text))}${near}`);
      }
      return String(text);
    case 'subject':
      await checkSubject(where, String(text), parameter, tables);
      return String(text);
    case 'number':
      return numberIn(where, String(text), parameter);
    case 'column':
      await checkColumn(where, String(text), parameter, tables);
      return String(text);
    default:
      return type satisfies never;
  }
}

function numberIn(where: string, text: string, { description, least, isWhole = false }: QueryParameter): number {
  const value = Number(text);
  const isNumber = text.trim() !== '' && Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value));
  if (isNumber && !(least !== undefined && value < least)) return value;
  const expected = `${isWhole ? 'a whole number' : 'a number'}${least === undefined ? '' : ` of ${least} or more`}`;
  throw new TwinError('BadInput', `${where}: found ${quoted(text)}, expected ${expected} (${description})`);
}

async function checkSubject(
  where: string,
  subject: string,
  { table = 'cohort' }: QueryParameter,
  tables: OpenTables,
): Promise<void> {
  // One literal a table: a table's name is no value that could be bound.
  const { rows } = await tables.ask(SUBJECTS[table] ?? 'SELECT DISTINCT subject FROM cohort ORDER BY subject');
  const known = rows.flat().map(String);
  if (known.includes(subject)) return;
  throw new TwinError(
    'BadInput',
    `${where}: the table ${table} has no subject ${quoted(subject)}${suggestion(subject, known)}`,
  );
}

const SUBJECTS: Readonly<Record<string, string>> = {
  history: 'SELECT DISTINCT subject FROM history ORDER BY subject',
  waveforms: 'SELECT DISTINCT subject FROM waveforms ORDER BY subject',
};

async function checkColumn(
  where: string,
  column: string,
  { table = 'cohort', of = 'number' }: QueryParameter,
  tables: OpenTables,
): Promise<void> {
  const { rows } = await tables.ask(
    'SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = $schema AND table_name = $table ORDER BY column_index',
    { schema: 'main', table },
  );
  const known = rows
    .filter(([, type]) => of === 'any' || /^(DOUBLE|FLOAT|U?(TINY|SMALL|BIG)?INT(EGER)?)$/.test(String(type)))
    .map(([name]) => String(name));
  if (known.includes(column)) return;
  const isThere = rows.some(([name]) => name === column);
  const told = isThere ? 'is no number' : 'is no column';
  throw new TwinError(
    'BadInput',
    `${where}: ${quoted(column)} ${told} of the table ${table}${suggestion(column, known) || '; @columns finds them by words'}`,
  );
}

/** What brings a table that is not there. */
const WAYS: Readonly<Record<string, string>> = {
  history: 'a run has it from its first published version on, where the cohort table is one file',
  versions: 'a run has it from its first published version on',
  costs: 'the run published none',
  waveforms: 'make it with twinfold export RUN --tables waveforms',
  activation: 'make it with twinfold export RUN --tables activation',
  'other.cohort': 'name a second run with --with other=RUN',
};

async function checkTable(query: NamedQuery, table: string, tables: OpenTables): Promise<void> {
  const [name = '', schema = 'main'] = table.split('.').reverse();
  const { rows } = await tables.ask(
    'SELECT 1 FROM duckdb_columns() WHERE schema_name = $schema AND table_name = $name LIMIT 1',
    { schema, name },
  );
  if (rows.length === 0)
    throw new TwinError('BadInput', `@${query.name} asks the table ${table}, which is not there: ${WAYS[table] ?? ''}`);
}

import type { OpenTables } from '../query.ts';
import type { ColumnFacts } from './arrowStream.ts';
import { fileFacts } from './fileFacts.ts';

/**
 * What the dictionary says of columns by their name, where all tables that have such a column give it the same unit.
 *
 * @param table  whose words go before those of others; then the cohort's
 * @param file   of the table, where its own words are to be taken and no others
 */
export async function columnFacts(tables: OpenTables, table = 'cohort', file?: string): Promise<ColumnFacts> {
  if (file !== undefined) return fileFacts(file, async (sql) => (await tables.ask(sql)).rows);
  const { rows } = await tables.ask(
    `SELECT "column", any_value(unit), min_by(description, ("table" <> $table, "table" <> 'cohort', "table")) FROM dictionary
     GROUP BY "column" HAVING count(DISTINCT coalesce(unit, '')) = 1 ORDER BY "column"`,
    { table },
  );
  return new Map(
    rows.map(([name, unit, description]) => [
      String(name),
      { unit: unit === null || unit === undefined ? null : String(unit), description: String(description) },
    ]),
  );
}

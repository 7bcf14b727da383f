/** A text as it stands in SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as it stands in SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path in which DuckDB takes no character for a pattern. */
export const globSafe = (path: string): string => path.replace(/[*?[]/g, (character) => `[${character}]`);

import { type NamedQuery, rowsParameter } from './namedQuery.ts';

export const columns: NamedQuery = {
  name: 'columns',
  description: 'Columns of all tables whose name, unit or description has some words in it.',
  parameters: [
    { name: 'words', description: 'what to look for; letter case does not count', type: 'text' },
    rowsParameter(40),
  ],
  needs: [],
  sql: `
    SELECT "table", "column", unit, description FROM dictionary
    WHERE contains(lower(concat_ws(' ', "column", unit, description)), lower($words)) LIMIT $rows`,
};

import { COLUMN_PARAMETER, type NamedQuery } from './namedQuery.ts';

export const changedSince: NamedQuery = {
  name: 'changed-since',
  description:
    'Subjects whose row is another one than in an earlier version, what made it another, and by how much a column moved.',
  parameters: [
    {
      name: 'version',
      description: 'digits of a version, or their beginning, or previous',
      type: 'text',
      default: 'previous',
    },
    { ...COLUMN_PARAMETER, table: 'history' },
  ],
  needs: ['history', 'versions'],
  sql: `
    WITH published AS (SELECT version, publishedAt FROM versions WHERE publishedAt IS NOT NULL),
    chosen AS (
      SELECT coalesce(
        (SELECT {'version': version, 'publishedAt': publishedAt} FROM published
         WHERE CASE WHEN $version = 'previous' THEN publishedAt < (SELECT max(publishedAt) FROM published)
               ELSE length($version) >= 4 AND starts_with(version, $version) END
         ORDER BY publishedAt DESC LIMIT 1),
        error('no published version is called ' || $version || '; twinfold query RUN ''from versions'' lists them')) AS one
    ), before AS (
      SELECT subject, COLUMNS(name -> name = $column) AS value, status, ecgInputSha256, anatomyInputSha256, electrodesInputSha256,
             torsoInputSha256, settingsSha256, sheetRowSha256, codeVersion, twinSha256
      FROM history WHERE version = (SELECT one.version FROM chosen) AND publishedAt = (SELECT one.publishedAt FROM chosen)
    ), now AS (
      SELECT subject, COLUMNS(name -> name = $column) AS value, status, ecgInputSha256, anatomyInputSha256, electrodesInputSha256,
             torsoInputSha256, settingsSha256, sheetRowSha256, codeVersion, twinSha256
      FROM cohort
    )
    SELECT coalesce(now.subject, before.subject) AS subject,
           CASE WHEN before.subject IS NULL THEN 'new' WHEN now.subject IS NULL THEN 'gone'
                WHEN before.status <> now.status THEN before.status || ' → ' || now.status ELSE now.status END AS status,
           before.value AS before, now.value AS now, now.value - before.value AS change,
           before.ecgInputSha256 IS DISTINCT FROM now.ecgInputSha256 AS ecg,
           before.anatomyInputSha256 IS DISTINCT FROM now.anatomyInputSha256
             OR before.electrodesInputSha256 IS DISTINCT FROM now.electrodesInputSha256
             OR before.torsoInputSha256 IS DISTINCT FROM now.torsoInputSha256 AS anatomy,
           before.sheetRowSha256 IS DISTINCT FROM now.sheetRowSha256 AS sheet,
           before.settingsSha256 IS DISTINCT FROM now.settingsSha256 AS settings,
           before.codeVersion IS DISTINCT FROM now.codeVersion AS code,
           before.twinSha256 IS DISTINCT FROM now.twinSha256 AS twin
    FROM before FULL JOIN now USING (subject), chosen
    WHERE before.subject IS NULL OR now.subject IS NULL OR before.status <> now.status
       OR before.value IS DISTINCT FROM now.value OR ecg OR anatomy OR sheet OR settings OR code OR twin
    ORDER BY 1`,
};

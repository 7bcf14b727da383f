import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';

const root = resolve(import.meta.dirname, '..');
const folders = ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'workers', 'infra', 'cli'];
const listed = readFileSync(join(root, 'docs', 'sources.md'), 'utf8').split('\n');

const comments = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((n) => join(folder, n)),
  )
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) =>
    readFileSync(join(root, name), 'utf8')
      .split('\n')
      .filter((line) => /^\s*(\/\*\*|\*|\/\/)/.test(line))
      .map((line) => ({ name, line })),
  );

test('every work that a comment quotes by name and year stands in docs/sources.md', (t) => {
  const quotation =
    /(?<author>\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)(?: et al\.?|,? (?:&|and) \p{Lu}\p{L}+|,)[^();]{0,60}?\b(?<year>(?:19|20)\d\d)\b/gu;
  const quoted = comments.flatMap(({ name, line }) =>
    [...line.matchAll(quotation)].map(({ groups }) => ({
      name,
      author: groups?.author ?? '',
      year: groups?.year ?? '',
    })),
  );
  t.true(quoted.length > 15, `${quoted.length} quotations were recognised`);
  t.deepEqual(
    quoted.filter(({ author, year }) => !listed.some((line) => line.includes(author) && line.includes(year))),
    [],
  );
});

test('every standard that a comment names stands in docs/sources.md', (t) => {
  const named = comments.flatMap(({ line }) => line.match(/\b(?:RFC|ISO\/IEC) \d+/g) ?? []);
  t.true(named.length > 2);
  t.deepEqual(
    named.filter((name) => !listed.some((line) => line.includes(name))),
    [],
  );
});

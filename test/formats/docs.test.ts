import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ecgFormats, meshFormats } from '../../twin/formats/index.ts';
import { FIBRE_NAMES, TAG_NAMES } from '../../twin/formats/meshFields.ts';
import { surfaceFormats } from '../../twin/formats/surface.ts';
import { SAMPLE_PACKINGS } from '../../twin/formats/wfdbSamples.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/formats.md'), 'utf8');

test('the page on formats names every ending, array name and signal format that is read', (t) => {
  const endings = [...meshFormats, ...surfaceFormats, ...ecgFormats].flatMap(({ extensions }) => extensions);
  for (const name of [...endings, ...TAG_NAMES, ...FIBRE_NAMES]) t.true(page.includes(`\`${name}\``), name);
  t.true(page.includes(`formats ${Object.keys(SAMPLE_PACKINGS).join(', ')};`));
});

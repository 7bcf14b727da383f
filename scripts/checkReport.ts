import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckResult } from './real/checkResult.ts';
import { findBrowser, openPage } from './report/browser.ts';
import { checkPage } from './report/checkPage.ts';

/**
 * Opens a run's report and a page of a subject in a headless browser: nothing on the console, nothing asked for, Tab reaches everything in order, nothing scrolls
 * sideways at two widths, words in figures can be read. Pictures and a PDF of each page are written to look at.
 *
 *     node scripts/checkReport.ts RUN --out FOLDER
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'report-pictures' } },
});
const [run] = positionals;
const published = resolve(run ?? '', 'published');
if (run === undefined || !existsSync(join(published, 'report.html'))) {
  console.error(
    'checkReport: name the folder of a run with a report, as in: node scripts/checkReport.ts twinfold-demo/run',
  );
  process.exit(1);
}
const browser = findBrowser();
if (browser === undefined) {
  console.log('checkReport: no chromium, chromium-headless-shell or google-chrome on PATH; nothing was checked');
  process.exit(0);
}
const folder = join(published, 'subjects');
const pages = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.html')) : [];
// The longest is a twin's, the shortest that of somebody without, where there is one.
const bySize = pages.toSorted((one, other) => statSync(join(folder, other)).size - statSync(join(folder, one)).size);
const chosen = [bySize[0], bySize.at(-1)].filter((name, at, all) => name !== undefined && all.indexOf(name) === at);
const files = [
  { name: 'report', file: join(published, 'report.html') },
  ...chosen.map((name = '') => ({ name: name.replace('.html', ''), file: join(folder, name) })),
];
const page = await openPage(browser);
const results: CheckResult[] = [];
try {
  for (const { name, file } of files) results.push(...(await checkPage(page, file, name, resolve(values.out))));
} finally {
  await page.close();
}
for (const { name, passed, detail } of results) console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}: ${detail}`);
console.log(`pictures and PDFs: ${resolve(values.out)}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

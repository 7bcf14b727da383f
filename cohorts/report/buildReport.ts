import { estimandForest } from './figures/estimandForest.ts';
import { sizeScatter } from './figures/sizeScatter.ts';
import { headline } from './headline.ts';
import { type CsvFile, type Html, html } from './html.ts';
import { limitsPage, methodsPage } from './methods.ts';
import { pageShell } from './pageShell.ts';
import type { ReportInput, ReportManifest } from './reportInput.ts';
import { cohortPage } from './sections/cohort.ts';
import { columnsPage } from './sections/columns.ts';
import { fitPage } from './sections/fit.ts';
import { analysisPages } from './sections/index.ts';
import { type Page, pageHtml } from './sections/page.ts';
import { subjectsPage } from './sections/subjects.ts';
import { timelinePage } from './timelineSection.ts';

/** A report and the files that it links to, in its folder `tables`. */
export interface Report {
  readonly html: string;
  readonly tables: readonly CsvFile[];
}

/**
 * The report of a finished cohort: one HTML file that reads offline, prints, and stands on its own, and each of its tables as comma-separated values. The
 * headline answer with its interval and what it rests on comes first with the figure that shows it; then who is in the cohort, how well the twins fit, each
 * analysis, who is missing, the subjects' own pages, where the hours went, methods, limits and the table's columns. Same input, same bytes.
 */
export function buildReport(input: ReportInput): Report {
  const { manifest } = input;
  const timeline = timelinePage(input.costs ?? []);
  const pages: readonly Page[] = [
    cohortPage(input),
    fitPage(input),
    ...analysisPages(input),
    ...subjectsPage(input),
    ...(timeline ? [timeline] : []),
    limitsPage(input),
    methodsPage(input),
    columnsPage(input),
  ];
  const answer: Page = { id: 'answer', title: 'The answer', short: 'Answer', body: html`` };
  const body: Html = html`${manifest.isSynthetic ? html`<p class="synthetic">A synthetic cohort: its subjects were made up. What was planted in them lies in <code>truth/subjects.csv</code> beside the sample sheet; nothing in this report was computed from it.</p>` : ''}
<section id="answer" aria-labelledby="answer-title"><h2 id="answer-title" class="first">The answer</h2>
<div class="headline">${headline(input)}</div>
${estimandForest(input)}
${sizeScatter(input.table)}</section>
${pages.map(pageHtml)}
<footer>Made by Twinfold from tables that stand beside this file. <code>results.json</code> and <code>estimates.csv</code> hold every number of it, the folder <code>tables</code> each table as comma-separated values.</footer>`;
  return {
    html: pageShell({
      title: `${manifest.study} · cohort report`,
      kicker: 'Twinfold cohort report',
      heading: manifest.study,
      meta: provenance(manifest),
      contents: [answer, ...pages].map(({ id, title, short }) => ({ href: `#${id}`, words: short ?? title })),
      body,
    }),
    tables: body.tables ?? [],
  };
}

/** What made the numbers, short enough to be read out: the whole of it stands under Methods. */
function provenance({ study, run, software, bootstrap, settingsSha256 }: ReportManifest): string {
  const parts = [`Twinfold ${software.twinfold ?? 'of unknown version'}`, `seed ${bootstrap.seed}`];
  if (settingsSha256 !== null) parts.push(`settings ${settingsSha256.slice(0, 12)}`);
  if (run !== study) parts.unshift(run);
  return parts.join(' · ');
}

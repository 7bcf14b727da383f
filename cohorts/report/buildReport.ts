import { columnSection, indexSection, shareSection, velocitySection } from './answerSections.ts';
import { cohortFlow, fitQuality, whoIsMissing } from './cohortSections.ts';
import { headline } from './headline.ts';
import { type Html, html, trusted } from './html.ts';
import { limitsSection, methodsSection } from './methods.ts';
import type { ReportInput, ReportManifest } from './reportInput.ts';
import { sizeScatter } from './sizeFigures.ts';
import { STYLE } from './style.ts';
import { timelineSection } from './timelineSection.ts';

/** Nothing may be fetched, run or sent from a report: it holds its own style and pictures. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The report of a finished cohort: one HTML file that reads offline, prints, and stands on its own. The headline answer with its
 * interval and what it rests on comes first with the figure that shows it; then who is in the cohort, how well the twins fit, each estimand, who is missing,
 * where the hours went, methods, limits and the table's columns. Same input, same bytes.
 */
export function buildReport(input: ReportInput): string {
  const { manifest } = input;
  const timeline = timelineSection(input.costs ?? []);
  const sections = SECTIONS.filter(([id]) => id !== 'timeline' || timeline.html !== '');
  const page: Html = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<title>${manifest.study} · cohort report</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="kicker">Twinfold cohort report</p>
<h1>${manifest.study}</h1>
<p class="meta">${provenance(manifest)}</p>
</header>
${manifest.isSynthetic ? html`<p class="synthetic">A synthetic cohort: its subjects were made up. What was planted in them lies in <code>truth/subjects.csv</code> beside the sample sheet; nothing in this report was computed from it.</p>` : ''}
<section class="headline" aria-label="Answer">${headline(input)}</section>
${sizeScatter(input.table)}
<nav aria-label="Sections">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a> `)}</nav>
${cohortFlow(input)}
${fitQuality(input)}
${shareSection(input)}
${velocitySection(input.analyses.velocityBySex)}
${indexSection(input.analyses.indexedQrs)}
${whoIsMissing(input)}
${timeline}
${limitsSection(input)}
${methodsSection(input)}
${columnSection(input)}
<footer>Made by Twinfold from a table that stands beside this file; <code>results.json</code> and <code>results.csv</code> hold every number of it.</footer>
</main>
</body>
</html>
`;
  return page.html;
}

/** What made the numbers, short enough to be read out: the whole of it stands under Methods. */
function provenance({ study, run, software, bootstrap, settingsSha256 }: ReportManifest): string {
  const parts = [`Twinfold ${software.twinfold ?? 'of unknown version'}`, `seed ${bootstrap.seed}`];
  if (settingsSha256 !== null) parts.push(`settings ${settingsSha256.slice(0, 12)}`);
  if (run !== study) parts.unshift(run);
  return parts.join(' · ');
}

const SECTIONS: readonly (readonly [string, string])[] = [
  ['cohort', 'Cohort'],
  ['fit', 'Fit'],
  ['share', 'Share by size'],
  ['velocity', 'Velocity'],
  ['indexed', 'Indexed QRS'],
  ['missing', 'Who is missing'],
  ['timeline', 'Hours'],
  ['limits', 'Limits'],
  ['methods', 'Methods'],
  ['columns', 'Columns'],
];

import { COLUMN } from '../../analyses/columns.ts';
import { numbersOf, textOf } from '../../analyses/table.ts';
import { type Html, html } from '../html.ts';
import { bullets } from '../markup.ts';
import { format } from '../numbers.ts';
import { pageShell } from '../pageShell.ts';
import { type Page, pageHtml } from '../sections/page.ts';
import { subjectPagePath } from '../subjectLink.ts';
import { failurePages } from './failure.ts';
import { metricsPage } from './metrics.ts';
import { parametersPage } from './parameters.ts';
import { provenancePage } from './provenance.ts';
import type { SubjectPageInput } from './subjectPageInput.ts';
import { ecgPage, mapPage } from './twinPages.ts';

/**
 * One subject's page: its ECG over the recording, what is left between them, its activation map, parameters with their intervals, its metrics beside the
 * cohort, what was mended or doubted, and what made it. A subject without a twin gets the reason and what to do. Reads offline; same input, same bytes.
 */
export function buildSubjectPage(input: SubjectPageInput): string {
  const { subject, manifest, twin, failure } = input;
  const pages: readonly Page[] = [
    ...(failure ? failurePages(failure, manifest) : []),
    ...(twin ? [ecgPage(twin), mapPage(twin), parametersPage(input), metricsPage(input), findingsPage(input)] : []),
    ...(!twin && !failure ? [metricsPage(input)] : []),
    provenancePage(input),
  ];
  const lost =
    !twin && !failure
      ? html`<p class="synthetic">The store no longer has this twin, or it was made elsewhere: its pictures are missing here. The next run computes it again, to the same bytes.</p>`
      : html``;
  return pageShell({
    title: `${subject} · ${manifest.study}`,
    kicker: html`Twinfold subject · <a href="../report.html">${manifest.study}</a>`,
    heading: subject,
    meta: describe(input),
    contents: pages.map(({ id, title, short }) => ({ href: `#${id}`, words: short ?? title })),
    body: html`${neighbours(input)}${lost}${pages.map(pageHtml)}<footer>One of the pages beside <a href="../report.html">the cohort’s report</a>; its numbers are the subject’s row of the cohort table.</footer>`,
  });
}

/** Who it is and how well its twin fits, in a line. */
function describe({ table, row }: SubjectPageInput): string {
  const number = (column: string, decimals: number, unit: string) => {
    const value = numbersOf(table, column)[row];
    return value === undefined || Number.isNaN(value) ? '' : `${format(value, decimals)} ${unit}`;
  };
  const sex = { female: 'woman', male: 'man' }[textOf(table, COLUMN.sex, row)] ?? 'sex unknown';
  const correlation = numbersOf(table, COLUMN.correlation)[row] ?? Number.NaN;
  return [
    sex,
    number(COLUMN.age, 0, 'years'),
    number(COLUMN.height, 0, 'cm'),
    number(COLUMN.weight, 0, 'kg'),
    Number.isNaN(correlation) ? textOf(table, COLUMN.status, row) : `correlation ${format(correlation, 4)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function neighbours({ previous, next }: SubjectPageInput): Html {
  const link = (subject: string | undefined, words: string) => {
    const path = subject === undefined ? undefined : subjectPagePath(subject)?.replace('subjects/', '');
    return path === undefined ? html`<span></span>` : html`<a href="${path}">${words} ${subject ?? ''}</a>`;
  };
  return html`<p class="steps">${link(previous, '← ')}<a href="../report.html#subjects">report</a>${link(next, '→ ')}</p>`;
}

/** What was mended or doubted on the way. */
function findingsPage({ twin }: SubjectPageInput): Page {
  const findings = twin?.findings ?? [];
  const sentences = findings.map(
    ({ code, severity, message }) =>
      html`<b>${severity === 'repaired' ? 'Mended' : 'Doubted'}.</b> ${message} <small><code>${code}</code></small>`,
  );
  return {
    id: 'gates',
    title: 'What the gates found',
    short: 'Gates',
    body:
      sentences.length === 0
        ? html`<p>Nothing was mended and nothing doubted: mesh, electrodes and recording passed every gate.</p>`
        : bullets(sentences),
  };
}

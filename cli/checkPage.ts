import { type Html, html, trusted } from '../cohorts/report/html.ts';
import { bullets, plainTable, section } from '../cohorts/report/markup.ts';
import { STYLE } from '../cohorts/report/style.ts';
import type { RefusedRow } from '../cohorts/sampleSheet.ts';
import { FACT_HEADINGS, factCells, NONE } from './checkFacts.ts';
import type { CheckAnswer } from './checkThread.ts';

/** A study's subjects as they were found, with their pictures. */
export interface CheckDocument {
  readonly study: string;
  readonly refused: readonly RefusedRow[];
  readonly subjects: readonly CheckAnswer[];
}

/** Nothing may be fetched, run or sent: the page holds its own style and pictures. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
/** Cards outside the window cost nothing, so that a thousand of them scroll. */
const CARDS = `
main { max-width: 76rem; }
.card { border: 1px solid var(--line); border-left-width: 5px; border-radius: 6px; padding: .6rem .9rem; margin: .9rem 0; content-visibility: auto; contain-intrinsic-size: auto 34rem; }
.card.failed { border-left-color: #b3261e; } .card.doubted { border-left-color: #e69f00; } .card.mended { border-left-color: #0072b2; } .card.clean { border-left-color: #009e73; }
.card h3 { margin: 0 0 .3rem; } .card ul { font-size: .88rem; margin: .3rem 0; padding-left: 1.1rem; }
.card .facts { font-size: .85rem; color: var(--soft); margin: .1rem 0 .5rem; font-variant-numeric: tabular-nums; }
.card svg { display: block; width: 100%; height: auto; margin: .3rem 0; }
.problem { color: #b3261e; font-weight: 600; }
`;

/** From what most needs a look to what needs none. */
const KINDS = ['failed', 'doubted', 'mended', 'clean'] as const;
type Kind = (typeof KINDS)[number];
const KIND_TITLES: Readonly<Record<Kind, string>> = {
  failed: 'cannot be built',
  doubted: 'can be built, with doubts',
  mended: 'can be built, mended on the way',
  clean: 'can be built',
};

/** One page on which a person looks over a study's subjects before anything is calibrated: those with trouble first. Reads offline; runs no script. */
export function checkPage(document: CheckDocument): string {
  const { study, refused, subjects } = document;
  const sorted = KINDS.flatMap((kind) => subjects.filter((subject) => kindOf(subject) === kind));
  const counts = KINDS.map((kind) => [kind, subjects.filter((subject) => kindOf(subject) === kind).length] as const);
  const page: Html = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<title>${study} · check</title>
<style>${trusted(STYLE + CARDS)}</style>
</head>
<body>
<main>
<header>
<p class="kicker">Twinfold check</p>
<h1>${study}</h1>
<p class="meta">${subjects.length} subjects taken through all gates; no twin was computed.</p>
</header>
<ul class="flow">${counts.map(([kind, count]) => html`<li><b>${count}</b><span>${KIND_TITLES[kind]}</span></li>`)}<li><b>${refused.length}</b><span>rows refused</span></li></ul>
${codesSection(document)}
${refused.length > 0 ? section('refused', 'Rows of the sheet that are refused', bullets(refused.map(({ message }) => message))) : ''}
${section('subjects', 'Subjects', html`${sorted.map(card)}`)}
<footer>LV endocardium orange, RV endocardium blue, atria green, outside dark, base and skin grey. The same in numbers: <code>check.json</code> beside this file.</footer>
</main>
</body>
</html>
`;
  return page.html;
}

/** Which problems and findings there are, and whom they concern. */
function codesSection({ subjects }: CheckDocument): Html {
  const whom = new Map<string, CheckAnswer[]>();
  for (const subject of subjects) {
    for (const code of new Set([...subject.problems, ...subject.findings].map((one) => one.code))) {
      whom.set(code, [...(whom.get(code) ?? []), subject]);
    }
  }
  if (whom.size === 0) return html``;
  const rows = [...whom]
    .sort(([a, of], [b, others]) => others.length - of.length || (a < b ? -1 : 1))
    .map(([code, of]) => [
      html`<code>${code}</code>`,
      String(of.length),
      html`${of.map(({ subject }) => html`<a href="#${anchor(subject)}">${subject}</a> `)}`,
    ]);
  const headings = [{ title: 'code' }, { title: 'subjects', isNumber: true }, { title: 'who' }];
  return section('codes', 'What was found', plainTable('Problems and findings, most frequent first', headings, rows));
}

function card(subject: CheckAnswer): Html {
  const { problems, findings, pictures } = subject;
  const facts = factCells(subject.facts).flatMap((cell, at) => (cell === NONE ? [] : [`${FACT_HEADINGS[at]} ${cell}`]));
  const sentences = [
    ...problems.map(({ code, message }) => html`<span class="problem">${code}</span> ${message}`),
    ...findings.map(({ severity, message }) => html`<b>${severity}</b> ${message}`),
  ];
  return html`<article class="card ${kindOf(subject)}" id="${anchor(subject.subject)}"><h3>${subject.subject}</h3><p class="facts">${facts.join(' · ')}</p>${sentences.length > 0 ? bullets(sentences) : ''}${trusted(pictures.anatomy ?? '')}${trusted(pictures.beat ?? '')}</article>`;
}

function kindOf({ status, findings }: CheckAnswer): Kind {
  if (status === 'failed') return 'failed';
  if (findings.some(({ severity }) => severity === 'warning')) return 'doubted';
  return findings.length > 0 ? 'mended' : 'clean';
}

/** Ids hold letters, digits, dots, dashes and underscores only: fit for a link. */
const anchor = (subject: string): string => `s-${subject}`;

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parseHTML } from 'linkedom';
import { scatterFigure } from '../../cohorts/report/figures/sizeScatter.ts';
import { scatterPoints, swapOutcome } from './figureInputs.ts';
import { FIGURES } from './figures.ts';

const folder = join(import.meta.dirname, 'snapshots');
/** A figure of more bytes than this holds more than a reader sees. */
const MOST_BYTES = 30_000;

for (const [name, draw] of Object.entries(FIGURES)) {
  test(`the figure ${name} is drawn as it was looked at (UPDATE_SNAPSHOTS=1 writes it anew)`, (t) => {
    const path = join(folder, `${name}.html`);
    const drawn = `${draw().html}\n`;
    if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(path, drawn);
    t.is(drawn, readFileSync(path, 'utf8'));
    t.true(drawn.length < MOST_BYTES, `${drawn.length} bytes`);
  });
}

test('every figure says in words what it shows, with its numbers', (t) => {
  for (const [name, draw] of Object.entries(FIGURES)) {
    const figure = parseHTML(`<body>${draw().html}</body>`).document.querySelector('figure');
    const label = figure?.querySelector('svg')?.getAttribute('aria-label') ?? '';
    t.true(label.length > 60 && /\d/.test(label), `${name}: ${label}`);
    t.true((figure?.querySelector('figcaption')?.textContent ?? '').length > 40, name);
  }
});

test('a figure drawn again is the same figure, whatever was drawn between', (t) => {
  const [first] = Object.values(FIGURES);
  const once = first?.().html;
  for (const draw of Object.values(FIGURES)) draw();
  t.is(first?.().html, once);
});

test('the parts that are exchanged sum to the gap that is said', (t) => {
  const sum = swapOutcome.factors.reduce((total, { shapley }) => total + shapley.estimate, 0);
  t.true(Math.abs(sum - swapOutcome.gap.estimate) < 1e-12);
  t.regex(FIGURES.swap?.().html ?? '', /gap 6\.20\sms/);
});

test('a scatter of thousands is thinned and says so; its lines rest on all', (t) => {
  const { html } = scatterFigure({ outcome: 'qrsDuration_ms', points: scatterPoints(5000) });
  const document = parseHTML(`<body>${html}</body>`).document;
  const dots = document.querySelectorAll('[aria-label="dot"] path').length;
  t.is(dots, Math.ceil(5000 / 3));
  t.regex(
    document.querySelector('figcaption')?.textContent ?? '',
    /One point in 3 is drawn; the lines rest on all 5,000 subjects/,
  );
  t.true(html.length < 300_000);
});

import test from 'ava';
import { parseHTML } from 'linkedom';
import { buildSubjectPage } from '../../cohorts/report/subject/buildSubjectPage.ts';
import { percentile, quantile, stripsOf } from '../../cohorts/report/subject/strips.ts';
import type { SubjectPageInput, TwinTraces } from '../../cohorts/report/subject/subjectPageInput.ts';
import { plantedTable } from '../analyses/plantedTable.ts';

const table = plantedTable({ perSex: 40, seed: 3, sizeEffect_ms_g: 0.1, functionEffect_ms: 0, quarantined: 2 });
const dictionary = Object.keys(table.columns).map((name) => ({ name, unit: 'ms', description: `What ${name} is.` }));
const strips = stripsOf(table, dictionary);
const SAMPLES = 100;
const wave = Float64Array.from({ length: 8 * SAMPLES }, (_, at) => Math.sin(at / 90) * (1 + (at % 8)) * 0.2);

const twin: TwinTraces = {
  interval_ms: 1,
  start_ms: -10,
  qrs: { simulated_mV: wave.map((value) => value * 0.98), recorded_mV: wave },
  leadCorrelation: Float64Array.from({ length: 12 }, (_, lead) => 0.99 - lead * 0.001),
  leadRmse_mV: new Float64Array(12).fill(0.02),
  activationPng: Uint8Array.of(137, 80, 78, 71),
  findings: [{ code: 'inverted-tetrahedra', severity: 'repaired', message: '3 tetrahedra were turned.', count: 3 }],
  stoppedBecause: 'fitted',
  iterations: 12,
  gain: 1,
};
const base: SubjectPageInput = {
  subject: 'sub-0000',
  table,
  row: 0,
  strips,
  manifest: {
    study: 'A study',
    run: 'run-1',
    settingsSha256: null,
    software: {},
    settings: {},
    hashes: {},
    isSynthetic: true,
    bootstrap: { resamples: 100, seed: 1, level: 0.95 },
  },
};
const text = buildSubjectPage({ ...base, twin, next: 'sub-0001' });
const page = parseHTML(text).document;

test('a twin’s page has its ECG, what is left, its map, parameters, metrics, gates and hashes, each a named section', (t) => {
  const sections = [...page.querySelectorAll('main > section')].map(({ id }) => id);
  t.deepEqual(sections, ['leads', 'map', 'parameters', 'metrics', 'gates', 'provenance']);
  t.is(page.querySelectorAll('#ecg path.recorded').length, 12);
  t.is(page.querySelectorAll('#ecg path.simulated').length, 12);
  t.is(page.querySelectorAll('#residual path.simulated').length, 12);
  t.regex(page.querySelector('#gates')?.textContent ?? '', /Mended\. 3 tetrahedra were turned/);
});

test('the page leads back to the report and on to the next subject, and fetches nothing', (t) => {
  const links = [...page.querySelectorAll('a')].map((link) => link.getAttribute('href'));
  t.true(links.includes('../report.html') && links.includes('sub-0001.html'));
  t.false(/<(script|link|iframe|object|embed|base|form)\b/i.test(text));
  t.false(/\b(src|href)="(?!#|data:image\/png;base64,|\.\.\/report\.html|sub-0001\.html)/i.test(text));
});

test('a subject of the cohort’s median lies at percentile 50, its lowest and highest at the ends', (t) => {
  const sorted = Float64Array.from({ length: 101 }, (_, at) => at);
  t.is(percentile(sorted, 50), 50);
  t.true(percentile(sorted, 0) < 0.5 && percentile(sorted, 100) > 99.5);
  t.is(percentile(Float64Array.of(1, 2, 2, 2, 3), 2), 50);
  t.is(quantile(Float64Array.of(0, 10), 0.25), 2.5);
});

test('every strip is a picture with words', (t) => {
  const drawn = [...page.querySelectorAll('svg.strip')];
  t.true(drawn.length >= 8);
  for (const strip of drawn) t.regex(strip.getAttribute('aria-label') ?? '', /percentile \d+/);
});

test('velocities without an ensemble have no interval, and one with it has ± 1.96 of its deviations', (t) => {
  const known = { ...table.columns, lvFibreVelocityRelativeSd: new Array<number>(table.rows).fill(0.1) };
  const row = (html: string) =>
    [...parseHTML(html).document.querySelectorAll('#parameters tbody tr')].map((line) => line.textContent ?? '');
  t.true(row(text).every((line) => line.includes('—')));
  const velocity = Number(table.columns.lvFibreVelocity_mm_ms?.[0]);
  const [first] = row(buildSubjectPage({ ...base, table: { ...table, columns: known }, twin }));
  const ends = `${(velocity * (1 - 0.196)).toFixed(3)} to ${(velocity * (1 + 0.196)).toFixed(3)}`;
  t.true(first?.includes(ends), `${first} holds ${ends}`);
});

test('a quarantined subject’s page says why and what to do, and hostile words stay words', (t) => {
  const hostile = '<img src=x onerror=alert(1)>';
  const failure = { subject: 'sub-0080', stage: 'prepare', code: 'BadAnatomy', message: hostile } as const;
  const html = buildSubjectPage({ ...base, subject: 'sub-0080', row: 80, failure });
  const document = parseHTML(html).document;
  t.is(document.querySelector('.failure b')?.textContent, hostile);
  t.is(document.querySelectorAll('img').length, 0);
  t.deepEqual(
    [...document.querySelectorAll('main > section')].map(({ id }) => id),
    ['why', 'todo', 'provenance'],
  );
  t.regex(document.querySelector('#todo')?.textContent ?? '', /twinfold retry/);
});

test('the same subject gives the same bytes', (t) => {
  t.is(buildSubjectPage({ ...base, twin, next: 'sub-0001' }), text);
});

import test from 'ava';
import { parseHTML } from 'linkedom';
import { analyseCohort } from '../../cohorts/analyses/index.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { buildReport } from '../../cohorts/report/buildReport.ts';
import type { ReportInput } from '../../cohorts/report/reportInput.ts';
import { flowSteps } from '../../cohorts/report/sections/cohort.ts';
import { estimateTable } from '../../cohorts/report/sections/generic.ts';
import { type Planted, plantedTable } from '../analyses/plantedTable.ts';

const bootstrap = { resamples: 60, seed: 1, level: 0.95 };

function reportInput(table: ColumnTable, changes: Partial<ReportInput> = {}): ReportInput {
  const wave = Float64Array.from({ length: 8 * 50 }, (_, at) => Math.sin(at / 60) * (1 + (at % 8)));
  return {
    table,
    analyses: analyseCohort(table, { ...bootstrap, velocitySpread: 0.15 }),
    dictionary: Object.keys(table.columns).map((name) => ({ name, unit: 'ms', description: `What ${name} is.` })),
    quarantine: [{ subject: 'sub-0080', stage: 'prepare', code: 'BadAnatomy', message: 'two detached parts' }],
    manifest: {
      study: 'A study',
      run: 'run-1',
      settingsSha256: '0123456789abcdef',
      software: { twinfold: '0.1.0' },
      settings: { calibration: { pmjs: 300 } },
      hashes: { 'cohort.parquet': 'abc' },
      isSynthetic: true,
      bootstrap,
    },
    twinsShown: [
      { subject: 'sub-0001', caption: 'Correlation 0.99.', interval_ms: 2, simulated_mV: wave, recorded_mV: wave },
    ],
    subjectPages: new Set(['sub-0001']),
    ...changes,
  };
}

const world: Planted = { perSex: 40, seed: 2, sizeEffect_ms_g: 0.15, functionEffect_ms: 0, quarantined: 6 };
const pageOf = (input: ReportInput) => parseHTML(buildReport(input).html).document;
const input = reportInput(plantedTable(world));
const report = buildReport(input);
const page = parseHTML(report.html).document;

test('every figure is an inline picture with words for those who cannot see it', (t) => {
  const figures = [...page.querySelectorAll('figure')];
  t.deepEqual(
    figures.map((figure) => figure.id),
    figures.map(({ id }) => id).filter((id, at, all) => all.indexOf(id) === at),
    'no two figures have one name',
  );
  const front = ['estimands', 'size-scatter', 'subject-flow', 'fit-histogram', 'twin-1', 'share-bars', 'gap-waterfall'];
  t.deepEqual(
    figures.slice(0, front.length).map(({ id }) => id),
    front,
  );
  for (const figure of figures) {
    const svg = figure.querySelector('svg');
    t.is(svg?.getAttribute('role'), 'img', figure.id);
    t.true((svg?.getAttribute('aria-label') ?? '').length > 30, figure.id);
    t.truthy(svg?.getAttribute('viewBox'), figure.id);
    t.is(svg?.getAttribute('width'), null, figure.id);
    t.true((figure.querySelector('figcaption')?.textContent ?? '').length > 10, figure.id);
  }
});

test('the scatter draws each subject once, women and men by other shapes, and a line for each sex and for all', (t) => {
  const scatter = page.querySelector('#size-scatter');
  t.is(scatter?.querySelectorAll('[aria-label="dot"] path').length, 80);
  t.is(scatter?.querySelectorAll('[aria-label="linear-regression"] path[fill="none"]').length, 3);
});

test('a bar is drawn for every set of size factors and both QRS durations', (t) => {
  const bars = page.querySelectorAll('#share-bars [aria-label="bar"] rect');
  const { outcomes } = input.analyses.regressionShare;
  const known = outcomes.flatMap((outcome) => ('undetermined' in outcome ? [] : outcome.decompositions));
  t.is(bars.length, known.filter((parts) => !('undetermined' in parts)).length);
  t.true(bars.length >= 14);
});

test('nothing is fetched from anywhere', (t) => {
  const text = report.html;
  t.false(/<(script|link|iframe|object|embed|base|form)\b/i.test(text));
  t.false(/\b(src|href|srcset|action|poster|data)="(?!#|data:image\/png;base64,|tables\/|subjects\/)/i.test(text));
  t.false(/@import|url\((?!#)/i.test(text));
  t.deepEqual([...text.matchAll(/https?:\/\/[^"<\s]*/g)].map(String), []);
});

test('names from the data are shown and never run', (t) => {
  const hostile = `<img src=x onerror=alert(1)>"'&\u0000\u202e`;
  const table = plantedTable(world);
  const { html: text } = buildReport(
    reportInput(
      { ...table, columns: { ...table.columns, [hostile]: new Array<string>(table.rows).fill(hostile) } },
      {
        quarantine: [{ subject: hostile, stage: 'read', code: hostile, message: hostile }],
        manifest: {
          ...input.manifest,
          study: hostile,
          run: hostile,
          settings: { [hostile]: hostile },
          hashes: { [hostile]: hostile },
          software: { [hostile]: hostile },
        },
        twinsShown: input.twinsShown.map((twin) => ({ ...twin, subject: hostile, caption: hostile })),
      },
    ),
  );
  t.false(/<img(?! class="activation")/.test(text));
  t.false(text.includes('\u0000') || text.includes('\u202e'));
  t.is(parseHTML(text).document.querySelectorAll('[onerror]').length, 0);
  t.is(parseHTML(text).document.querySelectorAll('img').length, 0);
});

test('the headline gives gap and share with intervals, and what they rest on', (t) => {
  const words = page.querySelector('.headline')?.textContent ?? '';
  t.regex(
    words,
    /Men’s recorded QRS duration is \d\.\d ms \(\d\.\d to \d+\.\d\) longer than women’s \(40 women and 40 men\)/,
  );
  t.regex(words, /a share of \d+.% \(−?\d+ to \d+\)/u);
  t.regex(words, /only if nothing else that shapes the QRS differs along with it/);
});

test('a single subject without a twin is compared with nobody', (t) => {
  const single = pageOf(reportInput(plantedTable({ ...world, quarantined: 1 })));
  t.regex(single.querySelector('.headline .rests')?.textContent ?? '', /1 of 81 subjects has no twin: too few to tell/);
  t.is(single.querySelectorAll('#missing table, #missing figure').length, 0);
});

test('the page says at its top which version, seed and settings made it', (t) => {
  t.is(page.querySelector('.meta')?.textContent, 'run-1 · Twinfold 0.1.0 · seed 1 · settings 0123456789ab');
});

test('a synthetic cohort says where its truth lies, and a real one says nothing of it', (t) => {
  t.regex(page.querySelector('.synthetic')?.textContent ?? '', /truth\/subjects\.csv/);
  const real = reportInput(plantedTable(world), { manifest: { ...input.manifest, isSynthetic: false } });
  t.is(pageOf(real).querySelector('.synthetic'), null);
});

test('a share that may be none or all of the gap is called an open question', (t) => {
  const { regressionShare } = input.analyses;
  const wordsAt = (low: number, high: number) => {
    const outcomes = regressionShare.outcomes.map((outcome) => {
      if ('undetermined' in outcome) return outcome;
      const decompositions = outcome.decompositions.map((parts) =>
        'undetermined' in parts ? parts : { ...parts, share: { ...parts.share, low, high } },
      );
      return { ...outcome, decompositions };
    });
    const analyses = { ...input.analyses, regressionShare: { ...regressionShare, outcomes } };
    return pageOf({ ...input, analyses }).querySelector('.headline')?.textContent ?? '';
  };
  t.regex(wordsAt(-0.2, 1.4), /too small for the question/);
  t.notRegex(wordsAt(0.1, 1.4), /too small for the question/);
});

test('a gap that may be none gets no share', (t) => {
  const none = reportInput(plantedTable({ ...world, sizeEffect_ms_g: 0, perSex: 12 }));
  const words = pageOf(none).querySelector('.headline .answer')?.textContent ?? '';
  t.regex(words, /cannot tell the gap from none, so no share of it is attributed to size/);
});

test('in tables a share of a gap that may be none is said to be unclear, and one of a clear gap keeps its number', (t) => {
  const named = { analysis: 'made', outcome: 'qrsDuration_ms', women: 9, men: 9, interval: 'BCa' } as const;
  const withGap = (low: number) => {
    const { html } = estimateTable('made', 'Made', [
      { ...named, estimand: 'gap', by: '', unit: 'ms', estimate: 2, low, high: 5, std_error: 1, p_value: Number.NaN },
      {
        ...named,
        estimand: 'share',
        by: 'a',
        unit: '1',
        estimate: 9,
        low: 1,
        high: 99,
        std_error: 9,
        p_value: Number.NaN,
      },
    ]);
    return parseHTML(`<html><body>${html}</body></html>`).document.querySelectorAll('tbody tr')[1]?.textContent ?? '';
  };
  t.regex(withGap(-1), /gap unclear/);
  t.regex(withGap(1), /900\s%/);
});

test('with few subjects LV mass alone carries the headline', (t) => {
  const few = reportInput(plantedTable({ ...world, perSex: 15, sizeEffect_ms_g: 0.4 }));
  t.regex(pageOf(few).querySelector('.headline .answer')?.textContent ?? '', /LV mass goes with/);
});

test('an empty cohort makes a page that says why there is no answer', (t) => {
  const empty = reportInput({ columns: {}, rows: 0 }, { quarantine: [], twinsShown: [] });
  const bare = pageOf(empty);
  t.regex(bare.querySelector('.headline')?.textContent ?? '', /No answer about sex and size can be given/);
  t.is(bare.querySelectorAll('figure').length, 0);
});

test('the cohort’s flow counts those lost at each stage', (t) => {
  const left = flowSteps(input.table, input.quarantine).map(({ n }) => n);
  t.deepEqual(left, [86, 86, 85, 85, 80]);
  const drawn = page.querySelector('#subject-flow svg')?.getAttribute('aria-label') ?? '';
  t.regex(drawn, /85 prepared \(lost before: 1 the heart cannot carry a twin/);
});

test('the same input gives the same bytes', (t) => {
  t.deepEqual(buildReport(reportInput(plantedTable(world))), report);
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type CheckDocument, checkPage } from '../../cli/checkPage.ts';
import type { CheckAnswer } from '../../cli/checkThread.ts';
import { runCli } from './runCli.ts';

const none = { nodes: null, edge_mm: null, lvMuscle_mL: null, rvMuscle_mL: null, lvCavity_mL: null, rvCavity_mL: null };
const healthy: CheckAnswer = {
  subject: 'P1',
  status: 'ok',
  code: null,
  message: null,
  problems: [],
  findings: [],
  facts: { ...none, nodes: 1234, qrs_ms: 88, heartRate_bpm: null },
  pictures: { anatomy: '<svg id="heart"></svg>', beat: null },
};
const doubted: CheckAnswer = {
  ...healthy,
  subject: 'P2',
  findings: [{ code: 'unit-inferred', severity: 'warning', message: 'taken as <mm> & kept' }],
};
const failed: CheckAnswer = {
  ...healthy,
  subject: 'P3',
  status: 'failed',
  problems: [{ code: 'BadEcg', message: 'every lead is flat' }],
  pictures: { anatomy: null, beat: null },
};
const page = (change: Partial<CheckDocument> = {}) =>
  checkPage({ study: 'mine', refused: [], subjects: [healthy, doubted, failed], ...change });

test('subjects with trouble come first, and each code leads to whom it concerns', (t) => {
  const text = page();
  const places = ['P3', 'P2', 'P1'].map((subject) => text.indexOf(`id="s-${subject}"`));
  t.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  t.true(places[0] > 0);
  t.regex(text, /<code>unit-inferred<\/code>.*<a href="#s-P2">P2<\/a>/s);
  t.regex(text, /class="card failed" id="s-P3".*BadEcg.*every lead is flat/s);
});

test('what stands in files is text on the page, pictures are taken as drawn, and nothing runs or is fetched', (t) => {
  const text = page();
  t.true(text.includes('taken as &lt;mm&gt; &amp; kept'));
  t.true(text.includes('<svg id="heart"></svg>'));
  t.regex(text, /default-src (&#39;|')none(&#39;|')/);
  t.notRegex(text, /<script|https?:\/\/(?!www\.w3\.org)/);
});

test('a study without trouble says so and lists no codes', (t) => {
  const text = page({ subjects: [healthy] });
  t.notRegex(text, /What was found/);
  t.regex(text, /<b>1<\/b><span>can be built<\/span>/);
});

test('both halves of a subject are told at once, in the table, in JSON and on the page', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-check-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'study.yaml'), 'name: two\nsheet: subjects.csv\n');
  writeFileSync(join(folder, 'subjects.csv'), 'subject,anatomy,ecg\nP7,P7/heart.pts,P7/ecg.hea\n../x,a.pts,b.hea\n');
  const out = join(folder, 'seen');
  const { code, out: text } = await runCli('check', join(folder, 'study.yaml'), '--out', out);
  t.is(code, 3);
  t.regex(text, /^BadInput {4}P7: P7\/ecg\.hea: there is no such file/m);
  t.regex(text, /^BadInput {4}P7: P7\/heart\.pts: there is no such file/m);
  t.regex(text, /^P7 +failed .* BadInput$/m);
  t.regex(text, /^refused .*\.\.\/x/m);
  const { subjects, refused } = JSON.parse(readFileSync(join(out, 'check.json'), 'utf8'));
  t.is(refused.length, 1);
  t.is(subjects[0].problems.length, 2);
  t.is(subjects[0].pictures, undefined);
  t.regex(readFileSync(join(out, 'check.html'), 'utf8'), /id="s-P7"/);
});

import test from 'ava';
import { parseHTML } from 'linkedom';
import { timelineOf } from '../../cohorts/report/timeline.ts';
import { timelineSection } from '../../cohorts/report/timelineSection.ts';
import type { SubjectCost } from '../../cohorts/row.ts';

const BEGAN_ms = 1_800_000_000_000;

const cost = (changes: Partial<SubjectCost> & { readonly from_s: number }): SubjectCost => {
  const { from_s, ...others } = changes;
  return {
    subject: 'sub-1',
    stage: 'calibrate',
    seconds: 10,
    peakMemory_MB: 100,
    attempts: 1,
    worker: 'twinfold-cpu#11',
    wasCached: false,
    started_ms: BEGAN_ms + 1000 * from_s,
    outcome: 'done',
    ...others,
  };
};

/** One subject's stages, one after the other, on one worker. */
const subject = (name: string, from_s: number, worker: string, wasCached = false): SubjectCost[] => [
  cost({ subject: name, stage: 'prepare', from_s, seconds: 20, worker, wasCached }),
  cost({ subject: name, stage: 'calibrate', from_s: from_s + 20, seconds: 70, worker, wasCached }),
  cost({ subject: name, stage: 'measure', from_s: from_s + 90, seconds: 10, worker, wasCached }),
];

test('hours, twins and shares of time add up on two workers, one of which works half of the time', (t) => {
  const costs = [
    ...subject('a', 0, 'twinfold-cpu#11'),
    ...subject('b', 100, 'twinfold-cpu#11'),
    ...subject('c', 0, 'twinfold-cpu#7'),
  ];
  const timeline = timelineOf(costs);
  t.like(timeline, { elapsed_s: 200, computed: 3, found: 0, lanesLeftOut: 0 });
  t.deepEqual(
    timeline?.lanes.map(({ name, busyShare }) => [name, busyShare]),
    [
      ['cpu 1', 1],
      ['cpu 2', 0.5],
    ].sort(),
  );
  t.deepEqual(
    timeline?.stages.map(({ seconds }) => seconds.reduce((sum, each) => sum + each, 0)),
    [60, 210, 30],
  );
});

test('the stretches of a lane are the stages in their order, and end where the work ended', (t) => {
  const [lane] = timelineOf(subject('a', 0, 'twinfold-gpu#1'))?.lanes ?? [];
  t.is(lane?.name, 'gpu 1');
  t.deepEqual(
    lane?.spans.map(({ stage }) => stage),
    ['prepare', 'calibrate', 'measure'],
  );
  const width_s = 100 / 144;
  t.true(Math.abs((lane?.spans[0]?.to_s ?? 0) - 20) < width_s);
  t.true(Math.abs((lane?.spans.at(-1)?.to_s ?? 0) - 100) < 1e-9);
});

test('the work that is drawn is the work that was done, whatever its length', (t) => {
  const costs = Array.from({ length: 40 }, (_, at) =>
    cost({ subject: `s${at}`, from_s: at * 25, seconds: 5 + (at % 9) * 2 }),
  );
  const spans = timelineOf(costs)?.lanes[0]?.spans ?? [];
  const drawn_s = spans.reduce((sum, { from_s, to_s, share }) => sum + share * (to_s - from_s), 0);
  const done_s = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  t.true(Math.abs(drawn_s / done_s - 1) < 0.15, `${drawn_s} s drawn of ${done_s} s`);
});

test('the order of the rows changes nothing', (t) => {
  const costs = [...subject('a', 0, 'w#1'), ...subject('b', 7, 'w#2'), ...subject('c', 103, 'w#1')];
  t.is(timelineSection([...costs].reverse()).html, timelineSection(costs).html);
});

test('found stages, repeated attempts and failures are told apart from what was computed', (t) => {
  const failed = { subject: 'f', stage: 'prepare', outcome: 'BadAnatomy', attempts: 3, from_s: 5 };
  const timeline = timelineOf([...subject('a', 0, 'w#1'), ...subject('b', 0, 'w#2', true), cost(failed)]);
  t.like(timeline, { computed: 1, found: 1 });
  t.like(timeline?.stages[0], { found: 1, retries: 2, failed: 1 });
});

test('10,000 subjects on 60 workers stay a picture of a few thousand marks', (t) => {
  const costs = Array.from({ length: 10_000 }, (_, at) =>
    subject(`s${at}`, Math.floor(at / 60) * 101, `twinfold-cpu#${at % 60}`),
  ).flat();
  const { html } = timelineSection(costs);
  t.true((html.match(/<rect/g) ?? []).length < 4000);
  t.true(html.length < 600_000);
  t.regex(html, /36 more workers did the like and are not drawn/);
});

test('costs that do not say when they arose give no section', (t) => {
  const { started_ms: _unknown, ...old } = cost({ from_s: 0 });
  t.is(timelineSection([old]).html, '');
  t.is(timelineSection([]).html, '');
});

test('the section names no subject, process or host', (t) => {
  const page = parseHTML(`<body>${timelineSection(subject('sub-0042', 0, 'twinfold-cpu#31337')).html}</body>`).document;
  t.false(/sub-0042|31337/.test(page.toString()));
  t.regex(page.querySelector('#timeline p')?.textContent ?? '', /1 twin computed, 100 s of work each: 36 an hour/);
});

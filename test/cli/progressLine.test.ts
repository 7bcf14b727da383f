import test from 'ava';
import { openProgressLine } from '../../cli/progressLine.ts';
import type { CohortProgress } from '../../workflows/messages.ts';

const still: CohortProgress = {
  run: 'run',
  study: '00',
  phase: 'building',
  subjects: 100,
  done: 0,
  cached: 0,
  quarantined: 0,
  running: { prepare: 0, calibrate: 0, measure: 0 },
  pagesInFlight: 1,
  window: 4,
  executions: 1,
};
const at = (changes: Partial<CohortProgress>): CohortProgress => ({ ...still, ...changes });

test('ten subjects in two minutes are five a minute, and eighty more take sixteen', (t) => {
  const line = openProgressLine();
  t.is(line.describe(at({ done: 10 }), 1000), '10/100 subjects');
  t.is(
    line.describe(at({ done: 19, quarantined: 1 }), 121_000),
    '20/100 subjects · 1 quarantined · 5.0/min · 16 min to go',
  );
});

test('what was found at the start does not count as speed', (t) => {
  const line = openProgressLine();
  line.describe(at({ done: 90, cached: 90 }), 0);
  t.is(
    line.describe(at({ done: 91, cached: 90 }), 60_000),
    '91/100 subjects · 90 found from before · 1.0/min · 9 min to go',
  );
});

test('stages at work and a pause are named, others are not', (t) => {
  const running = { prepare: 2, calibrate: 1, measure: 0 };
  t.is(
    openProgressLine().describe(at({ running, phase: 'paused' }), 0),
    '0/100 subjects · prepare 2 calibrate 1 · paused',
  );
});

test('seconds are said below a minute, hours above ninety minutes', (t) => {
  const ends = [99, 2].map((done) => {
    const line = openProgressLine();
    line.describe(at({ done: done - 1 }), 0);
    return line.describe(at({ done }), 90_000).split(' · ').at(-1);
  });
  t.deepEqual(ends, ['2 min to go', '2.5 h to go']);
  const fast = openProgressLine();
  fast.describe(at({ done: 0 }), 0);
  t.regex(fast.describe(at({ done: 99 }), 60_000), /1 s to go/);
});

import test from 'ava';
import { type Scenario, simulate } from '../../bench/simulate/simulate.ts';

const scenario: Scenario = {
  subjects: 400,
  stages: [
    { name: 'prepare', pool: 'cpu', seconds: [2] },
    { name: 'calibrate', pool: 'gpu', seconds: [5] },
    { name: 'measure', pool: 'cpu', seconds: [1] },
  ],
  slots: { cpu: 4, gpu: 10 },
  window: 100,
  server_s: 0,
  lost: 0,
  notice_s: 60,
  publish_s: 0,
  seed: 1,
};

test('a cohort takes as long as its busiest pool needs, and the filling and emptying of the line', (t) => {
  const { makespan_s, busy, attempts } = simulate(scenario);
  const busiest_s = (400 * (2 + 1)) / 4;
  t.true(makespan_s >= busiest_s && makespan_s < busiest_s + 2 * (2 + 5 + 1), `${makespan_s} s`);
  t.true(busy.cpu > 0.95 && busy.cpu <= 1);
  t.true(Math.abs(busy.gpu * makespan_s * 10 - 400 * 5) < 1e-6);
  t.is(attempts, 1200);
});

test('with one slot and one subject in flight, times add up', (t) => {
  const { makespan_s } = simulate({ ...scenario, slots: { cpu: 1, gpu: 1 }, window: 1, subjects: 7, publish_s: 0.5 });
  // Two pages may be in flight, and seven subjects are one page.
  t.is(makespan_s, 7 * (2 + 5 + 1) + 7 * 0.5);
});

test('a slow server is the limit, however many slots there are', (t) => {
  const { makespan_s, serverBusy } = simulate({
    ...scenario,
    slots: { cpu: 1000, gpu: 1000 },
    server_s: 1,
    window: 400,
  });
  t.true(makespan_s >= 400 && makespan_s < 400 + 10, `${makespan_s} s`);
  t.true(serverBusy > 0.97);
});

test('lost workers cost attempts and time, and no subject', (t) => {
  const calm = simulate(scenario);
  const stormy = simulate({ ...scenario, lost: 0.1 });
  t.true(stormy.attempts > 1.05 * calm.attempts && stormy.attempts < 1.2 * calm.attempts);
  t.true(stormy.makespan_s > calm.makespan_s);
  t.deepEqual(simulate({ ...scenario, lost: 0.1 }), stormy);
});

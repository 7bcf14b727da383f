import { Heap } from 'heap-js';
import { openRandom } from '../../twin/random.ts';

/** A stage of a subject as the simulation knows it. */
export interface SimulatedStage {
  readonly name: string;
  readonly pool: 'cpu' | 'gpu';
  /** Measured durations, s; each subject draws one of them */
  readonly seconds: readonly number[];
}

/** A cohort, the machines that it runs on, and what one server can take. */
export interface Scenario {
  readonly subjects: number;
  readonly stages: readonly SimulatedStage[];
  /** Stages that each pool works on at the same time */
  readonly slots: Readonly<Record<'cpu' | 'gpu', number>>;
  /** Subjects in flight at once */
  readonly window: number;
  /** Time that the server takes for one subject's way through, s: its share of one server that works without a pause */
  readonly server_s: number;
  /** Share of stages whose worker is lost half-way, and the time until that is noticed, s */
  readonly lost: number;
  readonly notice_s: number;
  /** Time that a row takes when the tables are written, s */
  readonly publish_s: number;
  readonly seed: number;
}

/** What a simulated run came to. */
export interface Forecast {
  readonly makespan_s: number;
  readonly twinsPerHour: number;
  /** Share of each pool's slots that was busy until the last subject was measured */
  readonly busy: Readonly<Record<'cpu' | 'gpu', number>>;
  /** Share of the time that the server was busy */
  readonly serverBusy: number;
  readonly attempts: number;
}

const PAGE_SUBJECTS = 100;

type Event = { readonly at_s: number; readonly order: number; readonly happen: () => void };

/**
 * A run as a queueing network: pages of 100 subjects, some in flight, each with its share of the window; every stage waits for a slot of its pool
 * and is served in the order of arrival; between two stages the one server is passed. The same scenario gives the same forecast.
 */
export function simulate(scenario: Scenario): Forecast {
  const { subjects, stages, slots, window, server_s, lost, notice_s, publish_s, seed } = scenario;
  const random = openRandom(seed, 'simulated cohort');
  const events = new Heap<Event>((one, other) => one.at_s - other.at_s || one.order - other.order);
  let now_s = 0;
  let order = 0;
  const later = (delay_s: number, happen: () => void) => events.push({ at_s: now_s + delay_s, order: order++, happen });

  const passServer = openStation(1, later);
  const pools = { cpu: openStation(slots.cpu, later), gpu: openStation(slots.gpu, later) };
  const step_s = server_s / (stages.length + 1);
  let attempts = 0;

  const pages = Math.ceil(subjects / PAGE_SUBJECTS);
  const mostPages = Math.max(2, Math.ceil(window / PAGE_SUBJECTS));
  const share = Math.max(1, Math.ceil(window / Math.min(mostPages, pages)));
  let nextPage = 0;
  const beginPage = () => {
    if (nextPage >= pages) return;
    const size = Math.min(PAGE_SUBJECTS, subjects - nextPage++ * PAGE_SUBJECTS);
    let begun = 0;
    let ended = 0;
    const beginSubject = () => {
      if (begun === size) return;
      begun++;
      passStages(0, () => {
        ended++;
        if (ended === size) beginPage();
        else beginSubject();
      });
    };
    for (let at = 0; at < share; at++) beginSubject();
  };
  const passStages = (at: number, done: () => void): void => {
    const stage = stages[at];
    passServer.serve(step_s, () => (stage === undefined ? done() : work(stage, () => passStages(at + 1, done))));
  };
  const work = (stage: SimulatedStage, done: () => void): void => {
    attempts++;
    const seconds = stage.seconds[Math.floor(random.uniform() * stage.seconds.length)] ?? 0;
    if (random.uniform() >= lost) pools[stage.pool].serve(seconds, done);
    else pools[stage.pool].serve(seconds / 2, () => later(notice_s, () => work(stage, done)));
  };

  for (let page = 0; page < mostPages; page++) beginPage();
  for (let event = events.pop(); event !== undefined; event = events.pop()) {
    now_s = event.at_s;
    event.happen();
  }
  const built_s = now_s;
  const makespan_s = built_s + subjects * publish_s;
  return {
    makespan_s,
    twinsPerHour: (subjects / makespan_s) * 3600,
    busy: { cpu: pools.cpu.busy_s() / (slots.cpu * built_s), gpu: pools.gpu.busy_s() / (slots.gpu * built_s) },
    serverBusy: passServer.busy_s() / built_s,
    attempts,
  };
}

/** Servers in parallel with one line in front of them, first come, first served. */
function openStation(servers: number, later: (delay_s: number, happen: () => void) => void) {
  const waiting: { seconds: number; done: () => void }[] = [];
  let next = 0;
  let free = servers;
  let busy_s = 0;
  const begin = (seconds: number, done: () => void) => {
    free--;
    busy_s += seconds;
    later(seconds, () => {
      free++;
      const first = waiting[next];
      if (first !== undefined) {
        next++;
        if (next > 1024 && next * 2 > waiting.length) {
          waiting.splice(0, next);
          next = 0;
        }
        begin(first.seconds, first.done);
      }
      done();
    });
  };
  return {
    serve(seconds: number, done: () => void) {
      if (free > 0) begin(seconds, done);
      else waiting.push({ seconds, done });
    },
    busy_s: () => busy_s,
  };
}

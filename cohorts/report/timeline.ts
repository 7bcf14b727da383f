import type { SubjectCost } from '../row.ts';

/** Stages in the order in which a subject passes them. */
export const TIMELINE_STAGES = ['prepare', 'calibrate', 'measure'] as const;
export type TimelineStage = (typeof TIMELINE_STAGES)[number];

/** Where the hours of a run went. */
export interface Timeline {
  /** When the first stage began, ms since 1970, and how long until the last ended; of the stages whose beginning is known */
  readonly began_ms: number;
  readonly elapsed_s: number;
  /** Twins of which at least one stage was computed, and those that were all found */
  readonly computed: number;
  readonly found: number;
  readonly stages: readonly StageTime[];
  readonly lanes: readonly Lane[];
  /** Workers beyond those that are drawn */
  readonly lanesLeftOut: number;
}

export interface StageTime {
  readonly stage: TimelineStage;
  /** Seconds of every time that it was computed, ascending */
  readonly seconds: Float64Array;
  readonly found: number;
  /** Attempts that were not a subject's first */
  readonly retries: number;
  /** Subjects of which the last attempt failed */
  readonly failed: number;
}

/** One worker's time. */
export interface Lane {
  /** `cpu 1`: its pool, and its number among the workers of the pool by when they began */
  readonly name: string;
  /** Share of the run's time in which at least one stage was at work */
  readonly busyShare: number;
  readonly spans: readonly Span[];
}

/** A stretch of a lane in which one stage took most of the time. */
export interface Span {
  readonly stage: TimelineStage;
  readonly from_s: number;
  readonly to_s: number;
  /** Share of the stretch that was worked in: ¼, ½, ¾ or 1 */
  readonly share: number;
}

/** Columns of the figure: what is shorter is added up. */
const BINS = 144;
const MOST_LANES = 24;
const SHARES = 4;

/** Sums up what a run's stages cost; undefined where nothing is known of when they began. Equal costs give equal timelines, in any order. */
export function timelineOf(costs: readonly SubjectCost[]): Timeline | undefined {
  const timed = costs.filter(isTimed);
  if (timed.length === 0) return undefined;
  const began_ms = timed.reduce((least, { started_ms }) => Math.min(least, started_ms), Number.POSITIVE_INFINITY);
  const ended_ms = timed.reduce((most, { started_ms, seconds }) => Math.max(most, started_ms + 1000 * seconds), 0);
  const elapsed_s = (ended_ms - began_ms) / 1000;
  const made = new Set(costs.filter((cost) => !cost.wasCached && isDone(cost)).map(({ subject }) => subject));
  const measured = costs.filter((cost) => cost.stage === 'measure' && isDone(cost));
  const computed = measured.filter(({ subject }) => made.has(subject)).length;
  const lanes = lanesOf(timed, began_ms, elapsed_s);
  return {
    began_ms,
    elapsed_s,
    computed,
    found: measured.length - computed,
    stages: TIMELINE_STAGES.map((stage) => stageTime(stage, costs)),
    lanes: lanes.slice(0, MOST_LANES),
    lanesLeftOut: Math.max(0, lanes.length - MOST_LANES),
  };
}

type TimedCost = SubjectCost & { readonly started_ms: number };
const isTimed = (cost: SubjectCost): cost is TimedCost => Number.isFinite(cost.started_ms);
const isDone = ({ outcome = 'done' }: SubjectCost): boolean => outcome === 'done';

function stageTime(stage: TimelineStage, costs: readonly SubjectCost[]): StageTime {
  const own = costs.filter((cost) => cost.stage === stage);
  const computed = own.filter(({ wasCached }) => !wasCached);
  return {
    stage,
    seconds: Float64Array.from(computed, ({ seconds }) => seconds).sort(),
    found: own.length - computed.length,
    retries: own.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    failed: own.filter((cost) => !isDone(cost)).length,
  };
}

/** Workers by when they began; those of one pool are numbered in that order. */
function lanesOf(costs: readonly TimedCost[], began_ms: number, elapsed_s: number): Lane[] {
  const byWorker = new Map<string, TimedCost[]>();
  for (const cost of costs) {
    const own = byWorker.get(cost.worker);
    if (own === undefined) byWorker.set(cost.worker, [cost]);
    else own.push(cost);
  }
  const beginning = (own: readonly TimedCost[]) =>
    own.reduce((least, { started_ms }) => Math.min(least, started_ms), Infinity);
  const workers = [...byWorker]
    .map(([worker, own]) => ({ worker, own, first_ms: beginning(own) }))
    .sort((one, other) => one.first_ms - other.first_ms || (one.worker < other.worker ? -1 : 1));
  const numbers = new Map<string, number>();
  return workers.map(({ worker, own }) => {
    const pool = poolOf(worker);
    const number = (numbers.get(pool) ?? 0) + 1;
    numbers.set(pool, number);
    return { name: `${pool} ${number}`, ...workOf(own, began_ms, elapsed_s) };
  });
}

/** A worker is called by its queue and process, `twinfold-cpu#1234`. */
const poolOf = (worker: string): string => /-(cpu|gpu|large)#/.exec(worker)?.[1] ?? 'worker';

function workOf(costs: readonly TimedCost[], began_ms: number, elapsed_s: number): Pick<Lane, 'busyShare' | 'spans'> {
  const width_s = elapsed_s / BINS || 1;
  const work = new Map<string, Float64Array>(TIMELINE_STAGES.map((stage) => [stage, new Float64Array(BINS)]));
  for (const { stage, started_ms, seconds } of costs) {
    const own = work.get(stage);
    if (own === undefined) continue;
    const from_s = (started_ms - began_ms) / 1000;
    const to_s = from_s + seconds;
    const last = Math.min(BINS - 1, Math.floor(to_s / width_s));
    for (let bin = Math.floor(from_s / width_s); bin <= last; bin++) {
      own[bin] = (own[bin] ?? 0) + Math.max(0, Math.min(to_s, (bin + 1) * width_s) - Math.max(from_s, bin * width_s));
    }
  }
  const spans: Span[] = [];
  for (let bin = 0; bin < BINS; bin++) {
    const times = TIMELINE_STAGES.map((stage) => work.get(stage)?.[bin] ?? 0);
    const total_s = times.reduce((sum, time) => sum + time, 0);
    const steps = Math.round((SHARES * Math.min(total_s, width_s)) / width_s);
    const stage = TIMELINE_STAGES[times.indexOf(Math.max(...times))];
    if (total_s === 0 || stage === undefined) continue;
    const share = Math.max(1, steps) / SHARES;
    const before = spans.at(-1);
    const from_s = bin * width_s;
    if (before?.stage === stage && before.share === share && before.to_s === from_s) {
      spans[spans.length - 1] = { ...before, to_s: (bin + 1) * width_s };
    } else spans.push({ stage, from_s, to_s: from_s + width_s, share });
  }
  return { busyShare: elapsed_s > 0 ? coveredSeconds(costs) / elapsed_s : 1, spans };
}

/** Seconds in which at least one of these was at work. */
function coveredSeconds(costs: readonly TimedCost[]): number {
  let covered_ms = 0;
  let end_ms = Number.NEGATIVE_INFINITY;
  for (const { started_ms, seconds } of [...costs].sort((one, other) => one.started_ms - other.started_ms)) {
    const to_ms = started_ms + 1000 * seconds;
    covered_ms += Math.max(0, to_ms - Math.max(started_ms, end_ms));
    end_ms = Math.max(end_ms, to_ms);
  }
  return covered_ms / 1000;
}

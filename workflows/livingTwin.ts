import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  ParentClosePolicy,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlannedVisits } from '../activities/planVisits.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { activitiesOn, type SubjectOutcome } from './buildSubject.ts';
import { buildTwin } from './buildTwin.ts';
import { SIGNAL, twinId } from './ids.ts';
import { PRIORITY } from './queues.ts';
import { type LivingRun, type ReprocessResult, republish } from './reprocess.ts';

/** Says that a subject was visited: there is a new recording, or a new anatomy. What it is stands in the store. */
export const visit = defineSignal<[string]>(SIGNAL.visit);

export interface LivingTwinInput extends LivingRun {
  /** Quiet after the last visit before the tables are written, s */
  readonly settle_s?: number;
  /** What an earlier execution had still to do */
  readonly state?: {
    readonly waiting: readonly string[];
    readonly built: readonly string[];
    readonly computed: number;
  };
}

export interface LivingTwinResult {
  /** Subjects that were built since the tables were written last */
  readonly visited: readonly string[];
  readonly published: Pick<ReprocessResult, 'status' | 'version'> | null;
}

const SETTLE_s = 20;
/** However often visits come, tables are written after this many quiet times. */
const MOST_SETTLES = 10;
/** Whoever waits for a cohort looks at least this often whether it has ended. */
const LONGEST_PATIENCE_s = 300;

/**
 * The visits of a run's subjects: each is built at once, before the backlog, and when no more have come for a while the tables are written.
 * Ends then; the next visit begins another execution.
 */
export async function livingTwin(input: LivingTwinInput): Promise<LivingTwinResult> {
  const { run, schedule, settle_s = SETTLE_s } = input;
  let waiting = [...(input.state?.waiting ?? [])];
  const built = new Set(input.state?.built ?? []);
  let computed = input.state?.computed ?? 0;
  const inFlight = new Set<string>();
  let broken: unknown;
  setHandler(visit, (subject) => {
    if (!waiting.includes(subject)) waiting.push(subject);
  });
  const urgent = { ...schedule, priority: PRIORITY.urgent };
  const { planVisits } = activitiesOn('cpu', urgent, '10 minutes', 5, run);

  /** Its place is free again when this ends, and nothing is thrown. */
  const build = async ({ subject, page, position }: PlannedVisits['places'][number], study: ArtifactRef) => {
    try {
      const outcome = await buildUrgently(run, subject, { place: { run, study, page, position }, schedule: urgent });
      if (outcome.status === 'done' && !outcome.wasCached) computed++;
      built.add(subject);
    } catch (error) {
      broken ??= error;
    } finally {
      inFlight.delete(subject);
    }
  };
  const nextVisits = () => waiting.filter((subject) => !inFlight.has(subject));
  let quietSince_ms = Date.now();
  let patience_s = settle_s;
  let published: LivingTwinResult['published'] = null;
  for (;;) {
    const next = nextVisits();
    if (broken !== undefined && inFlight.size === 0) throw broken;
    if (next.length > 0 && broken === undefined) {
      waiting = waiting.filter((subject) => inFlight.has(subject));
      for (const subject of next) inFlight.add(subject);
      const planned = await planVisits({ run, subjects: next });
      const found = new Set(planned.places.map(({ subject }) => subject));
      for (const subject of next) if (!found.has(subject)) inFlight.delete(subject); // in the sheet no more
      for (const place of planned.places) void build(place, planned.work.study);
      continue;
    }
    if (inFlight.size > 0) {
      const left = inFlight.size;
      await condition(() => inFlight.size < left || (broken === undefined && nextVisits().length > 0));
      continue;
    }
    if (built.size === 0) return { visited: [], published };
    const isOverdue = Date.now() - quietSince_ms > MOST_SETTLES * settle_s * 1000;
    if (!isOverdue && (await condition(() => waiting.length > 0, settle_s * 1000))) continue;
    const visited = [...built].sort();
    const planned = await planVisits({ run, subjects: visited });
    const done = await republish(input, { ...planned, before: planned.current, computed });
    if (done === undefined) {
      // The run's cohort is under way: its tables first, then these.
      await condition(() => waiting.length > 0, patience_s * 1000);
      patience_s = Math.min(LONGEST_PATIENCE_s, 2 * patience_s);
    } else {
      patience_s = settle_s;
      built.clear();
      computed = 0;
      published = { status: done.status, version: done.version };
      if (waiting.length === 0) return { visited, published };
    }
    quietSince_ms = Date.now();
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof livingTwin>({ ...input, state: { waiting, built: [...built], computed } });
    }
  }
}

/** One twin by a workflow of its own; after the one of the same subject that is under way, if there is one. */
async function buildUrgently(
  run: string,
  subject: string,
  input: Parameters<typeof buildTwin>[0],
): Promise<SubjectOutcome> {
  for (;;) {
    try {
      return await executeChild(buildTwin, {
        workflowId: twinId(run, subject),
        args: [input],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep('5 seconds');
    }
  }
}

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
import { type LivingRun, makeCounterfactuals, type ReprocessResult, type Republished, republish } from './reprocess.ts';

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
  /** Subjects that were built for the tables that were written last */
  readonly visited: readonly string[];
  readonly published: Pick<ReprocessResult, 'status' | 'version' | 'counterfactuals'> | null;
}

const SETTLE_s = 20;
/** However often visits come, tables are written after this many quiet times. */
const MOST_SETTLES = 10;
/** Whoever waits for a cohort looks at least this often whether it has ended. */
const LONGEST_PATIENCE_s = 300;

/**
 * The visits of a run's subjects: each is built at once, before the backlog, and when no more have come for a while the tables are written and
 * their counterfactual twins made. Ends then; the next visit begins another execution.
 */
export async function livingTwin(input: LivingTwinInput): Promise<LivingTwinResult> {
  const { run, schedule, settle_s = SETTLE_s } = input;
  let waiting = [...(input.state?.waiting ?? [])];
  const built = new Set(input.state?.built ?? []);
  let computed = input.state?.computed ?? 0;
  const inFlight = new Set<string>();
  let broken: unknown;
  let visited: readonly string[] = [];
  let published: LivingTwinResult['published'] = null;
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

  /** Counterfactual twins of the tables that were written, one set after the other, while further visits are built. */
  let followed = Promise.resolve();
  let following = 0;
  const follow = (asked: NonNullable<Republished['following']>) => {
    following++;
    followed = followed
      .then(async () => {
        const counterfactuals = await makeCounterfactuals(input, asked);
        if (published !== null) published = { ...published, counterfactuals };
      })
      .catch((error: unknown) => {
        broken ??= error;
      })
      .finally(() => following--);
  };
  const nextVisits = () => waiting.filter((subject) => !inFlight.has(subject));
  let quietSince_ms = Date.now();
  let patience_s = settle_s;
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
    if (built.size === 0) {
      if (following === 0) return { visited, published };
      await condition(() => following === 0 || waiting.length > 0);
      continue;
    }
    const isOverdue = Date.now() - quietSince_ms > MOST_SETTLES * settle_s * 1000;
    if (!isOverdue && (await condition(() => waiting.length > 0, settle_s * 1000))) continue;
    const subjects = [...built].sort();
    const planned = await planVisits({ run, subjects });
    const done = await republish(input, { ...planned, before: planned.current, computed });
    if (done === undefined) {
      // The run's cohort is under way: its tables first, then these.
      await condition(() => waiting.length > 0, patience_s * 1000);
      patience_s = Math.min(LONGEST_PATIENCE_s, 2 * patience_s);
    } else {
      patience_s = settle_s;
      built.clear();
      computed = 0;
      visited = subjects;
      published = { status: done.status, version: done.version };
      if (done.following !== undefined) follow(done.following);
    }
    quietSince_ms = Date.now();
    const isMoreToDo = waiting.length > 0 || built.size > 0;
    if (workflowInfo().continueAsNewSuggested && isMoreToDo && following === 0) {
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

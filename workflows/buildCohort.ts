import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  setHandler,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { activitiesOn } from './buildSubject.ts';
import { buildSubjects, reportPage, setPace } from './buildSubjects.ts';
import { CohortLedger } from './cohortLedger.ts';
import { PROGRESS, pageId, UPDATE } from './ids.ts';
import type { BuildCohortInput, CohortProgress, CohortResult, PageReport, PageRound } from './messages.ts';

export const progress = defineQuery<CohortProgress>(PROGRESS);
export const pause = defineUpdate<void>(UPDATE.pause);
export const resume = defineUpdate<void>(UPDATE.resume);
export const cancel = defineUpdate<void>(UPDATE.cancel);
/** Gives the number of subjects that are tried once more. */
export const retryQuarantined = defineUpdate<number>(UPDATE.retryQuarantined);
export const resize = defineUpdate<void, [number]>(UPDATE.resize);

/** Pages that were begun by an earlier execution are looked after this often, in case one ended without a word. */
const LOOK_AFTER = '1 minute';
const MOST_IN_FLIGHT = 5000;

/**
 * A study's cohort: its pages as sub-workflows, some at a time, then the tables. Pages outlive an execution of this workflow, so that it
 * continues as new without waiting for them, and tell it by signal how they stand.
 */
export async function buildCohort(input: BuildCohortInput): Promise<CohortResult> {
  const { run, study, schedule } = input;
  const ledger = new CohortLedger(input);
  const inherited = [...ledger.inFlight];
  let broken: string | undefined;
  let isPaceChanged = false;

  const hear = (report: PageReport) => {
    if (report.status === 'broken') broken ??= `page ${report.page}: ${report.problem ?? 'failed'}`;
    if (report.status === 'cancelled' && !ledger.isCancelled) broken ??= `page ${report.page}: was cancelled by itself`;
    ledger.hear(report);
  };
  const changePace = (change: () => void) => {
    change();
    isPaceChanged = true;
  };
  setHandler(progress, () => ledger.progress());
  setHandler(reportPage, hear);
  setHandler(pause, () => changePace(() => ledger.pause()), { validator: () => refuseWhenEnding(ledger) });
  setHandler(resume, () => changePace(() => ledger.resume()), { validator: () => refuseWhenEnding(ledger) });
  setHandler(cancel, () => ledger.cancel(), { validator: () => refuseWhenEnding(ledger) });
  setHandler(retryQuarantined, () => ledger.retryQuarantined(), { validator: () => refuseWhenEnding(ledger) });
  setHandler(resize, (window) => changePace(() => ledger.resize(window)), {
    validator: (window) => {
      refuseWhenEnding(ledger);
      if (!Number.isInteger(window) || window < 1 || window > MOST_IN_FLIGHT) {
        throw new Error(`a window of ${window} subjects: expected a whole number from 1 to ${MOST_IN_FLIGHT}`);
      }
    },
  });

  /** Begins a page that is in the ledger; a page that runs already goes on, and tells by signal how it ends. */
  const begin = async (pageRound: PageRound): Promise<void> => {
    const { page, round } = pageRound;
    try {
      const child = await startChild(buildSubjects, {
        workflowId: pageId(run, study.sha256, page, round),
        args: [{ run, study, pageRound, pace: ledger.pace, schedule }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      });
      child.result().then(hear, (error: Error) => {
        broken ??= `page ${page}: ${error.cause instanceof Error ? error.cause.message : error.message}`;
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      inherited.push(pageRound);
    }
  };

  /** An inherited page that ended without its last word (somebody terminated it) is begun again; what it had built is found. */
  const lookAfterInherited = async () => {
    const open = inherited.splice(0).filter((entry) => isInFlight(ledger, entry));
    for (const pageRound of open) await begin(pageRound);
  };

  const tellPace = async () => {
    isPaceChanged = false;
    // A page that has just ended needs no pace.
    await Promise.all(
      ledger.inFlight.map(({ page, round }) =>
        getExternalWorkflowHandle(pageId(run, study.sha256, page, round))
          .signal(setPace, ledger.pace)
          .catch(() => undefined),
      ),
    );
  };

  const buildPages = async (): Promise<void> => {
    while (!ledger.isFinished) {
      if (broken !== undefined || ledger.isCancelled) return;
      if (mustContinue(input)) return;
      if (isPaceChanged) await tellPace();
      const next = ledger.canBegin() ? ledger.begin() : undefined;
      if (next !== undefined) await begin(next);
      else {
        const wasWoken = await condition(
          () =>
            ledger.isFinished ||
            ledger.canBegin() ||
            ledger.isCancelled ||
            broken !== undefined ||
            isPaceChanged ||
            mustContinue(input),
          LOOK_AFTER,
        );
        if (!wasWoken) await lookAfterInherited();
      }
    }
  };

  try {
    await buildPages();
  } catch (error) {
    if (!(error instanceof CancelledFailure)) throw error;
    ledger.cancel(); // asked for through Temporal itself rather than by the update
  }

  if (broken !== undefined || ledger.isCancelled) {
    await CancellationScope.nonCancellable(async () => {
      await cancelPages(input, ledger);
      await condition(() => ledger.inFlight.length === 0, LOOK_AFTER);
      await condition(allHandlersFinished);
    });
    if (broken !== undefined) throw ApplicationFailure.nonRetryable(broken, 'BrokenPage');
    throw new CancelledFailure(`run ${run} was cancelled; what it has built is kept`);
  }
  if (!ledger.isFinished) {
    await condition(allHandlersFinished);
    await continueAsNew<typeof buildCohort>(ledger.continued());
  }

  ledger.isPublishing = true;
  const { publish } = activitiesOn('cpu', schedule, '1 hour', 5);
  const { study: whole = study, isHeld = false, computed: before = 0 } = input.publication ?? {};
  const built = ledger.progress();
  const computed = before + built.done - built.cached;
  const isPatched = whole.sha256 !== study.sha256;
  const published = await publish({ run, study: whole, computed, isHeld, isPatched });
  await condition(allHandlersFinished);
  const { subjects, quarantined, files } = published;
  return {
    run,
    study: study.sha256,
    subjects,
    done: subjects - quarantined,
    cached: built.cached,
    quarantined,
    computed,
    files,
  };
}

/** Whether the history has grown so long that a new execution should take over. */
function mustContinue({ continueAfterEvents }: BuildCohortInput): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || (continueAfterEvents !== undefined && historyLength >= continueAfterEvents);
}

const isInFlight = (ledger: CohortLedger, { page, round }: PageRound): boolean =>
  ledger.inFlight.some((entry) => entry.page === page && entry.round === round);

async function cancelPages({ run, study }: BuildCohortInput, ledger: CohortLedger): Promise<void> {
  await Promise.all(
    ledger.inFlight.map(
      ({ page, round }) =>
        getExternalWorkflowHandle(pageId(run, study.sha256, page, round))
          .cancel()
          .catch(() => undefined), // it has ended by itself
    ),
  );
}

/** @throws Error when the run is being cancelled or published: it then takes no more instructions */
function refuseWhenEnding(ledger: CohortLedger): void {
  const { phase } = ledger.progress();
  if (phase === 'cancelling') throw new Error('the run is being cancelled; start it again instead');
  if (phase === 'publishing') throw new Error('the run is writing its tables; ask again when it has ended');
}

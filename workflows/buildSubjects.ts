import {
  CancellationScope,
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { activitiesOn, buildSubject } from './buildSubject.ts';
import { cohortId, SIGNAL } from './ids.ts';
import type { BuildSubjectsInput, Pace, PageReport, Stage } from './messages.ts';

export const setPace = defineSignal<[Pace]>(SIGNAL.pace);
export const reportPage = defineSignal<[PageReport]>(SIGNAL.report);

/** Least time between two reports of a page: enough for a person who watches, few enough for the cohort's history. */
const REPORT_INTERVAL_ms = 2000;

/** Since 0.2 a page that has ended gathers its rows. */
const COLLECTS = 'collect-page';

/** One page of a cohort: each of its subjects to its row, some of them at the same time, and then the rows into one part. */
export async function buildSubjects(input: BuildSubjectsInput): Promise<PageReport> {
  const { run, study, pageRound, schedule } = input;
  const { page, round } = pageRound;
  const root = CancellationScope.current();
  let pace = input.pace;
  setHandler(setPace, (next) => {
    pace = next;
  });
  const tally = { done: 0, cached: 0, quarantined: 0, running: { prepare: 0, calibrate: 0, measure: 0 } };
  let inFlight = 0;
  let changes = 0;
  let brokenBy: unknown;

  const report = (status: PageReport['status'], problem?: string): PageReport => ({
    page,
    round,
    ...tally,
    running: { ...tally.running },
    status,
    ...(problem === undefined ? {} : { problem }),
  });
  // A cohort that is gone needs no report, and a page without one goes on.
  const tell = (message: PageReport) =>
    getExternalWorkflowHandle(cohortId(run))
      .signal(reportPage, message)
      .catch(() => undefined);

  /** Builds one subject, whatever comes: its slot is free again when this ends, and nothing is thrown. */
  const settle = async (position: number): Promise<void> => {
    let stage: Stage | undefined;
    const enter = (next: Stage | undefined) => {
      if (stage !== undefined) tally.running[stage]--;
      if (next !== undefined) tally.running[next]++;
      stage = next;
      changes++;
    };
    inFlight++;
    try {
      const outcome = await buildSubject({ run, study, page, position }, schedule, enter);
      if (outcome.status === 'quarantined') tally.quarantined++;
      else tally.done++;
      if (outcome.status === 'done' && outcome.wasCached) tally.cached++;
    } catch (error) {
      if (!isCancellation(error)) brokenBy ??= error;
    } finally {
      enter(undefined);
      inFlight--;
    }
  };

  const reporting = new CancellationScope();
  const reports = reporting.run(async () => {
    for (let told = 0; ; ) {
      await condition(() => changes > told);
      told = changes;
      await tell(report('running'));
      await sleep(REPORT_INTERVAL_ms);
    }
  });
  const reportsEnded = reports.catch(() => undefined); // ends by its cancellation only

  const { openPage, collectPage } = activitiesOn('cpu', schedule, '10 minutes', 5);
  try {
    const { positions } = await openPage({ run, study, page, subjects: pageRound.selection });
    for (const position of positions) {
      await condition(() => brokenBy !== undefined || (!pace.isPaused && inFlight < pace.window));
      if (brokenBy !== undefined) break;
      void settle(position);
    }
  } catch (error) {
    brokenBy ??= error; // a cancellation too: told apart below
  }
  return CancellationScope.nonCancellable(async () => {
    await condition(() => inFlight === 0);
    if (brokenBy === undefined && !root.consideredCancelled && patched(COLLECTS)) {
      // Without its part a page is published from its subjects' own records: slower, and no reason to lose the page.
      await collectPage({ run, study, page }).catch(() => undefined);
    }
    reporting.cancel();
    await reportsEnded;
    const last =
      root.consideredCancelled || isCancellation(brokenBy)
        ? report('cancelled')
        : brokenBy === undefined
          ? report('done')
          : report('broken', sentence(brokenBy));
    await tell(last);
    return last;
  });
}

/** The innermost sentence of a failure. */
function sentence(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return cause instanceof Error ? cause.message : String(cause);
}

import type { BuildCohortInput, CohortProgress, CohortState, PageReport, PageRound, Stage } from './messages.ts';

/** Most subjects of one page; the window is shared between the pages in flight. */
const PAGE_SUBJECTS = 100;
/** At least two pages are in flight, so that the last subjects of one do not leave the workers idle. */
const LEAST_PAGES_IN_FLIGHT = 2;

/** The books of a cohort: what was begun, what is done, what comes next. Plain state, so that it continues as new. */
export class CohortLedger {
  private readonly input: BuildCohortInput;
  private state: CohortState;
  /** Last word of each page in flight */
  private readonly reports = new Map<number, PageReport>();
  isPublishing = false;

  constructor(input: BuildCohortInput) {
    this.input = input;
    this.state = input.state ?? {
      nextPage: 0,
      inFlight: [],
      waiting: [],
      counts: { done: input.alreadyDone ?? 0, cached: input.alreadyDone ?? 0 },
      quarantined: {},
      rounds: 0,
      isPaused: false,
      isCancelled: false,
      window: input.window,
      executions: 1,
    };
  }

  get isPaused(): boolean {
    return this.state.isPaused;
  }
  get isCancelled(): boolean {
    return this.state.isCancelled;
  }
  get inFlight(): readonly PageRound[] {
    return this.state.inFlight;
  }
  get isFinished(): boolean {
    return this.state.inFlight.length === 0 && (this.state.isCancelled || this.upcoming() === undefined);
  }

  /** Pace of each page in flight. */
  get pace() {
    const pages = Math.min(this.mostPages(), Math.max(1, this.input.pages));
    return { window: Math.max(1, Math.ceil(this.state.window / pages)), isPaused: this.state.isPaused };
  }

  /** Whether a page may be begun now. */
  canBegin(): boolean {
    const { isPaused, isCancelled, inFlight } = this.state;
    return !isPaused && !isCancelled && inFlight.length < this.mostPages() && this.upcoming() !== undefined;
  }

  /** Takes the next page: it is in flight from now on. */
  begin(): PageRound | undefined {
    const next = this.upcoming();
    if (next === undefined) return undefined;
    const isNew = this.state.waiting.length === 0;
    this.change({
      inFlight: [...this.state.inFlight, next],
      waiting: this.state.waiting.slice(1),
      nextPage: this.state.nextPage + (isNew ? 1 : 0),
    });
    return next;
  }

  /** Hears a page. Its last word closes it; what comes twice or too late changes nothing. */
  hear(report: PageReport): void {
    const { page, round, status } = report;
    if (!this.state.inFlight.some((entry) => entry.page === page && entry.round === round)) return;
    this.reports.set(page, report);
    if (status === 'running' || status === 'broken') return;
    const { [page]: _before, ...others } = this.state.quarantined;
    const left = status === 'cancelled' ? (this.state.quarantined[page] ?? 0) : report.quarantined;
    this.change({
      inFlight: this.state.inFlight.filter((entry) => entry.page !== page),
      counts: { done: this.state.counts.done + report.done, cached: this.state.counts.cached + report.cached },
      quarantined: left > 0 ? { ...others, [page]: left } : others,
    });
    this.reports.delete(page);
  }

  pause(): void {
    this.change({ isPaused: true });
  }
  resume(): void {
    this.change({ isPaused: false });
  }
  cancel(): void {
    this.change({ isCancelled: true, isPaused: false });
  }
  resize(window: number): void {
    this.change({ window });
  }

  /** Puts every page with quarantined subjects in line again, before pages not yet begun. Gives how many subjects these are. */
  retryQuarantined(): number {
    const busy = new Set([...this.state.inFlight, ...this.state.waiting].map(({ page }) => page));
    const pages = Object.keys(this.state.quarantined)
      .map(Number)
      .filter((page) => !busy.has(page))
      .sort((a, b) => a - b);
    const round = this.state.rounds + 1;
    const waiting = pages.map((page): PageRound => ({ page, round, selection: 'quarantined' }));
    this.change({ waiting: [...this.state.waiting, ...waiting], rounds: pages.length > 0 ? round : this.state.rounds });
    return pages.reduce((sum, page) => sum + (this.state.quarantined[page] ?? 0), 0);
  }

  get quarantined(): number {
    const retried = new Set(this.state.inFlight.filter(({ round }) => round > 0).map(({ page }) => String(page)));
    return Object.entries(this.state.quarantined).reduce(
      (sum, [page, count]) => sum + (retried.has(page) ? Math.max(0, count - this.settledIn(Number(page))) : count),
      0,
    );
  }

  progress(): CohortProgress {
    const { counts, window, executions, inFlight } = this.state;
    const reports = [...this.reports.values()];
    const total = (pick: (report: PageReport) => number) => reports.reduce((sum, report) => sum + pick(report), 0);
    const running = (stage: Stage) => total((report) => report.running[stage]);
    return {
      run: this.input.run,
      study: this.input.study.sha256,
      phase: this.phase(),
      subjects: this.input.subjects,
      done: counts.done + total(({ done }) => done),
      cached: counts.cached + total(({ cached }) => cached),
      quarantined: this.quarantined + total(({ quarantined }) => quarantined),
      running: { prepare: running('prepare'), calibrate: running('calibrate'), measure: running('measure') },
      pagesInFlight: inFlight.length,
      window,
      executions,
    };
  }

  /** Input of the next execution. */
  continued(): BuildCohortInput {
    return { ...this.input, state: { ...this.state, executions: this.state.executions + 1 } };
  }

  private phase(): CohortProgress['phase'] {
    if (this.state.isCancelled) return 'cancelling';
    if (this.isPublishing) return 'publishing';
    return this.state.isPaused ? 'paused' : 'building';
  }

  private settledIn(page: number): number {
    const report = this.reports.get(page);
    return report === undefined ? 0 : report.done + report.quarantined;
  }

  private mostPages(): number {
    return Math.max(LEAST_PAGES_IN_FLIGHT, Math.ceil(this.state.window / PAGE_SUBJECTS));
  }

  private upcoming(): PageRound | undefined {
    const [retry] = this.state.waiting;
    if (retry !== undefined) return retry;
    const page = this.state.nextPage;
    return page < this.input.pages ? { page, round: 0, selection: this.input.selection } : undefined;
  }

  private change(part: Partial<CohortState>): void {
    this.state = { ...this.state, ...part };
  }
}

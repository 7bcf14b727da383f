import type { ChaosRunEnd } from './chaosRun.ts';
import type { Difference } from './compare.ts';

/** What came of one kind of fault, or of all. */
export interface Tally {
  readonly kind: string;
  injected: number;
  /** By moment */
  readonly moments: Record<string, number>;
  /** Runs that it was in; several kinds share a run */
  runs: number;
  lost: number;
  doubled: number;
  changed: number;
  /** Runs whose published files were not the undisturbed run's */
  otherBytes: number;
}

/** One run, judged. */
export interface JudgedRun {
  readonly end: ChaosRunEnd;
  readonly difference: Difference;
  /** Artifacts that nothing named, and half-written files, which gc collected */
  readonly orphans: { readonly artifacts: number; readonly halfWritten: number; readonly bytes: number };
  /** Stages that had to be computed again after gc, in a run without damage */
  readonly computedAgain: number;
}

const emptyTally = (kind: string): Tally => ({
  kind,
  injected: 0,
  moments: {},
  runs: 0,
  lost: 0,
  doubled: 0,
  changed: 0,
  otherBytes: 0,
});

/** Figures of a suite, by kind of fault and in total. */
export class ChaosTally {
  readonly kinds = new Map<string, Tally>();
  readonly total = emptyTally('all');
  readonly orphans = { artifacts: 0, halfWritten: 0, bytes: 0 };
  starts = 0;
  /** Ends of a command that nobody had asked for */
  failures = 0;
  leftRunning = 0;
  computedAgain = 0;
  missed = 0;

  add({ end, difference, orphans, computedAgain }: JudgedRun): void {
    const names = new Set(end.injected.map(({ fault }) => fault.name));
    for (const tally of [this.total, ...[...names].map((name) => this.of(name))]) {
      tally.runs++;
      tally.lost += difference.lost.length;
      tally.doubled += difference.doubled.length;
      tally.changed += difference.changed.length;
      if (difference.otherFiles.length > 0) tally.otherBytes++;
    }
    for (const { fault, moment } of end.injected) {
      for (const tally of [this.total, this.of(fault.name)]) {
        tally.injected++;
        tally.moments[moment] = (tally.moments[moment] ?? 0) + 1;
      }
    }
    this.orphans.artifacts += orphans.artifacts;
    this.orphans.halfWritten += orphans.halfWritten;
    this.orphans.bytes += orphans.bytes;
    this.starts += end.starts;
    this.failures += end.failures.length;
    this.leftRunning += end.left.length;
    this.computedAgain += computedAgain;
    this.missed += end.missed.length;
  }

  /** The table, a line each. */
  lines(): string[] {
    const header = ['fault'.padEnd(26), 'injected', 'runs', 'rows lost', 'doubled', 'changed', 'other bytes'] as const;
    const row = (tally: Tally) =>
      [
        tally.kind.padEnd(26),
        `${tally.injected}`.padStart(8),
        `${tally.runs}`.padStart(4),
        `${tally.lost}`.padStart(9),
        `${tally.doubled}`.padStart(7),
        `${tally.changed}`.padStart(7),
        `${tally.otherBytes}`.padStart(11),
      ].join('  ');
    return [header.join('  '), ...[...this.kinds.values()].map(row), row(this.total)];
  }

  private of(name: string): Tally {
    const known = this.kinds.get(name) ?? emptyTally(name);
    this.kinds.set(name, known);
    return known;
  }
}

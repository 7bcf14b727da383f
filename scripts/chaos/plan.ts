import type { Random } from '../../twin/random.ts';
import type { Fault, Moment } from './fault.ts';

/** A fault that is to come at a moment. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly moment: Moment;
}

/** What a run offers to faults. */
export interface Stage {
  readonly server: 'own' | 'given';
  readonly hasPostgres: boolean;
  readonly canMount: boolean;
}

const SPAN: Readonly<Record<'early' | 'middle' | 'late', readonly [number, number]>> = {
  early: [0.01, 0.3],
  middle: [0.3, 0.65],
  late: [0.65, 0.95],
};

/** A share of the run's rows within the span that a moment is, by chance. */
export function shareAt(moment: 'early' | 'middle' | 'late', random: Random): number {
  const [from, to] = SPAN[moment];
  return from + random.uniform() * (to - from);
}

/** Every kind at every one of its moments, shuffled; when all have come, again in another order. */
export class FaultBag {
  private readonly kinds: readonly Fault[];
  private readonly random: Random;
  private left: PlannedFault[] = [];

  constructor(kinds: readonly Fault[], random: Random) {
    this.kinds = kinds;
    this.random = random;
  }

  /** The next faults that a run offers occasion for, no kind twice. Fewer where there are no more kinds for such a run. */
  draw(count: number, stage: Stage): PlannedFault[] {
    const drawn: PlannedFault[] = [];
    for (let rounds = 0; drawn.length < count && rounds < 2; ) {
      const index = this.left.findIndex(
        ({ fault }) => fits(fault, stage) && !drawn.some((other) => other.fault.name === fault.name),
      );
      const [next] = index < 0 ? [] : this.left.splice(index, 1);
      if (next !== undefined) drawn.push(next);
      else {
        this.left.push(...this.shuffled());
        rounds++;
      }
    }
    return drawn;
  }

  /** A fault that found no occasion comes again. */
  putBack(planned: PlannedFault): void {
    this.left.push(planned);
  }

  private shuffled(): PlannedFault[] {
    const all = this.kinds.flatMap((fault) => fault.moments.map((moment) => ({ fault, moment })));
    for (let last = all.length - 1; last > 0; last--) {
      const other = Math.floor(this.random.uniform() * (last + 1));
      const one = all[last];
      const two = all[other];
      if (one === undefined || two === undefined) continue;
      all[last] = two;
      all[other] = one;
    }
    return all;
  }
}

/** Whether a run gives occasion for a fault. */
export function fits({ needs }: Fault, { server, hasPostgres, canMount }: Stage): boolean {
  switch (needs) {
    case undefined:
      return true;
    case 'own':
      return server === 'own';
    case 'network':
      return server === 'given';
    case 'postgres':
      return hasPostgres;
    case 'mount':
      return canMount;
    default:
      return needs satisfies never;
  }
}

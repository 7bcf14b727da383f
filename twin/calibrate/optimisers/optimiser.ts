import type { CalibrationProblem, Evaluated } from '../problem.ts';

/**
 * How a calibration goes from parameters to better ones. An optimiser holds nothing between calls: what it must remember is in its `memory`, which
 * checkpoints carry, so that a calibration that goes on ends in the same bytes.
 */
export interface Optimiser {
  iterate(problem: CalibrationProblem, state: Evaluated, memory: OptimiserMemory): Promise<Iterated>;
  /**
   * An iteration that lowers the loss by less than this share ends its level: a coarse one early, since the next mesh has more to gain. −Infinity where the loss may
   * rise on its way.
   */
  readonly stalled: { readonly coarse: number; readonly finest: number };
}

/** What one iteration leaves for the next of its level; a level begins with `FIRST_MEMORY`. */
export interface OptimiserMemory {
  /** Iterations done, over all levels */
  readonly iteration: number;
  readonly damping: number;
  /** Vectors; their meaning is the optimiser's */
  readonly vectors: readonly (readonly number[])[];
}

export interface Iterated {
  readonly state: Evaluated;
  readonly memory: Pick<OptimiserMemory, 'damping' | 'vectors'>;
  /** False when nothing that was tried gave a smaller loss */
  readonly hasImproved: boolean;
}

/** Damping of a level's first iteration; of 0.03, 0.1 and 0.3 the one with the fewest solves. */
export const FIRST_DAMPING = 0.1;

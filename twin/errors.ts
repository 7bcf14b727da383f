/**
 * What the caller should do about an error; few, because each is a reaction and not a cause.
 *
 * - `BadStudy`       the study file or sample sheet must be corrected; nothing was started
 * - `BadInput`       a subject's file cannot be read or says something impossible; never retried
 * - `BadAnatomy`     the file reads, but the heart in it cannot carry a twin; never retried
 * - `BadEcg`         the file reads, but the ECG in it cannot be fitted; never retried
 * - `NoConvergence`  the numbers left their range; a smaller step or another start may help
 * - `OutOfMemory`    memory does not hold it beside what else is at work; alone, or where there is more, it may
 * - `Cancelled`      somebody asked for the work to end
 */
export type ErrorCode =
  | 'BadStudy'
  | 'BadInput'
  | 'BadAnatomy'
  | 'BadEcg'
  | 'NoConvergence'
  | 'OutOfMemory'
  | 'Cancelled';

/** An error in a sentence: where, what was found, what was expected, what to do. Holds no personal data. */
export class TwinError extends Error {
  override readonly name = 'TwinError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/**
 * Something noticed and survived: a repair, a doubt, a fallback. Findings travel with the artifact and end in the
 * subject's row, so that nothing is mended in silence.
 */
export interface Finding {
  /** Stable, in kebab case: `inverted-tetrahedra`, `limb-leads-swapped`. */
  readonly code: string;
  readonly severity: 'repaired' | 'warning';
  /** A sentence with counts and units. */
  readonly message: string;
  readonly count?: number;
}

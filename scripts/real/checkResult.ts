/** One fact about real data that was checked, and what was found. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** The measured figures, in a line. */
  readonly detail: string;
}

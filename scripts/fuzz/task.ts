import type { Files } from './target.ts';

/** What a worker is told. Case `index` of a run is number ⌊index / targets⌋ of target `index mod targets`. */
export interface WorkerTask {
  readonly seed: number;
  readonly dataFolder: string | undefined;
  readonly targets: readonly string[];
  readonly cases: number;
  /** Cases that hung before */
  readonly skip: readonly number[];
  readonly from: number;
  readonly step: number;
  /** Two numbers: the case in work (−1 between two, −2 at the end) and when it began, ms */
  readonly state: SharedArrayBuffer;
  readonly slow_ms: number;
}

/** One case, done. */
export interface CaseResult {
  readonly target: string;
  readonly number: number;
  readonly kind: 'value' | 'refusal' | 'failure';
  readonly cpu_ms: number;
  /** By how much the process was larger than ever before, MB */
  readonly grown_MB: number;
  readonly detail?: string;
  readonly files?: Files;
}

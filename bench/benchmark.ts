import type { JobAnswer, JobInput, JobName } from './jobs/index.ts';

/** A table of measurements, ready to be printed, kept as JSON and drawn. */
export interface BenchTable {
  readonly name: string;
  readonly title: string;
  /** What was measured, in what unit, on what, and what a reader must know to judge it. */
  readonly caption: string;
  readonly columns: readonly BenchColumn[];
  readonly rows: readonly BenchRow[];
  readonly chart?: BenchChart;
}

export interface BenchColumn {
  readonly key: string;
  readonly title: string;
  /** Digits after the point; whole numbers and words are printed as they are. */
  readonly digits?: number;
}

export type BenchRow = Readonly<Record<string, string | number | undefined>>;

/** A line a series, on logarithmic axes where the values span decades. */
export interface BenchChart {
  readonly x: string;
  readonly y: string;
  readonly series: string;
  readonly isLogarithmic: boolean;
}

/** What a benchmark is given. */
export interface BenchContext {
  readonly edges_mm: readonly number[];
  readonly backends: readonly string[];
  readonly cacheFolder: string;
  /** Folder with other people's methods, and the Python that runs them; undefined leaves the peers out. */
  readonly peers: { readonly folder: string; readonly python: string } | undefined;
  /** A git ref to compare with */
  readonly against: string | undefined;
  /** Fewer repetitions and the smallest meshes: to try the benchmark, not to quote it. */
  readonly isQuick: boolean;
  /** Runs one job in a process of its own, so that neither memory nor warmed-up code of another is measured. */
  run<N extends JobName>(name: N, input: JobInput<N>): Promise<Measured<JobAnswer<N>>>;
  tell(line: string): void;
}

/** A job's answer with what its process took. */
export interface Measured<Answer> {
  readonly answer: Answer;
  /** Highest resident memory of the process, MB (10⁶ bytes) */
  readonly peakMemory_MB: number;
}

/** One benchmark: a question, and the tables that answer it. */
export interface Benchmark {
  readonly name: string;
  readonly description: string;
  run(context: BenchContext): Promise<BenchTable[]>;
}

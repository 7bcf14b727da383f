import type { Scene } from './scene.ts';

/** When in a run a fault comes: while it starts, at a share of its rows, or while its tables are written. */
export type Moment = 'start' | 'early' | 'middle' | 'late' | 'publish';

/** One kind of fault. */
export interface Fault {
  readonly name: string;
  /** What is done, in a sentence */
  readonly description: string;
  readonly moments: readonly Moment[];
  /** What it needs: a server of the command's own, a network before it, PostgreSQL, a store that is a file system of its own */
  readonly needs?: 'own' | 'network' | 'postgres' | 'mount';
  /** Whether something that was there is gone or damaged afterwards, so that it has to be computed again */
  readonly isDamage?: boolean;
  /** Does it. False where the run gave no occasion: then nothing is counted. */
  readonly inject: (scene: Scene, moment: Moment) => Promise<boolean>;
}

import type { Arbitrary } from 'fast-check';

/** Files by name, the main one first. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** One parser under attack. */
export interface FuzzTarget {
  readonly name: string;
  /** Sound files of this kind, as our own writers make them */
  readonly structures: Arbitrary<Files>;
  /** Parses the files; whatever comes back must satisfy `isSound` */
  readonly parse: (main: string, bytes: Uint8Array, beside: (name: string) => Uint8Array | undefined) => unknown;
  readonly isSound?: (value: unknown) => boolean;
  /** Real files of this kind, by name; the folder's other files are there for them as companions */
  readonly real: RegExp;
  /** Puts sums right again, so that a change reaches what lies behind them */
  readonly mend?: (bytes: Uint8Array) => Uint8Array;
}

/** What may never be in a message: planted as a person's name, number and birthday in the files of our writers. */
export const PLANTED: readonly string[] = ['Mustermann', 'Doe', '19530508', 'River Street'];

import { TwinError } from '../twin/errors.ts';

/** Exit codes of the command line, a stable contract. */
export const EXIT = { done: 0, wrong: 1, quarantined: 3, interrupted: 130 } as const;

/** How this program was called: what a person types to call it again. */
export const PROGRAM = process.env.npm_lifecycle_event === undefined ? 'twinfold' : 'npm run twinfold --';

/** True when a person watches: colours and moving progress only then. */
export const isInteractive = (): boolean => process.stdout.isTTY === true && process.env.CI === undefined;

/** A line for the person or the log; machine-readable answers go through `answer`. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line that must not mix with what a program reads from standard output. */
export function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The command's answer as JSON, one document on standard output. */
export function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Ends the command with a sentence; a stack only for errors that are ours. */
export function explain(error: unknown): void {
  if (error instanceof TwinError) {
    warn(`twinfold: ${error.message}`);
  } else if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('E')
  ) {
    warn(`twinfold: ${error.message}`);
  } else {
    warn(
      `twinfold: an error of Twinfold itself; please report it with these lines\n${error instanceof Error ? error.stack : String(error)}`,
    );
  }
}

import type { MessagePort } from 'node:worker_threads';
import type { Attempt, JobInput, JobName } from '../activities/jobs.ts';
import { ArtifactLost } from '../activities/stores/artifactLost.ts';
import type { CalibrationCheckpoint, CalibrationProgress } from '../twin/calibrate/twin.ts';
import { type ErrorCode, TwinError } from '../twin/errors.ts';
import { asOutOfMemory } from './outOfMemory.ts';
import type { EdgeSettings } from './settings.ts';

/** What a thread is opened with. */
export interface ThreadSettings extends EdgeSettings {
  readonly edgeModule: string;
}

/** One job on its way into a thread. */
export interface ThreadTask<N extends JobName = JobName> {
  readonly name: N;
  readonly input: JobInput<N>;
  readonly attempt: Attempt;
  readonly resumeFrom: CalibrationCheckpoint | undefined;
  /** 1 when the job shall end; shared, since a thread that computes receives no messages */
  readonly stopFlag: Int32Array;
  /** `FromThread` goes out here while the job runs, `ToThread` comes in */
  readonly port: MessagePort;
}

/** What a job tells while it runs: how far it is, or how much memory it is about to take. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: CalibrationProgress }
  | { readonly type: 'need'; readonly memory_MB: number };
/** Whether memory holds what a job asked for. */
export type ToThread = { readonly isAdmitted: true } | { readonly isAdmitted: false; readonly error: SpeltError };

/** How a job ended. Errors are spelt out, since a thread boundary keeps only their text. */
export type ThreadAnswer =
  | { readonly isDone: true; readonly result: unknown }
  | { readonly isDone: false; readonly error: SpeltError };
export interface SpeltError {
  readonly kind: 'TwinError' | 'ArtifactLost' | 'other';
  readonly code: ErrorCode | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

export function spellError(error: unknown): SpeltError {
  const known = asOutOfMemory(error) ?? (error instanceof Error ? error : new Error(String(error)));
  const kind = known instanceof TwinError ? 'TwinError' : known instanceof ArtifactLost ? 'ArtifactLost' : 'other';
  const { name, message, stack } = known;
  const code = known instanceof TwinError ? known.code : undefined;
  const details = known instanceof TwinError ? jsonOnly(known.details) : {};
  return { kind, code, name, message, stack, details };
}

export function readError({ kind, code, name, message, stack, details }: SpeltError): Error {
  if (kind === 'TwinError' && code !== undefined) return new TwinError(code, message, details);
  if (kind === 'ArtifactLost') return new ArtifactLost(message);
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Details become part of a workflow's history: what JSON cannot say is left out. */
const jsonOnly = (details: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(details)) as Record<string, unknown>;

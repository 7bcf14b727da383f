import type { HeartModel, OpenHeart } from '../../twin/backend.ts';
import type { ErrorCode } from '../../twin/errors.ts';

/** What a pool's thread answers. */
export type Method = keyof Pick<OpenHeart, 'solve' | 'gradient' | 'jacobian' | 'territories'> | 'readJacobian';

/** What a thread is started with. */
export interface ThreadHeart {
  readonly heart: HeartModel;
}

export interface Call {
  readonly id: number;
  readonly method: Method;
  /** Of that method */
  readonly parameters: readonly unknown[];
}

/** An error's parts, since a class does not cross between threads. */
export interface ToldError {
  readonly message: string;
  /** Of a TwinError */
  readonly code?: ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ToldError };

import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What the machine, its disk or the network says when it, and not the subject, is in trouble: it is over by itself, or somebody mends it. Known
 * by its words, since errors that come from another thread, from a database or from a bucket keep no more than those.
 */
const TROUBLE =
  /\b(ENOSPC|EDQUOT|EIO|EROFS|ESTALE|EMFILE|ENFILE|EAGAIN|EBUSY|EPIPE|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|SlowDown|ServiceUnavailable|InternalError|RequestTimeout|TimeoutError|BucketError|NoSuchBucket|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|CredentialsProviderError|RequestTimeTooSkewed|QuotaExceeded)\b|no space left on device|disk quota exceeded/i;

/** Between two trials: long enough for a disk that is full not to be asked for nothing, short enough to lose little when it is not any more. */
const PAUSE_ms = 3000;
/** After this long an attempt is given up; the next one may find another machine. */
const PATIENCE_ms = 240_000;

export const isTrouble = (error: unknown): boolean =>
  error instanceof Error && error.name !== 'TwinError' && TROUBLE.test(`${error.name}: ${error.message}`);

/**
 * Does something again as long as the machine is in trouble, so that no subject pays for a full disk: attempts are counted against a subject,
 * and what is tried five times within seconds of an outage would be quarantined.
 *
 * @param signal  ends the waiting with the error that there was last
 * @throws what the work throws for other reasons, and the trouble itself after four minutes
 */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, pause_ms = PAUSE_ms): Promise<T> {
  for (const end = performance.now() + PATIENCE_ms; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isTrouble(error) || signal.aborted || performance.now() > end) throw error;
      await sleep(pause_ms, undefined, { signal }).catch(() => undefined); // the next trial looks at the signal
      if (signal.aborted) throw error;
    }
  }
}

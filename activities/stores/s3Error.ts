/** A bucket that cannot be used now, in a sentence; another attempt may find it mended. */
export class BucketError extends Error {
  override readonly name = 'BucketError';
  /** Like an error of the system: the command line tells the sentence without a stack. */
  readonly code = 'EBUCKET';
}

/** What a person can do about an answer, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket; create it, or correct the address',
  AccessDenied:
    'may not be used with these credentials; allow s3:GetObject, PutObject, DeleteObject, ListBucket and AbortMultipartUpload on it',
  InvalidAccessKeyId: 'the store does not know this access key; correct AWS_ACCESS_KEY_ID, or choose another profile',
  SignatureDoesNotMatch: 'the secret key does not fit the access key; correct AWS_SECRET_ACCESS_KEY',
  ExpiredToken: 'the credentials have expired; log in again',
  CredentialsProviderError:
    'no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role',
  PermanentRedirect: 'the bucket is in another region; set AWS_REGION to it',
  AuthorizationHeaderMalformed: 'the bucket is in another region; set AWS_REGION to it',
  RequestTimeTooSkewed: 'this machine’s clock is wrong by more than the store allows; set it',
  QuotaExceeded: 'the bucket is full; remove what no run uses (twinfold gc), or raise its quota',
  ECONNREFUSED: 'nothing answers at the endpoint; start the store, or correct AWS_ENDPOINT_URL_S3',
  ENOTFOUND: 'the endpoint’s name is not known; correct AWS_ENDPOINT_URL_S3 or the region',
};

/** What an error of the SDK says of itself. */
interface Told {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** HTTP status of an error of the SDK; undefined where no answer came. */
export const statusOf = (error: unknown): number | undefined => (error as Told | null)?.$metadata?.httpStatusCode;

/** Name that the store gave its refusal, such as NoSuchKey. */
export const nameOf = (error: unknown): string => String((error as Told | null)?.name ?? '');

/** An error of the SDK as a sentence about the place that was asked. */
export function bucketError(error: unknown, place: string): unknown {
  if (error instanceof BucketError) return error;
  const { name, code, message, $metadata } = error as Told;
  const reason = [name, code].map(String).find((candidate) => ADVICE[candidate] !== undefined);
  if (reason !== undefined) return new BucketError(`${place}: ${ADVICE[reason]} (${reason})`, { cause: error });
  if ($metadata === undefined) return error; // no request was made: a fault of the program
  const status = $metadata.httpStatusCode;
  const answer = status === undefined ? 'gave no whole answer' : `answered ${status}`;
  const attempts = $metadata.attempts ?? 1;
  const times = attempts === 1 ? '' : ` ${attempts} times in a row`;
  return new BucketError(`${place}: the store ${answer} (${name}: ${message})${times}; it is asked again later`, {
    cause: error,
  });
}

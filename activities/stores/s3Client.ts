import type { S3Client } from '@aws-sdk/client-s3';
import { BucketError } from './s3Error.ts';

/** What the AWS SDK's own chain (environment, configuration files, the machine's role) gives where it is left out. */
export interface ClientSettings {
  /** `https://…` of a store that is not Amazon's */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Times that a request is made before its error is told */
  readonly attempts?: number;
  /** Silence after which a connection counts as lost, ms */
  readonly silence_ms?: number;
}

/** Requests of one thread that are under way at the same time; more of them wait. */
const MOST_REQUESTS = 32;
/** Answers that are still being read hold a connection as well. */
const MOST_SOCKETS = 2 * MOST_REQUESTS;
/** With the SDK's growing pauses seven attempts take up to half a minute; then the activity fails, and Temporal begins it again. */
const ATTEMPTS = 7;
const CONNECT_ms = 5000;
const SILENCE_ms = 30_000;
/** Asked for by every signature; stores that are not Amazon's know no other or ignore it. */
const REGION_ELSEWHERE = 'us-east-1';

/** Sockets, credentials and what was learnt about the endpoint belong to a thread, whatever it opens there. */
let shared: Promise<S3Client> | undefined;

/** The thread's client; one of its own for other settings. */
export function clientOf(settings?: ClientSettings): Promise<S3Client> {
  if (settings !== undefined) return openClient(settings);
  shared ??= openClient({}).catch((error: unknown) => {
    shared = undefined; // what is wrong may be mended before the next look
    throw error;
  });
  return shared;
}

async function openClient(settings: ClientSettings): Promise<S3Client> {
  const { endpoint, region, credentials } = settings;
  const { S3Client } = await import('@aws-sdk/client-s3');
  const common = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    retryMode: 'standard', // `adaptive` holds back a whole thread for half a minute after two refusals
    maxAttempts: settings.attempts ?? ATTEMPTS,
    expectContinueHeader: false, // such requests would each take a socket outside the bound
    requestHandler: {
      connectionTimeout: CONNECT_ms,
      socketTimeout: settings.silence_ms ?? SILENCE_ms,
      httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    },
  };
  const client = new S3Client(common);
  const configured = endpoint ?? (await client.config.serviceConfiguredEndpoint?.());
  const isAmazon = configured === undefined || /\.amazonaws\.com(\.cn)?$/.test(new URL(configured).hostname);
  const found = await client.config.region().catch(() => undefined);
  if (isAmazon) {
    if (found !== undefined) return bounded(new S3Client({ ...common, region: found, followRegionRedirects: true }));
    throw new BucketError('s3: no region is set; set AWS_REGION, or AWS_ENDPOINT_URL_S3 for a store of another kind');
  }
  return bounded(
    new S3Client({
      ...common,
      region: found ?? REGION_ELSEWHERE,
      forcePathStyle: true, // a bucket's own host name needs DNS that few installations have
      requestChecksumCalculation: 'WHEN_REQUIRED', // checksums behind the body are refused by many
    }),
  );
}

/** Lets requests wait here and not for a connection, where the SDK would count their waiting as a connection that fails. */
function bounded(client: S3Client): S3Client {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  client.middlewareStack.add(
    (next) => async (request) => {
      if (underWay === MOST_REQUESTS) await new Promise<void>((resolve) => waiting.push(resolve));
      else underWay++;
      try {
        return await next(request);
      } finally {
        const first = waiting.shift();
        if (first === undefined) underWay--;
        else first(); // takes over this one's place
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'bounded' }, // within the attempts, whose pauses hold no place
  );
  return client;
}

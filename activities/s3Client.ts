import type { S3Client } from '@aws-sdk/client-s3';
import type { BucketAddress } from './s3Address.ts';
import { BucketError } from './s3Error.ts';

/** Settings of a client for which an address has no place; by default the AWS SDK's own chain gives the credentials. */
export interface ClientSettings {
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Times that a request is made before its error is told */
  readonly attempts?: number;
  /** Silence after which a connection counts as lost, ms */
  readonly silence_ms?: number;
}

/** Connections that one thread holds to an endpoint; more requests wait for one of them. */
const MOST_SOCKETS = 32;
/** Seven requests with growing pauses take up to half a minute, which outlasts a throttled minute's first half; then Temporal tries again. */
const ATTEMPTS = 7;
const CONNECT_ms = 5000;
const SILENCE_ms = 30_000;
/** Asked for by every signature; stores that are not Amazon's know no other or ignore it. */
const REGION_ELSEWHERE = 'us-east-1';

/** Sockets, credentials and what was learnt about an endpoint belong to a thread, whatever it opens there. */
const clients = new Map<string, Promise<S3Client>>();

/** The client of an address: one a thread for each endpoint, unless it has settings of its own. */
export function clientOf(address: BucketAddress, settings?: ClientSettings): Promise<S3Client> {
  if (settings !== undefined) return openClient(address, settings);
  const { endpoint, region, profile } = address;
  const key = JSON.stringify([endpoint, region, profile]);
  const opened = clients.get(key) ?? openClient(address, {});
  clients.set(key, opened);
  opened.catch(() => clients.delete(key)); // what is wrong may be mended before the next look
  return opened;
}

async function openClient(address: BucketAddress, settings: ClientSettings): Promise<S3Client> {
  const { endpoint, region, profile } = address;
  const { S3Client } = await import('@aws-sdk/client-s3');
  const common = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
    retryMode: 'adaptive', // slows down by itself where the store says so
    maxAttempts: settings.attempts ?? ATTEMPTS,
    expectContinueHeader: false, // such requests would each take a socket outside the bound
    requestHandler: {
      connectionTimeout: CONNECT_ms,
      socketTimeout: settings.silence_ms ?? SILENCE_ms,
      socketAcquisitionWarningTimeout: 3_600_000, // waiting for a socket is what the bound is for
      httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    },
  };
  const client = new S3Client(common);
  const configured = endpoint ?? (await client.config.serviceConfiguredEndpoint?.());
  const isAmazon = configured === undefined || /\.amazonaws\.com(\.cn)?$/.test(new URL(configured).hostname);
  const found = await client.config.region().catch(() => undefined);
  if (isAmazon) {
    if (found !== undefined) return new S3Client({ ...common, region: found, followRegionRedirects: true });
    throw new BucketError(
      `s3://${address.bucket}: no region is set; set AWS_REGION, or add ?region=NAME to the address`,
    );
  }
  return new S3Client({
    ...common,
    region: found ?? REGION_ELSEWHERE,
    forcePathStyle: true, // a bucket's own host name needs DNS that few installations have
    requestChecksumCalculation: 'WHEN_REQUIRED', // checksums behind the body are refused by many
  });
}

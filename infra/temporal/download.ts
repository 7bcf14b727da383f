import { basename } from 'node:path';
import { gunzipSync, unzipSync } from 'fflate';
import { z } from 'zod';
import { placeExecutable } from './place.ts';

/** Temporal's download service, which its own SDKs fetch their development server from. */
const SERVICE = 'https://temporal.download/cli/default';
const ANSWER_TIMEOUT_ms = 5000;
const ARCHIVE_TIMEOUT_ms = 300_000;

const answerSchema = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

/** Fetches the tool as the SDK does. @throws Error where the service or the archive cannot be reached */
export async function fetchDownload(target: string, service = SERVICE): Promise<string> {
  const query = new URLSearchParams({ arch: architecture(), platform: platform(), 'sdk-name': 'sdk-typescript' });
  const answer = await get(`${service}?${query}`, ANSWER_TIMEOUT_ms);
  const { archiveUrl, fileToExtract } = answerSchema.parse(await answer.json());
  const archive = new Uint8Array(await (await get(archiveUrl, ARCHIVE_TIMEOUT_ms)).arrayBuffer());
  return placeExecutable(extract(archive, archiveUrl, fileToExtract), target);
}

async function get(url: string, timeout_ms: number): Promise<Response> {
  const { host } = new URL(url);
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout_ms) }).catch((error: Error) => {
    throw new Error(
      `${host} cannot be reached (${error.cause instanceof Error ? error.cause.message : error.message})`,
    );
  });
  if (!response.ok) throw new Error(`${host} answered ${response.status}`);
  return response;
}

function extract(archive: Uint8Array, url: string, file: string): Uint8Array {
  const found = url.endsWith('.zip') ? unzipSync(archive)[file] : fromTar(gunzipSync(archive), file);
  if (found === undefined) throw new Error(`the archive holds no ${file}`);
  return found;
}

/** One file of a POSIX tar archive: headers of 512 bytes, name at 0, octal size at 124, contents padded to 512. */
function fromTar(tar: Uint8Array, file: string): Uint8Array | undefined {
  const text = (from: number, length: number) =>
    new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= tar.length; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    if (basename(text(at, 100)) === basename(file)) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}

function architecture(): string {
  if (process.arch === 'x64') return 'amd64';
  if (process.arch === 'arm64') return 'arm64';
  throw new Error(`there is no Temporal CLI for ${process.arch}`);
}

function platform(): string {
  return process.platform === 'win32' ? 'windows' : process.platform;
}

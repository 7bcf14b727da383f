import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';

/** How a command ended; `begun` stands alone where it was killed. */
export type AuditOutcome = 'begun' | 'done' | 'quarantined' | 'refused' | 'interrupted' | 'failed';

const detail = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const line = z.strictObject({
  /** 1 for a file's first line, then one more each */
  sequence: z.int().positive(),
  /** UTC */
  time: z.string(),
  /** Name and number that the operating system knows the caller by */
  user: z.string(),
  host: z.string(),
  command: z.string(),
  run: z.string(),
  /** sha256 of the study's file, where the command reads one */
  study: z.string().nullable(),
  /** Options that change what was done; never what was read */
  details: z.record(z.string(), detail),
  version: z.string(),
  outcome: z.enum(['begun', 'done', 'quarantined', 'refused', 'interrupted', 'failed']),
  /** sha256 of the line before; 64 zeros for the first */
  previous: z.string(),
  /** sha256 of this line without this field, as canonical JSON */
  sha256: z.string(),
});
export type AuditLine = z.infer<typeof line>;

const BEGINNING = '0'.repeat(64);

/** The next line of a chain. */
export function chainedLine(
  facts: Omit<AuditLine, 'sequence' | 'previous' | 'sha256'>,
  last: AuditLine | undefined,
): AuditLine {
  const linked = { ...facts, sequence: (last?.sequence ?? 0) + 1, previous: last?.sha256 ?? BEGINNING };
  return { ...linked, sha256: hashOf(linked) };
}

/** A chain as it was found. */
export interface AuditChain {
  readonly lines: readonly AuditLine[];
  /** What is wrong with it, a sentence each; none where it is whole */
  readonly problems: readonly string[];
}

/**
 * Reads a log and checks each line against the one before. A changed, removed or inserted line breaks the chain behind it. Lines cut off at the end, or a whole
 * log written anew, do not: for that a hash that was kept elsewhere is looked for.
 *
 * @param name  named in problems
 * @param kept  hash of a line that was once there
 */
export function readChain(text: string, name: string, kept?: string): AuditChain {
  const lines: AuditLine[] = [];
  const problems: string[] = [];
  let last: AuditLine | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw === '') continue;
    const place = `${name}:${index + 1}`;
    const found = parseLine(raw);
    if (found === undefined) {
      problems.push(`${place}: is not a line of an audit log; it was cut short or written by something else`);
      continue;
    }
    const { sha256, ...facts } = found;
    if (hashOf(facts) !== sha256)
      problems.push(`${place}: was changed after it was written (its hash is of other words)`);
    else if (found.previous !== (last?.sha256 ?? BEGINNING) || found.sequence !== (last?.sequence ?? 0) + 1) {
      problems.push(
        `${place}: does not follow the line before it; expected number ${(last?.sequence ?? 0) + 1}, found ${found.sequence}: lines were removed, inserted or moved`,
      );
    }
    lines.push(found);
    last = found;
  }
  if (kept !== undefined && !lines.some(({ sha256 }) => sha256 === kept)) {
    problems.push(
      `${name}: has no line of hash ${kept.slice(0, 16)}…, which it once had: it was cut off or written anew`,
    );
  }
  return { lines, problems };
}

function parseLine(text: string): AuditLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // told with its place by the caller
  }
}

const hashOf = (facts: Omit<AuditLine, 'sha256'>): string =>
  createHash('sha256').update(canonicalJson(facts)).digest('hex');

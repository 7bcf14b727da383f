import { Command, InvalidArgumentError } from 'commander';
import type { Collected } from '../../activities/sweep/collectGarbage.ts';
import { audited } from '../audit.ts';
import { answer, say } from '../console.ts';
import { positive } from './run.ts';

interface GcOptions {
  readonly dryRun?: boolean;
  /** ms */
  readonly olderThan: number;
  readonly keep: number;
  readonly store?: string;
  readonly json?: boolean;
}

const UNIT_ms: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time such as `90s`, `30min`, `1h`, `7d`, in ms. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|min|h|d)$/.exec(text);
  const unit = UNIT_ms[match?.[2] ?? ''];
  if (unit === undefined) throw new InvalidArgumentError('expected a number with s, min, h or d, such as 1h');
  return Number(match?.[1]) * unit;
}

export const gc = new Command('gc')
  .description(
    'Removes from a run’s store what no run needs any more: artifacts of superseded settings, half-written files.',
  )
  .argument('[run]', 'folder of the run')
  .option('--dry-run', 'only say what would be removed')
  .option('--older-than <time>', 'keep whatever was written less than this long ago', duration, duration('1h'))
  .option(
    '--keep <n>',
    'studies kept of each run, the newest ones: going back to a kept one computes nothing',
    positive,
    2,
  )
  .option('--store <address>', 'a store that is no run’s own: a folder or s3://bucket/prefix')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
What a run under way may be using is never removed: wait for its end, or keep more than its age with --older-than. What this version does
not know is kept, too.

Examples:
  twinfold gc runs/demo --dry-run
  twinfold gc runs/demo --older-than 7d --keep 1
  twinfold gc --store s3://twins/hf --older-than 2d --json`,
  )
  .action(async (run: string | undefined, { dryRun, olderThan, keep, store, json }: GcOptions) => {
    const { sweepRun } = await import('../sweepRun.ts');
    const sweep = () =>
      sweepRun({
        ...(run === undefined ? {} : { run }),
        ...(store === undefined ? {} : { store }),
        grace_ms: olderThan,
        plans: keep,
        isDryRun: dryRun === true,
      });
    const entry = { command: 'gc', details: { dryRun: dryRun === true } };
    const collected = await (run === undefined ? sweep() : audited(run, entry, sweep));
    if (json) answer({ ...collected, isDryRun: dryRun === true });
    else tell(collected, dryRun === true);
  });

function tell({ kinds, plans, notUnderstood }: Collected, isDryRun: boolean): void {
  for (const { run, study, isKept } of plans) {
    say(`run ${run}, study ${study.slice(0, 8)}: ${isKept ? 'kept' : 'superseded'}`);
  }
  say(
    `\n${'kind'.padEnd(12)} ${'kept'.padStart(9)} ${'MB'.padStart(9)}  ${(isDryRun ? 'would go' : 'collected').padStart(9)} ${'MB'.padStart(9)}`,
  );
  const total = { kept: 0, keptBytes: 0, young: 0, collected: 0, collectedBytes: 0 };
  for (const { kind, kept, keptBytes, young, collected, collectedBytes } of kinds) {
    total.kept += kept;
    total.keptBytes += keptBytes;
    total.young += young;
    total.collected += collected;
    total.collectedBytes += collectedBytes;
    say(row(kind, kept, keptBytes, collected, collectedBytes));
  }
  say(row('all', total.kept, total.keptBytes, total.collected, total.collectedBytes));
  if (total.young > 0) say(`${total.young} of those kept are needed by nothing, and are too young to go`);
  if (notUnderstood > 0) say(`${notUnderstood} records could not be read; they are kept, with all that they name`);
}

const row = (kind: string, kept: number, keptBytes: number, collected: number, collectedBytes: number): string =>
  `${kind.padEnd(12)} ${`${kept}`.padStart(9)} ${megabytes(keptBytes)}  ${`${collected}`.padStart(9)} ${megabytes(collectedBytes)}`;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2).padStart(9);

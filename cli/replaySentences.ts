import { type ColumnDifference, isBeyond } from '../cohorts/provenance/compareRows.ts';
import { short } from '../cohorts/provenance/stageChanges.ts';
import type { SubjectRow } from '../cohorts/row.ts';
import type { Replay } from './replayRun.ts';

/** Differences that are told one by one; the rest is counted. */
const SHOWN = 8;
/** Ends of a subject that its machine had a part in: another replay may end well. */
const OF_THE_MACHINE: readonly string[] = ['Timeout', 'OutOfMemory', 'Error', 'Unexpected', 'RangeError'];

/** What a replay found, for people. */
export function replaySentences(
  { subject, verdict, artifacts, columns, backend }: Omit<Replay, 'sentences'>,
  written: SubjectRow,
  now: SubjectRow,
): string[] {
  const lines: string[] = [];
  for (const { name, recorded, replayed, stored, differences } of artifacts) {
    if (stored === 'lost') {
      lines.push(
        `${name}: the store holds other bytes than the run wrote, or none (${short(recorded)}); they were not built on, and a run makes them again`,
      );
    }
    if (stored === 'collected') lines.push(`${name}: the run’s was collected; its hash was compared`);
    const isOfBackend = name === 'twin' && written.backend !== backend;
    if (replayed !== null && replayed !== recorded && !isOfBackend) {
      const arrays = differences
        .slice(0, SHOWN)
        .map((one) => `${one.name} by ${one.difference ?? 'its length or text'}`);
      const most = arrays.length === 0 ? '' : `: ${arrays.join(', ')}`;
      lines.push(`${name}: ${short(recorded)} was recorded, ${short(replayed)} came out${most}`);
    }
  }
  const beyond = columns.filter(isBeyond);
  for (const difference of beyond.slice(0, SHOWN)) lines.push(columnSentence(difference));
  if (beyond.length > SHOWN) lines.push(`and ${beyond.length - SHOWN} more columns`);
  if (written.failure !== null && now.failure === null && OF_THE_MACHINE.includes(written.failure.code)) {
    lines.push(`it failed for a reason of the machine or the moment (${written.failure.code}); retry the run`);
  }
  return [headline({ subject, verdict, columns, backend }, written, now), ...lines.map((line) => `  ${line}`)];
}

function headline(
  { subject, verdict, columns, backend }: Pick<Replay, 'subject' | 'verdict' | 'columns' | 'backend'>,
  { failure, backend: recordedBackend }: SubjectRow,
  now: SubjectRow,
): string {
  const outcome = now.failure === null ? 'anatomy, beat, twin and row' : `the same failure (${now.failure.code})`;
  switch (verdict) {
    case 'identical':
      return `${subject}: identical: ${outcome}, byte for byte`;
    case 'within-tolerance': {
      if (failure !== null) return `${subject}: ${outcome} on ${backend} as on ${recordedBackend}`;
      const most = largest(columns);
      const differ = most === undefined ? 'no metric differs' : `at most ${columnSentence(most)}`;
      return `${subject}: ${backend} agrees with ${recordedBackend} within the tolerances; ${differ}`;
    }
    case 'different':
      return `${subject}: different`;
    case 'refused':
      return `${subject}: not replayed`;
    default:
      return verdict satisfies never;
  }
}

/** The difference that takes most of its tolerance. */
const largest = (columns: readonly ColumnDifference[]): ColumnDifference | undefined =>
  [...columns].sort((one, other) => share(other) - share(one))[0];

const share = ({ difference, tolerance }: ColumnDifference): number =>
  difference === null || tolerance === 0 ? Number.POSITIVE_INFINITY : difference / tolerance;

function columnSentence({ column, recorded, replayed, difference, tolerance }: ColumnDifference): string {
  if (difference === null) {
    return recorded === null && replayed === null
      ? `${column}: another value than the row has`
      : `${column}: ${recorded ?? 'nothing'} was recorded, ${replayed ?? 'nothing'} came out`;
  }
  const allowed = tolerance === 0 ? '' : ` (tolerance ${tolerance})`;
  return `${column} by ${difference.toPrecision(3)}${allowed}: ${recorded} was recorded, ${replayed} came out`;
}

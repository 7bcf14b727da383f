import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { MetricColumn } from '../twin/metrics/metric.ts';
import type { SubjectCost, SubjectRow } from './row.ts';

/** What the columns of a cohort table depend on, beside its metrics. */
export interface CohortFacts {
  /** Every covariate that some row has, and the kinds of its values; a value that is missing has none */
  readonly covariates: ReadonlyMap<string, ReadonlySet<'text' | 'number'>>;
  /** Every hash that some row has */
  readonly hashNames: ReadonlySet<string>;
}

/** A subject's row whose metrics stand in the order of the cohort's, missing ones as NaN, with what its stages cost. */
export type PackedRow = Omit<SubjectRow, 'metrics'> & {
  readonly metrics: Float64Array;
  readonly costs: readonly SubjectCost[];
};

/** Rows of a growing cohort. They lie in a file; memory holds the names of the subjects and where each row begins. */
export interface SubjectStore extends CohortFacts {
  /** @throws RangeError when the subject has a row already, or the row has a metric that the study does not know */
  add(row: SubjectRow, costs: readonly SubjectCost[]): void;
  /** Rows by subject, in the order of UTF-16 code units, some at a time. */
  sorted(rowsAtOnce: number): Iterable<readonly PackedRow[]>;
  close(): void;
}

/** Bytes that are gathered before they are written. */
const WRITE_BYTES = 1 << 20;

/** An empty store in a new file. */
export function openSubjectStore(file: string, metrics: readonly MetricColumn[]): SubjectStore {
  const names = metrics.map(({ name }) => name);
  const known = new Set(names);
  const descriptor = openSync(file, 'wx+');
  const covariates = new Map<string, Set<'text' | 'number'>>();
  const hashNames = new Set<string>();
  const places = new Map<string, Place>();
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let end = 0;

  const flush = () => {
    if (pendingBytes > 0) writeSync(descriptor, Buffer.concat(pending));
    pending = [];
    pendingBytes = 0;
  };
  const read = ({ start, bytes }: Place): PackedRow => {
    const block = new Uint8Array(bytes);
    if (readSync(descriptor, block, 0, bytes, start) < bytes)
      throw new Error(`${file}: was cut short while it was read`);
    return unpack(block, names.length);
  };

  return {
    covariates,
    hashNames,
    add(row, costs) {
      if (places.has(row.subject)) {
        throw new RangeError(`subject ${row.subject} has two rows; a cohort has one row a subject`);
      }
      const unknown = Object.keys(row.metrics).filter((name) => !known.has(name));
      if (unknown.length > 0) {
        throw new RangeError(
          `subject ${row.subject} has the metrics ${unknown.join(', ')}, which this version does not know`,
        );
      }
      noteCovariates(row, covariates);
      for (const name of Object.keys(row.hashes)) hashNames.add(name);
      const block = pack(row, costs, names);
      places.set(row.subject, { start: end, bytes: block.length });
      end += block.length;
      pending.push(block);
      pendingBytes += block.length;
      if (pendingBytes >= WRITE_BYTES) flush();
    },
    *sorted(rowsAtOnce) {
      flush();
      const subjects = [...places.keys()].sort(); // by UTF-16 code units
      for (let first = 0; first < subjects.length; first += rowsAtOnce) {
        yield subjects.slice(first, first + rowsAtOnce).flatMap((subject) => {
          const place = places.get(subject);
          return place === undefined ? [] : [read(place)];
        });
      }
    },
    close: () => closeSync(descriptor),
  };
}

/** Where a row lies in the file. */
interface Place {
  readonly start: number;
  readonly bytes: number;
}

function noteCovariates({ covariates }: SubjectRow, out: Map<string, Set<'text' | 'number'>>): void {
  for (const [name, value] of Object.entries(covariates)) {
    const kinds = out.get(name) ?? new Set();
    out.set(name, kinds);
    if (value !== null) kinds.add(typeof value === 'string' ? 'text' : 'number');
  }
}

/** The metrics as doubles, then all else as JSON. */
function pack(row: SubjectRow, costs: readonly SubjectCost[], names: readonly string[]): Buffer {
  const metrics = Float64Array.from(names, (name) =>
    Object.hasOwn(row.metrics, name) ? (row.metrics[name] ?? Number.NaN) : Number.NaN,
  );
  const { metrics: _, ...others } = row;
  const rest = { ...others, findings: [...new Set(row.findings)].sort(), costs };
  return Buffer.concat([new Uint8Array(metrics.buffer), Buffer.from(JSON.stringify(rest))]);
}

function unpack(block: Uint8Array, metrics: number): PackedRow {
  const rest = JSON.parse(new TextDecoder().decode(block.subarray(8 * metrics))) as Omit<PackedRow, 'metrics'>; // pack's own
  return { ...rest, metrics: new Float64Array(block.buffer, 0, metrics) };
}

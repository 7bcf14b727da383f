import {
  type Failure,
  type ReferenceEntry,
  referenceTable,
  type SwapEntry,
  swapsTable,
} from '../cohorts/counterfactuals/tables.ts';
import { writeParquet } from '../cohorts/parquet.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import type { ReferenceBeats } from '../twin/counterfactual/referenceFronts.ts';
import { type CounterfactualResult, simulatedItem } from './counterfactual.ts';
import type { Control, Edge } from './edge.ts';
import { getItems, getItemsPlan } from './records/counterfactualItems.ts';
import { getPlan } from './records/study.ts';
import { sha256 } from './stores/artifacts.ts';
import { openFiles } from './stores/openStore.ts';

export interface PublishCounterfactualsInput {
  readonly run: string;
  /** As `planCounterfactuals` gave it */
  readonly plan: ArtifactRef;
}
export interface PublishedCounterfactuals {
  /** Items without numbers */
  readonly failed: number;
  /** sha256 by file name */
  readonly files: Readonly<Record<string, string>>;
}

const LOST: Failure = { code: 'NotSimulated', message: 'was not simulated; call twinfold counterfactual once more' };

/**
 * Writes a run's `reference.parquet` and `swaps.parquet` beside its cohort table, each as a whole: the same results give the same bytes. A table of which nothing
 * was asked for is removed.
 */
export async function publishCounterfactuals(
  edge: Edge,
  { plan: ref }: PublishCounterfactualsInput,
  control?: Pick<Control, 'signal'>,
): Promise<PublishedCounterfactuals> {
  const { store } = edge;
  const plan = await getItemsPlan(store, ref);
  const { study, outFolder } = await getPlan(store, plan.study);
  const references: ReferenceEntry[] = [];
  const swaps: SwapEntry[] = [];
  for (const page of plan.pages) {
    for (const item of await getItems(store, page)) {
      control?.signal.throwIfAborted();
      const result = await simulatedItem(edge, study, item, plan.times);
      const failure = result !== undefined && 'failure' in result ? result.failure : LOST;
      if (item.kind === 'reference') {
        const { subject, anatomy } = item;
        const isThere = result !== undefined && 'beats' in result;
        references.push({
          subject,
          anatomy: anatomy.sha256,
          leadField: isThere ? result.leadField : null,
          beats: isThere ? beatsOf(result.beats) : failure,
        });
      } else {
        const { pair, female, male } = item;
        const rows = result !== undefined && 'rows' in result ? result.rows.map(numbers) : failure;
        const twins = { femaleTwin: female.twin.sha256, maleTwin: male.twin.sha256 };
        swaps.push({ pair, female: female.subject, male: male.subject, ...twins, rows });
      }
    }
  }
  const out = await openFiles(plan.outFolder ?? outFolder);
  const files: Record<string, string> = {};
  for (const [name, count, table] of [
    ['reference.parquet', references.length, () => referenceTable(references)],
    ['swaps.parquet', swaps.length, () => swapsTable(swaps)],
  ] as const) {
    control?.signal.throwIfAborted();
    if (count === 0) {
      await out.remove(name);
      continue;
    }
    const bytes = writeParquet(table());
    await out.write(name, bytes);
    files[name] = sha256(bytes);
  }
  const failed = [...references.map(({ beats }) => beats), ...swaps.map(({ rows }) => rows)];
  return { failed: failed.filter((result) => 'code' in result).length, files };
}

/** A stored result's numbers, where JSON's null was NaN. */
const numbers = <T extends object>(
  stored: T,
): { [K in keyof T]: Exclude<T[K], null> | (null extends T[K] ? number : never) } =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, value === null ? Number.NaN : value])) as {
    [K in keyof T]: Exclude<T[K], null> | (null extends T[K] ? number : never);
  };

const beatsOf = ({
  lawFront,
  slowFront,
}: Extract<CounterfactualResult, { readonly beats: unknown }>['beats']): ReferenceBeats => ({
  lawFront: numbers(lawFront),
  slowFront: numbers(slowFront),
});

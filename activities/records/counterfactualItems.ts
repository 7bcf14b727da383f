import { z } from 'zod';
import type { ArtifactRef } from '../../cohorts/row.ts';
import { getOrThrow } from '../stores/artifactLost.ts';
import { type Artifacts, putJson } from '../stores/artifacts.ts';
import { artifactRef } from './stageIndex.ts';

/** A finished subject's artifacts. */
export interface FinishedTwin {
  readonly subject: string;
  readonly anatomy: ArtifactRef;
  readonly twin: ArtifactRef;
}

/** One thing to simulate: a heart under the reference function, or a pair's exchanges. */
export type CounterfactualItem =
  | ({ readonly kind: 'reference' } & FinishedTwin)
  | { readonly kind: 'swap'; readonly pair: string; readonly female: FinishedTwin; readonly male: FinishedTwin };

/** All that a run's counterfactual twins are made of; workflows carry only the reference to it. */
export interface CounterfactualPlan {
  readonly run: string;
  /** Study of the run: its settings are those of the simulations */
  readonly study: ArtifactRef;
  readonly times: 'scaled' | 'kept';
  /** Where the tables go; beside those of the study where it is not said */
  readonly outFolder?: string;
  readonly items: number;
  /** Items in order, at most `ITEMS_PER_PAGE` in each */
  readonly pages: readonly ArtifactRef[];
}

const ITEMS_PER_PAGE = 100;

/** Stores items and their plan. */
export async function putItems(
  store: Artifacts,
  plan: Omit<CounterfactualPlan, 'items' | 'pages'>,
  items: readonly CounterfactualItem[],
): Promise<ArtifactRef> {
  const pages: ArtifactRef[] = [];
  for (let start = 0; start < items.length; start += ITEMS_PER_PAGE) {
    pages.push(await putJson(store, items.slice(start, start + ITEMS_PER_PAGE)));
  }
  return putJson(store, { ...plan, items: items.length, pages } satisfies CounterfactualPlan);
}

/** @throws ArtifactLost where the plan was removed from the store */
export const getItemsPlan = async (store: Artifacts, ref: ArtifactRef): Promise<CounterfactualPlan> =>
  planSchema.parse(await getJson(store, ref));

/** Items of one page of a plan. */
export const getItems = async (store: Artifacts, page: ArtifactRef): Promise<readonly CounterfactualItem[]> =>
  z.array(itemSchema).parse(await getJson(store, page));

/** One item of a plan. */
export async function getItem(store: Artifacts, ref: ArtifactRef, item: number) {
  const plan = await getItemsPlan(store, ref);
  const page = plan.pages[Math.floor(item / ITEMS_PER_PAGE)];
  const found = page === undefined ? undefined : (await getItems(store, page))[item % ITEMS_PER_PAGE];
  if (found === undefined) throw new RangeError(`item ${item} of a plan of ${plan.items}`);
  return { plan, item: found };
}

async function getJson(store: Artifacts, ref: ArtifactRef): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await getOrThrow(store, ref)));
}

const finished = z.strictObject({ subject: z.string(), anatomy: artifactRef, twin: artifactRef });
const itemSchema: z.ZodType<CounterfactualItem> = z.discriminatedUnion('kind', [
  finished.extend({ kind: z.literal('reference') }),
  z.strictObject({ kind: z.literal('swap'), pair: z.string(), female: finished, male: finished }),
]);
const planSchema: z.ZodType<CounterfactualPlan> = z.strictObject({
  run: z.string(),
  study: artifactRef,
  times: z.enum(['scaled', 'kept']),
  outFolder: z.string().exactOptional(),
  items: z.int().nonnegative(),
  pages: z.array(artifactRef),
});

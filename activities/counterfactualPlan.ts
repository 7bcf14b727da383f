import { type Candidate, drawPairs, type PairSettings } from '../cohorts/counterfactuals/pairs.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { TwinError } from '../twin/errors.ts';
import type { Control, Edge } from './edge.ts';
import { type CounterfactualItem, type FinishedTwin, putItems } from './records/counterfactualItems.ts';
import { recordedArtifacts } from './records/recordedArtifacts.ts';
import { getPage, getPlan } from './records/study.ts';
import { readRow } from './records/subjectRecords.ts';

/** Which counterfactual twins a run is to have. */
export interface CounterfactualSettings extends PairSettings {
  /** Every finished heart under the reference function */
  readonly reference: boolean;
  /** How PMJ times are carried to a heart of another size */
  readonly times: 'scaled' | 'kept';
  /** Whether a cohort without pairs is refused, rather than done without them */
  readonly needsPairs: boolean;
}

export interface PlanCounterfactualsInput {
  readonly run: string;
  readonly study: ArtifactRef;
  readonly settings: CounterfactualSettings;
  /** Where the tables go, as the workers see it; beside those of the study where it is not said, which a run that was moved is not any more */
  readonly outFolder?: string;
}

export interface PlannedCounterfactuals {
  readonly plan: ArtifactRef;
  readonly items: number;
  readonly references: number;
  readonly pairs: number;
}

/**
 * Plans a run's counterfactual twins from its finished subjects: first every heart under the reference function, then the pairs.
 *
 * @throws TwinError BadStudy where nothing is finished, or pairs are needed and one of the sexes has no finished twin
 */
export async function planCounterfactuals(
  { store }: Edge,
  { run, study, settings, outFolder }: PlanCounterfactualsInput,
  control?: Pick<Control, 'signal'>,
): Promise<PlannedCounterfactuals> {
  const { reference, pairs, times } = settings;
  const people: (Candidate & { readonly made: FinishedTwin })[] = [];
  const plan = await getPlan(store, study);
  for (let page = 0; page < plan.pages.length; page++) {
    for (const { subject, sex, age_y } of await getPage(store, plan, page)) {
      control?.signal.throwIfAborted();
      const row = await readRow(store, run, subject);
      if (row?.status !== 'done') continue;
      const { anatomy, twin } = await recordedArtifacts(store, run, subject);
      // A stage that was made anew since the row was written belongs to the next run of the study.
      if (anatomy === undefined || twin === undefined) continue;
      if (anatomy.sha256 !== row.hashes.anatomy || twin.sha256 !== row.hashes.twin) continue;
      people.push({ subject, sex, age_y, made: { subject, anatomy, twin } });
    }
  }
  const drawn = pairs > 0 ? drawPairs(people, settings) : [];
  if (people.length === 0) throw refusal(run, 'no finished twin');
  if (settings.needsPairs && drawn.length === 0) {
    const missing = (['female', 'male'] as const).filter((sex) => !people.some((person) => person.sex === sex));
    throw refusal(
      run,
      missing.length > 0
        ? `no finished twin of a ${missing[0]} subject`
        : 'no pair of known ages, which pairs by age need',
    );
  }
  const bySubject = new Map(people.map(({ subject, made }) => [subject, made]));
  const items: CounterfactualItem[] = [
    ...(reference ? people.map(({ made }) => ({ kind: 'reference' as const, ...made })) : []),
    ...drawn.flatMap(({ pair, female, male }) => {
      const both = { female: bySubject.get(female), male: bySubject.get(male) };
      if (both.female === undefined || both.male === undefined) return [];
      return [{ kind: 'swap' as const, pair, female: both.female, male: both.male }];
    }),
  ];
  const references = reference ? people.length : 0;
  return {
    plan: await putItems(store, { run, study, times, ...(outFolder === undefined ? {} : { outFolder }) }, items),
    items: items.length,
    references,
    pairs: drawn.length,
  };
}

const refusal = (run: string, found: string): TwinError =>
  new TwinError(
    'BadStudy',
    `run ${run}: found ${found}, expected finished twins of both sexes to put together; finish the run first, or ask for no pairs`,
  );

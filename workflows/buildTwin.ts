import type { SubjectPlace } from '../activities/records/study.ts';
import { buildSubject, type SubjectOutcome } from './buildSubject.ts';
import type { Schedule } from './messages.ts';
import { PRIORITY } from './queues.ts';

export interface BuildTwinInput {
  readonly place: SubjectPlace;
  readonly schedule: Schedule;
}

/** One subject by itself: an urgent twin, a retry, a person whose new ECG has come. It goes before cohorts, unless its schedule says otherwise. */
export async function buildTwin({ place, schedule }: BuildTwinInput): Promise<SubjectOutcome> {
  return buildSubject(place, { priority: PRIORITY.urgent, ...schedule }, () => undefined);
}

import { referenceBackend } from '../backends/reference.ts';
import type { SyntheticPerson } from '../cohorts/population/people.ts';
import {
  type SynthesisSettings,
  type SyntheticSubject,
  synthesizePerson,
} from '../cohorts/population/synthesizePerson.ts';

/** Makes one synthetic person in a worker thread. */
export default function synthesize(task: {
  readonly person: SyntheticPerson;
  readonly settings: Partial<SynthesisSettings>;
}): Promise<SyntheticSubject> {
  return synthesizePerson(task.person, referenceBackend, task.settings);
}

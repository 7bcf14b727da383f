import { referenceBackend } from '../backends/reference.ts';
import type { SyntheticPerson } from '../cohorts/population/people.ts';
import {
  type SynthesisSettings,
  type SyntheticSubject,
  synthesizePerson,
} from '../cohorts/population/synthesizePerson.ts';
import { TwinError } from '../twin/errors.ts';

/** A person, or the sentence that says why there is none: errors lose their kind between threads. */
export type SynthesisAnswer = SyntheticSubject | { readonly refused: string };

/** Makes one synthetic person in a worker thread. */
export default async function synthesize(task: {
  readonly person: SyntheticPerson;
  readonly settings: Partial<SynthesisSettings>;
}): Promise<SynthesisAnswer> {
  try {
    return await synthesizePerson(task.person, referenceBackend, task.settings);
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    return { refused: error.message };
  }
}

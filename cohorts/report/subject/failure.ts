import { html } from '../html.ts';
import { bullets } from '../markup.ts';
import type { QuarantineEntry, ReportManifest } from '../reportInput.ts';
import type { Page } from '../sections/page.ts';

const STAGES: Readonly<Record<QuarantineEntry['stage'], string>> = {
  read: 'its row of the sample sheet was read',
  prepare: 'its mesh and its recording were prepared',
  calibrate: 'its twin was calibrated',
  measure: 'its twin was measured',
};

/** What to do about each kind of error; the codes are `ErrorCode`'s. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  BadStudy: ['Correct the study file or the sample sheet where the sentence says, and run the study again.'],
  BadInput: [
    'Look at the file that the sentence names: it was cut short, is of another format, or says something impossible. Fetch or export it again.',
    'Trying again with the same file ends in the same way.',
  ],
  BadAnatomy: [
    'Look at the mesh: `twinfold check STUDY` draws it with what is wrong. Parts that are detached, turned inside out, or in another unit are the common causes.',
    'What may be mended by itself is set under anatomy.repair in the study file; what it lists there is not mended in silence.',
  ],
  BadEcg: [
    'Look at the recording: a lead that is flat or missing, swapped limb leads, or no complete beat are the common causes.',
    'Another recording of the same person can be named in the sample sheet.',
  ],
  NoConvergence: [
    'The numbers left their range for every start that was tried. A wider prior, another seed, or a finer mesh may help; look at electrodes and units first.',
  ],
  OutOfMemory: ['Give it a larger worker (`twinfold worker --pool large`) or a coarser mesh, then retry.'],
};

/** Why a subject has no twin, and what to do. */
export function failurePages({ subject, stage, code, message }: QuarantineEntry, { run }: ReportManifest): Page[] {
  const advice = ADVICE[code] ?? ['Read the sentence above; it names the place and what was expected there.'];
  return [
    {
      id: 'why',
      title: 'Why it has no twin',
      short: 'Why',
      body: html`<div class="failure"><p><b>${message}</b></p><p>It failed when ${STAGES[stage]} (<code>${code}</code>). Its row stays in the cohort table with this reason and without metrics, so that nobody disappears from the count.</p></div>`,
    },
    {
      id: 'todo',
      title: 'What to do',
      body: html`${bullets([
        ...advice,
        html`<code>twinfold why RUN ${subject}</code> compares its files and settings with those that failed, and says whether trying again can end otherwise.`,
        html`After a change, <code>twinfold retry RUN</code> tries the quarantined subjects of ${run} again; all others are found as they are.`,
      ])}`,
    },
  ];
}

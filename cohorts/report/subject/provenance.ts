import { textOf } from '../../analyses/table.ts';
import { HASHES } from '../../tableColumns.ts';
import { html } from '../html.ts';
import { plainTable } from '../markup.ts';
import type { Page } from '../sections/page.ts';
import type { SubjectPageInput } from './subjectPageInput.ts';

const WORDS: Readonly<Record<(typeof HASHES)[number], string>> = {
  anatomyInput: 'file of the anatomy',
  ecgInput: 'recording',
  electrodesInput: 'file of the electrodes',
  torsoInput: 'file of the torso',
  sheetRow: 'row of the sample sheet',
  settings: 'settings of all stages',
  anatomy: 'anatomy made of it',
  beat: 'beat made of it',
  twin: 'twin',
};

/** What made the row: versions, seed, and the hash of each input and artifact. */
export function provenancePage({ table, row, subject, manifest }: SubjectPageInput): Page {
  const text = (column: string) => textOf(table, column, row);
  const facts = [
    ['Run', manifest.run],
    ['Version of program and stages', text('codeVersion')],
    ['Seed of the twin', text('seed')],
    ['Compute backend', text('backend')],
  ].filter(([, value]) => value !== '');
  const hashes = HASHES.map((name) => [WORDS[name], text(`${name}Sha256`)] as const).filter(([, hash]) => hash !== '');
  return {
    id: 'provenance',
    title: 'What made it',
    short: 'Provenance',
    body: html`${plainTable(
      'Run and program',
      [{ title: 'What' }, { title: 'which' }],
      facts.map(([name, value]) => [name ?? '', value ?? '']),
    )}${
      hashes.length === 0
        ? ''
        : plainTable(
            'SHA-256 of inputs and artifacts',
            [{ title: 'Of' }, { title: 'hash' }],
            hashes.map(([name, hash]) => [name, html`<code>${hash}</code>`]),
          )
    }<p><code>twinfold why RUN ${subject}</code> says why it was or was not computed again; <code>twinfold replay RUN ${subject}</code> computes it again and compares every byte.</p>`,
  };
}

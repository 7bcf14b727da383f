import test from 'ava';
import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { canonicalLead } from '../../twin/formats/leadName.ts';

test('the twelve leads keep their names, in whatever case', (t) => {
  for (const lead of STANDARD_LEADS) {
    for (const name of [
      lead,
      lead.toUpperCase(),
      lead.toLowerCase(),
      ` ${lead} `,
      `MDC_ECG_LEAD_${lead.toUpperCase()}`,
      `Lead ${lead}`,
      `ECG ${lead}`,
    ]) {
      t.is(canonicalLead(name), lead, name);
    }
  }
});

test('what is no lead, or an inverted one, is none', (t) => {
  for (const name of ['', 'lead', '-aVR', 'E1', 'V10', 'I_target', 'toString', 'constructor', 'PLETH'])
    t.is(canonicalLead(name), undefined, name);
});

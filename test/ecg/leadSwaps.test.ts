import test from 'ava';
import { DEFAULT_BEAT, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { checkChestLeads } from '../../twin/ecg/leadSwaps.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { drawnRecording } from '../helpers/recordings.ts';

/** Potentials of RA, LA, LL and the neutral electrode up to a common one; the legs share theirs. */
type Limbs = readonly ['RA' | 'LA' | 'LL' | 'RL', 'RA' | 'LA' | 'LL' | 'RL', 'RA' | 'LA' | 'LL' | 'RL'];

/** What the recorder writes when its cables RA, LA and LL are on these limbs; chest leads keep their potentials and get another central terminal. */
function connected(limbs: Limbs): EcgRecording {
  const recording = drawnRecording({ noise_mV: 0.004 });
  const of = (name: string) => recording.voltage_mV[recording.leads.indexOf(name)];
  const samples = of('I').length;
  const eight = new Float64Array(samples * LEADS);
  for (let at = 0; at < samples; at++) {
    const [one, two] = [of('I')[at], of('II')[at]];
    // With Wilson's terminal at zero: RA = −(I + II)/3, and so on; the neutral electrode is on the other leg.
    const potential = {
      RA: -(one + two) / 3,
      LA: (2 * one - two) / 3,
      LL: (2 * two - one) / 3,
      RL: (0.97 * (2 * two - one)) / 3,
    };
    const [ra, la, ll] = limbs.map((limb) => potential[limb]);
    eight[at * LEADS] = la - ra;
    eight[at * LEADS + 1] = ll - ra;
    for (let chest = 1; chest <= 6; chest++) eight[at * LEADS + 1 + chest] = of(`V${chest}`)[at] - (ra + la + ll) / 3;
  }
  const twelve = standardLeads(eight);
  return {
    ...recording,
    voltage_mV: STANDARD_LEADS.map((_, lead) => twelve.filter((_value, at) => at % TWELVE === lead)),
  };
}
const told = (limbs: Limbs) =>
  prepareBeat(connected(limbs), DEFAULT_BEAT)
    .findings.filter(({ code }) => code === 'limb-leads-swapped')
    .map(({ message }) => message)
    .join();

const matrix: readonly [string, Limbs, RegExp][] = [
  ['every cable in its place', ['RA', 'LA', 'LL'], /^$/],
  ['the arms exchanged', ['LA', 'RA', 'LL'], /arm electrodes/],
  ['right arm and left leg exchanged', ['LL', 'LA', 'RA'], /right arm and left leg/],
  ['right arm and neutral exchanged', ['RL', 'LA', 'LL'], /in II .* right arm .* neutral/],
  ['left arm and neutral exchanged', ['RA', 'RL', 'LL'], /in III .* left arm .* neutral/],
  ['both arms on the legs', ['RL', 'LL', 'LA'], /in I .* both arm/],
  ['the legs exchanged, which changes nothing,', ['RA', 'LA', 'RL'], /^$/],
  ['left arm and left leg exchanged, which is another axis,', ['RA', 'LL', 'LA'], /^$/],
];
for (const [what, limbs, sentence] of matrix) {
  test(`${what} ${sentence.source === '^$' ? 'brings no doubt' : 'is told by name'}`, (t) => {
    t.regex(told(limbs), sentence);
  });
}

/** A QRS whose chest leads change step by step, as a dipole turns past them. */
function chestQrs(order: readonly number[]): Float64Array {
  const samples = 50;
  const out = new Float64Array(samples * LEADS);
  for (let at = 0; at < samples; at++) {
    const phase = at / samples;
    for (const [place, lead] of order.entries()) {
      const angle = (lead / 5) * 2.2 - 0.6 + 2 * phase;
      out[at * LEADS + 2 + place] = Math.sin(Math.PI * phase) * -Math.cos(angle) * (1 + 0.3 * Math.sin(lead));
    }
  }
  return out;
}

test('V3 and V4 exchanged are doubted, and chest leads in their order are not', (t) => {
  t.deepEqual(checkChestLeads(chestQrs([0, 1, 2, 3, 4, 5])), []);
  const [finding] = checkChestLeads(chestQrs([0, 1, 3, 2, 4, 5]));
  t.is(finding?.code, 'chest-leads-doubtful');
  t.regex(finding?.message ?? '', /with V3 and V4 exchanged/);
});

test('the doubt about chest leads does not depend on gain or polarity', (t) => {
  const swapped = chestQrs([0, 4, 2, 3, 1, 5]);
  t.deepEqual(checkChestLeads(swapped.map((value) => -250 * value)), checkChestLeads(swapped));
  t.is(checkChestLeads(swapped).length, 1);
});

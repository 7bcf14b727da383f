import type { Finding } from '../errors.ts';
import { INDEPENDENT_LEADS, type LeadName } from './beat.ts';
import { LEADS, standardLead, standardLeads, TWELVE } from './leads.ts';

/** A deflection counts as the lead's own direction when it is this many times the opposite one. */
const DOMINANT = 1.5;
/** aVR of a normally connected heart has hardly any positive part; from this share of its negative part on it is unusual. */
const UNUSUAL_AVR = 0.5;
/** A limb lead that ranges over less than this share of the larger of the other two lies between two legs. */
const BETWEEN_LEGS = 0.08;
/** … and the P wave in it less than this share, which leaves room for noise. */
const P_BETWEEN_LEGS = 0.3;

/**
 * Limb electrodes exchanged, as far as twelve leads show it:
 *
 * - Arms (RA, LA), which mirrors I and exchanges II with III and aVR with aVL: a QRS that is negative in I though upright in V6, whose vector looks the same way and does not depend
 *   on the limbs' order, with a sizeable positive part in aVR. A right axis alone keeps aVR negative; dextrocardia makes V6 small or negative.
 * - Right arm and left leg (RA, LL), which mirrors II and exchanges aVR with aVF, now the most negative of the three: QRS and P wave negative in II and positive in aVR, though the QRS is upright in V6.
 * - An arm and the neutral electrode: one of I, II and III is nearly a line, for the legs have the same potential.
 *
 * Left arm and left leg (LA, LL) give what a heart of another axis gives, and are not found; nor are the two legs, which change nothing.
 *
 * @param qrs  mV, baseline at zero, [samples, 8]
 * @param pWave  mV, zero at its onset, [samples, 8]; undefined where there is none
 */
export function checkLimbLeads(qrs: Float64Array, pWave: Float64Array | undefined): Finding[] {
  const found = openDeflections(qrs);
  const p = pWave === undefined ? undefined : openDeflections(pWave);
  const line = lineBetweenLegs(found, BETWEEN_LEGS);
  const isPLine = p === undefined || lineBetweenLegs(p, P_BETWEEN_LEGS) === line;
  if (line !== undefined && isPLine) {
    const arm = line === 'II' ? 'right arm' : 'left arm';
    return [
      swapped(
        `hardly any QRS in ${line} (${found.range(line).toFixed(2)} mV): ${line === 'I' ? 'both arm electrodes were probably exchanged with those of the legs' : `the electrode of the ${arm} was probably exchanged with the neutral one`}`,
      ),
    ];
  }
  const isUprightInV6 = found.isPositive('V6');
  // The lead that now sees what aVR should see tells which electrode hangs on the right arm.
  const isLeftOnRight = found.lowest('aVL') < found.lowest('aVF');
  const isUnusual = found.highest('aVR') > UNUSUAL_AVR * -found.lowest('aVR');
  if (isUprightInV6 && isLeftOnRight && found.isNegative('I') && isUnusual) {
    return [
      swapped(
        `the QRS is negative in I (${found.lowest('I').toFixed(2)} mV) though upright in V6, and positive in aVR (${found.highest('aVR').toFixed(2)} mV): the arm electrodes were probably exchanged`,
      ),
    ];
  }
  const isTurnedOver = found.isNegative('II') && found.isPositive('aVR');
  const isPTurnedOver = p === undefined || (p.isNegative('II') && p.isPositive('aVR'));
  if (isUprightInV6 && !isLeftOnRight && isTurnedOver && isPTurnedOver) {
    return [
      swapped(
        `the QRS${p === undefined ? ' is' : ' and the P wave are'} negative in II and positive in aVR (QRS ${found.lowest('II').toFixed(2)} and ${found.highest('aVR').toFixed(2)} mV) though the QRS is upright in V6: the electrodes of right arm and left leg were probably exchanged`,
      ),
    ];
  }
  return [];
}

/** The lead of I, II and III that is nearly a line; undefined where none is. */
function lineBetweenLegs({ range }: Deflections, share: number): 'I' | 'II' | 'III' | undefined {
  const most = Math.max(range('I'), range('II'), range('III'));
  return (['I', 'II', 'III'] as const).find((lead) => range(lead) < share * most);
}

const swapped = (sentence: string): Finding => ({
  code: 'limb-leads-swapped',
  severity: 'warning',
  message: `${sentence}; nothing was changed, check the recording`,
});

/** Highest and lowest deflection of each of the twelve leads, mV. */
interface Deflections {
  highest(lead: LeadName): number;
  lowest(lead: LeadName): number;
  range(lead: LeadName): number;
  isPositive(lead: LeadName): boolean;
  isNegative(lead: LeadName): boolean;
}

function openDeflections(voltage: Float64Array): Deflections {
  const standard = standardLeads(voltage);
  const high = new Float64Array(TWELVE);
  const low = new Float64Array(TWELVE);
  for (let at = 0; at < standard.length; at++) {
    const lead = at % TWELVE;
    if (standard[at] > high[lead]) high[lead] = standard[at];
    if (standard[at] < low[lead]) low[lead] = standard[at];
  }
  const highest = (lead: LeadName) => high[standardLead(lead)];
  const lowest = (lead: LeadName) => low[standardLead(lead)];
  return {
    highest,
    lowest,
    range: (lead: LeadName) => highest(lead) - lowest(lead),
    isPositive: (lead: LeadName) => highest(lead) > DOMINANT * -lowest(lead),
    isNegative: (lead: LeadName) => -lowest(lead) > DOMINANT * highest(lead),
  };
}

const CHEST = INDEPENDENT_LEADS.indexOf('V1');
const CHEST_LEADS = 6;
/**
 * With two chest leads exchanged, steps from lead to lead become this much smaller (their sum of squares over the QRS): on 80 synthetic hearts and 7 recordings in their right order by 0.61 at the
 * least. It finds 87 % of exchanges of V3 and V4, two thirds of those of V4 and V5, and hardly any of V1 and V2 or V5 and V6, which look alike.
 */
const SMOOTHER = 0.5;

/**
 * Doubts the order of the chest leads where another one is much smoother: potentials change little by little along the chest,
 *
 *     roughness = Σ over k of ∫ (V_{k+1} − V_k)² dt
 *
 * @param qrs  mV, baseline at zero, [samples, 8]
 */
export function checkChestLeads(qrs: Float64Array): Finding[] {
  const steps = Array.from({ length: CHEST_LEADS }, () => new Float64Array(CHEST_LEADS));
  for (let at = 0; at < qrs.length; at += LEADS) {
    for (let a = 0; a < CHEST_LEADS; a++)
      for (let b = 0; b < CHEST_LEADS; b++) steps[a][b] += (qrs[at + CHEST + a] - qrs[at + CHEST + b]) ** 2;
  }
  const roughness = (order: readonly number[]): number =>
    order.slice(1).reduce((sum, lead, at) => sum + steps[order[at]][lead], 0);
  const order = Array.from({ length: CHEST_LEADS }, (_, lead) => lead);
  const asNamed = roughness(order);
  let best = { ratio: 1, pair: '' };
  for (let a = 0; a < CHEST_LEADS; a++) {
    for (let b = a + 1; b < CHEST_LEADS; b++) {
      const other = order.map((lead) => (lead === a ? b : lead === b ? a : lead));
      const ratio = roughness(other) / asNamed;
      if (ratio < best.ratio) best = { ratio, pair: `V${a + 1} and V${b + 1}` };
    }
  }
  if (!(best.ratio < SMOOTHER)) return [];
  return [
    {
      code: 'chest-leads-doubtful',
      severity: 'warning',
      message: `the QRS would change from V1 to V6 ${(1 / best.ratio).toFixed(1)} times as smoothly with ${best.pair} exchanged; nothing was changed, check their order`,
    },
  ];
}

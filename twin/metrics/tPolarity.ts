import type { LeadName } from '../ecg/beat.ts';
import { standardLead } from '../ecg/leads.ts';
import { positivePeak_mV, type Qrs, recordedQrs, simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';
import { recordedT, simulatedT, type TWave, tAmplitude_mV } from './tWaves.ts';

/** Leads, and size, of T waves that are flat or inverted where they should stand upright (Rautaharju, Surawicz & Gettes, Circulation, 2009). */
const FLAT_LEADS: readonly LeadName[] = ['I', 'II', 'aVL', 'V4', 'V5', 'V6'];
const INVERTED_LEADS: readonly LeadName[] = ['I', 'II', 'aVL', 'V2', 'V3', 'V4', 'V5', 'V6'];
const UPRIGHT_mV = 0.1;
/** A T wave of aVL is judged only where its R wave is taller than this (same source). */
const LEAST_R_OF_AVL_mV = 0.3;

/** In how many leads the T wave is flat, and in how many inverted, of the twin and of the recording. */
export const tPolarity: Metric = {
  columns: ['', 'Recorded'].flatMap((whose) => [
    {
      name: `tFlatLeads${whose}`,
      unit: '1',
      description: `Leads among I, II, aVL and V4 to V6 in which the ${whose ? 'recorded' : 'simulated'} T wave stays within 0.1 mV of the baseline.`,
      source: 'docs/metrics.md#t-polarity',
    },
    {
      name: `tInvertedLeads${whose}`,
      unit: '1',
      description: `Leads among I, II, aVL and V2 to V6 in which the ${whose ? 'recorded' : 'simulated'} T wave is inverted by 0.1 mV or more.`,
      source: 'docs/metrics.md#t-polarity',
    },
  ]),
  measure: (subject) => ({
    ...named('', simulatedQrs(subject), simulatedT(subject)),
    ...named('Recorded', recordedQrs(subject), recordedT(subject)),
  }),
};

function named(whose: string, qrs: Qrs, wave: TWave): Record<string, number> {
  const isUnknown = wave.voltage_mV.length === 0;
  const count = (leads: readonly LeadName[], holds: (amplitude_mV: number) => boolean) =>
    isUnknown ? Number.NaN : leads.filter((lead) => isJudged(lead, qrs) && holds(amplitude(wave, lead))).length;
  return {
    [`tFlatLeads${whose}`]: count(FLAT_LEADS, (size) => Math.abs(size) < UPRIGHT_mV),
    [`tInvertedLeads${whose}`]: count(INVERTED_LEADS, (size) => size <= -UPRIGHT_mV),
  };
}

const amplitude = (wave: TWave, lead: LeadName) => tAmplitude_mV(wave, standardLead(lead));

const isJudged = (lead: LeadName, qrs: Qrs): boolean =>
  lead !== 'aVL' || positivePeak_mV(qrs, standardLead(lead)) > LEAST_R_OF_AVL_mV;

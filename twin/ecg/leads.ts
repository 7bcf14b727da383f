import { ELECTRODES, type ElectrodeName } from '../anatomy/anatomy.ts';
import { INDEPENDENT_LEADS, type LeadName, STANDARD_LEADS } from './beat.ts';

/** Number of independent leads: the length of every lead axis inside the calibration. */
export const LEADS = INDEPENDENT_LEADS.length;
/** Number of standard leads. */
export const TWELVE = STANDARD_LEADS.length;

/**
 * The independent leads as sums over the electrodes (Einthoven's limb leads and Wilson's central terminal):
 *
 *     I = LA − RA,   II = LL − RA,   Vk = electrode k − (RA + LA + LL)/3
 *
 * [8 leads, 9 electrodes] in the orders of INDEPENDENT_LEADS and ELECTRODES.
 */
export const LEADS_OF_ELECTRODES: Float64Array = leadsOfElectrodes();

/**
 * The twelve leads as sums over the eight independent ones (Einthoven, Goldberger):
 *
 *     III = II − I,   aVR = −(I + II)/2,   aVL = I − II/2,   aVF = II − I/2
 *
 * [12 leads, 8 leads] in the orders of STANDARD_LEADS and INDEPENDENT_LEADS.
 */
export const STANDARD_OF_INDEPENDENT: Float64Array = standardOfIndependent();

/**
 * Lᵀ of the Cholesky factor of the leads' Gram matrix, so that eight weighted leads cost what the twelve cost on average:
 *
 *     |Lᵀ r|² = rᵀ (Uᵀ U / 12) r = mean over 12 leads of (U r)²,   U = STANDARD_OF_INDEPENDENT
 *
 * Upper triangular; only I and II mix. [8, 8] row-major.
 */
export const LEAD_WEIGHTS: Float64Array = leadWeights();

/** Twelve leads of eight. @param voltage [samples, 8] @returns [samples, 12], the same unit */
export function standardLeads(voltage: ArrayLike<number>): Float64Array {
  const samples = voltage.length / LEADS;
  const out = new Float64Array(samples * TWELVE);
  for (let sample = 0; sample < samples; sample++) {
    for (let lead = 0; lead < TWELVE; lead++) {
      let sum = 0;
      for (let of = 0; of < LEADS; of++)
        sum += STANDARD_OF_INDEPENDENT[lead * LEADS + of] * voltage[sample * LEADS + of];
      out[sample * TWELVE + lead] = sum;
    }
  }
  return out;
}

/**
 * Weights rows of eight leads in place by LEAD_WEIGHTS, so that their plain sum of squares is the sum over samples of the mean over twelve leads.
 *
 * @param out  any number of rows, [rows, 8]; overwritten
 */
export function weighLeads(out: Float64Array | Float32Array): void {
  for (let row = 0; row < out.length; row += LEADS) {
    for (let lead = 0; lead < LEADS; lead++) {
      let sum = 0;
      for (let of = lead; of < LEADS; of++) sum += LEAD_WEIGHTS[lead * LEADS + of] * out[row + of];
      out[row + lead] = sum;
    }
  }
}

/** Sensitivities of rows of eight leads from those of weighted ones, in place: the transpose of `weighLeads`. @param out [rows, 8]; overwritten */
export function pullBackWeights(out: Float64Array): void {
  for (let row = 0; row < out.length; row += LEADS) {
    for (let lead = LEADS - 1; lead >= 0; lead--) {
      let sum = 0;
      for (let of = 0; of <= lead; of++) sum += LEAD_WEIGHTS[of * LEADS + lead] * out[row + of];
      out[row + lead] = sum;
    }
  }
}

/** Place of a lead in STANDARD_LEADS. */
export const standardLead = (lead: LeadName): number => STANDARD_LEADS.indexOf(lead);

function leadsOfElectrodes(): Float64Array {
  const matrix = new Float64Array(LEADS * ELECTRODES.length);
  const add = (lead: number, electrode: ElectrodeName, weight: number) => {
    matrix[lead * ELECTRODES.length + ELECTRODES.indexOf(electrode)] += weight;
  };
  for (const [lead, name] of INDEPENDENT_LEADS.entries()) {
    if (name === 'I') add(lead, 'LA', 1);
    else if (name === 'II') add(lead, 'LL', 1);
    else {
      add(lead, name, 1);
      for (const limb of ['RA', 'LA', 'LL'] as const) add(lead, limb, -1 / 3);
    }
    if (name === 'I' || name === 'II') add(lead, 'RA', -1);
  }
  return matrix;
}

function standardOfIndependent(): Float64Array {
  const limb: Readonly<Partial<Record<LeadName, readonly [number, number]>>> = {
    I: [1, 0],
    II: [0, 1],
    III: [-1, 1],
    aVR: [-1 / 2, -1 / 2],
    aVL: [1, -1 / 2],
    aVF: [-1 / 2, 1],
  };
  const matrix = new Float64Array(TWELVE * LEADS);
  for (const [row, name] of STANDARD_LEADS.entries()) {
    const ofLimb = limb[name];
    if (ofLimb) matrix.set(ofLimb, row * LEADS);
    else matrix[row * LEADS + (INDEPENDENT_LEADS as readonly LeadName[]).indexOf(name)] = 1;
  }
  return matrix;
}

function leadWeights(): Float64Array {
  const upper = new Float64Array(LEADS * LEADS);
  for (let i = 0; i < LEADS; i++) {
    for (let j = i; j < LEADS; j++) {
      let sum = 0;
      for (let row = 0; row < TWELVE; row++) {
        sum += STANDARD_OF_INDEPENDENT[row * LEADS + i] * STANDARD_OF_INDEPENDENT[row * LEADS + j];
      }
      sum /= TWELVE;
      for (let k = 0; k < i; k++) sum -= upper[k * LEADS + i] * upper[k * LEADS + j];
      upper[i * LEADS + j] = i === j ? Math.sqrt(sum) : sum / upper[i * LEADS + i];
    }
  }
  return upper;
}

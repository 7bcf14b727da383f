import { wasmBackend } from '../../backends/wasm.ts';
import { type SyntheticPerson, samplePopulation } from '../../cohorts/population/people.ts';
import { meshInTorso, meshWithFibres, placeHeart, toTorso } from '../../cohorts/population/placedHeart.ts';
import { plantFunction } from '../../cohorts/population/plantedFunction.ts';
import { plantRepolarisation, simulateBeat } from '../../cohorts/population/plantedRepolarisation.ts';
import type { SimulatedBeat } from '../../cohorts/population/recording.ts';
import { heartOfSize } from '../../twin/anatomy/parametricHeart.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { locateTet, openLocator } from '../../twin/eikonal/locate.ts';

/** A heart's noise-free beat, and when its muscle was active. */
export interface SimulatedHeart {
  readonly person: SyntheticPerson;
  /** QRS and T wave, after the first activation */
  readonly beat: SimulatedBeat;
  /** The activation's own part of it, without any recovery, on the same clock from its first sample on; mV, [samples, 8] */
  readonly qrs_mV: Float64Array;
  /** Last activated node after the first, ms */
  readonly totalActivation_ms: number;
}

/** The people's mesh, mm: their ECGs differ from those on half of it by less than the noise that is added. */
const EDGE_mm = 2.5;

/** Hearts of a synthetic population, women and men in turn, each of its own sizes, place and function. */
export async function simulateHearts(size: number, seed: number): Promise<SimulatedHeart[]> {
  const hearts: SimulatedHeart[] = [];
  for (const person of samplePopulation({ size, seed })) hearts.push(await simulateHeart(person));
  return hearts;
}

async function simulateHeart(person: SyntheticPerson): Promise<SimulatedHeart> {
  const heart = heartOfSize(person);
  const own = meshWithFibres(heart, EDGE_mm);
  const placement = placeHeart(person, own);
  const locator = openLocator(own);
  const barycentric = new Float64Array(4);
  const planted = plantFunction(person, heart, (x, y, z) => locateTet(locator, x, y, z, barycentric) >= 0);
  const mesh = meshInTorso(own, placement);
  const leadVectors = homogeneousLeadVectors(mesh, placement.electrodes, DEFAULT_CALIBRATION.conductivity);
  const open = await wasmBackend.open({
    mesh,
    leadVectors,
    leads: LEADS,
    window: { start_ms: -20, interval_ms: 0.5, samples: 441 },
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { activation_ms, ecg_mV } = await open.solve({
    ...planted,
    pmjPositions: toTorso(placement, planted.pmjPositions),
  });
  await open.close();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of activation_ms) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  const beat = simulateBeat(heart, own, leadVectors, activation_ms, plantRepolarisation(person));
  return {
    person,
    beat: { ...beat, start_ms: beat.start_ms - first },
    qrs_mV: ecg_mV,
    totalActivation_ms: last - first,
  };
}

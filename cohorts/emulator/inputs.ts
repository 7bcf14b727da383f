import type { BeatFeatures, FunctionLaw } from '../../twin/counterfactual/functionLaw.ts';
import type { EmulatorVariable } from './emulator.ts';

/** An input, and how it enters the network: quantities that cannot be negative as logarithms, in which laws of size and speed are straight. */
export interface EmulatorInput extends EmulatorVariable {
  readonly of: 'anatomy' | 'function';
  readonly scale: 'log' | 'linear';
  /** What it is, for people */
  readonly description: string;
}

const anatomy = (
  name: string,
  unit: string,
  scale: EmulatorInput['scale'],
  description: string,
): EmulatorInput & { readonly of: 'anatomy' } => ({ name, unit, scale, description, of: 'anatomy' });

/**
 * Size, shape and place of a heart. All but the last three are columns of the cohort table; those are `heartAzimuth_deg` and its neighbours told by the electrodes
 * (`bodyAxes`), so that they are there without a torso too.
 */
export const ANATOMY_INPUTS: readonly EmulatorInput[] = [
  anatomy('lvMass_g', 'g', 'log', 'LV mass'),
  anatomy('lvVolume_mL', 'mL', 'log', 'LV volume'),
  anatomy('lvSphericity', '1', 'log', 'LV sphericity'),
  anatomy('rvMass_g', 'g', 'log', 'RV mass'),
  anatomy('rvVolume_mL', 'mL', 'log', 'RV volume'),
  ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map((name) =>
    anatomy(`heartElectrodeDistance${name}_mm`, 'mm', 'log', `distance from the heart to ${name}`),
  ),
  anatomy('heartAzimuthByElectrodes_deg', 'deg', 'linear', 'direction from base to apex in the horizontal plane'),
  anatomy('heartElevationByElectrodes_deg', 'deg', 'linear', 'direction from base to apex over the horizontal plane'),
  anatomy('heartRollByElectrodes_deg', 'deg', 'linear', 'turn about the long axis'),
];

interface LawInput extends EmulatorInput {
  readonly of: 'function';
  readonly read: (law: FunctionLaw) => number;
}

const law = (
  name: string,
  unit: string,
  scale: EmulatorInput['scale'],
  read: LawInput['read'],
  description: string,
): LawInput => ({ name, unit, scale, read, description, of: 'function' });

/** Numbers of a `FunctionLaw`, named as the cohort table's columns; `front_mm_ms` has none there. */
export const FUNCTION_INPUTS: readonly LawInput[] = [
  law('lvFibreVelocity_mm_ms', 'mm/ms', 'log', ({ lv }) => lv.fibre_mm_ms, 'LV velocity along the fibre'),
  law('lvTransverseVelocity_mm_ms', 'mm/ms', 'log', ({ lv }) => lv.transverse_mm_ms, 'LV velocity across the fibre'),
  law('rvFibreVelocity_mm_ms', 'mm/ms', 'log', ({ rv }) => rv.fibre_mm_ms, 'RV velocity along the fibre'),
  law('rvTransverseVelocity_mm_ms', 'mm/ms', 'log', ({ rv }) => rv.transverse_mm_ms, 'RV velocity across the fibre'),
  law('front_mm_ms', 'mm/ms', 'log', ({ front_mm_ms }) => front_mm_ms, 'speed of the Purkinje front'),
  law('ariMean_ms', 'ms', 'log', ({ repolarisation }) => repolarisation.ari_ms, 'mean ARI'),
  law('ariApicobasal_ms', 'ms', 'linear', ({ repolarisation }) => repolarisation.apicobasal_ms, 'ARI, base less apex'),
  law(
    'ariTransmural_ms',
    'ms',
    'linear',
    ({ repolarisation }) => repolarisation.transmural_ms,
    'ARI, epicardium less endocardium',
  ),
  law(
    'ariInterventricular_ms',
    'ms',
    'linear',
    ({ repolarisation }) => repolarisation.interventricular_ms,
    'ARI, RV less LV',
  ),
  law(
    'ariAnteroposterior_ms',
    'ms',
    'linear',
    ({ repolarisation }) => repolarisation.anteroposterior_ms,
    'ARI, anterior less posterior',
  ),
  law(
    'ariCoupling',
    '1',
    'linear',
    ({ repolarisation }) => repolarisation.coupling,
    'change of ARI per activation delay',
  ),
  law('downstroke_ms', 'ms', 'log', ({ repolarisation }) => repolarisation.downstroke_ms, 'width of the downstroke'),
];

/** Every input, in the order of an emulator's rows. */
export const EMULATOR_INPUTS: readonly EmulatorInput[] = [...ANATOMY_INPUTS, ...FUNCTION_INPUTS];

/** An output, and how it leaves the network. */
export interface EmulatorOutput extends EmulatorVariable {
  readonly name: keyof BeatFeatures;
  readonly scale: 'log' | 'linear';
}

/** What is emulated: `BeatFeatures`, named as in the cohort table. What cannot be negative is learned as its logarithm. */
export const EMULATOR_OUTPUTS: readonly EmulatorOutput[] = [
  { name: 'qrsDuration_ms', unit: 'ms', scale: 'log' },
  { name: 'totalActivationTime_ms', unit: 'ms', scale: 'log' },
  { name: 'qtInterval_ms', unit: 'ms', scale: 'log' },
  { name: 'qrsAmplitude_mV', unit: 'mV', scale: 'log' },
  { name: 'tAmplitude_mV', unit: 'mV', scale: 'linear' },
];

/** A law of its numbers in the order of FUNCTION_INPUTS. */
export function lawOf(values: ArrayLike<number>): FunctionLaw {
  return {
    lv: { fibre_mm_ms: values[0], transverse_mm_ms: values[1] },
    rv: { fibre_mm_ms: values[2], transverse_mm_ms: values[3] },
    front_mm_ms: values[4],
    repolarisation: {
      ari_ms: values[5],
      apicobasal_ms: values[6],
      transmural_ms: values[7],
      interventricular_ms: values[8],
      anteroposterior_ms: values[9],
      coupling: values[10],
      downstroke_ms: values[11],
    },
  };
}

/** A law's numbers in the order of FUNCTION_INPUTS. */
export const valuesOfLaw = (of: FunctionLaw): Float64Array =>
  Float64Array.from(FUNCTION_INPUTS, ({ read }) => read(of));

/** An input's value as the network sees it, before it is standardised. */
export const toScale = (scale: EmulatorInput['scale'], value: number): number =>
  scale === 'log' ? Math.log(value) : value;

/** The inverse of `toScale`. */
export const fromScale = (scale: EmulatorInput['scale'], value: number): number =>
  scale === 'log' ? Math.exp(value) : value;

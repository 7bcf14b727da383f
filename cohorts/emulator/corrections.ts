import type { BeatSpace } from './beatSpace.ts';
import { ANATOMY, INPUTS, OUTPUTS } from './model.ts';
import type { Networks } from './network.ts';
import type { Tensors } from './networkGradient.ts';
import { type TrainingInput, trainNetworks } from './trainNetworks.ts';

/**
 * Measures of a heart enter networks at this share of their deviation. A few hundred hearts, each with some bumps of its own that no measure tells, say little about
 * bends in fourteen measures, thousands of laws much about bends in theirs. Chosen on hearts left out (docs/emulator.md).
 */
const HEART_SHARE = 0.3;
/** A beat's coordinate counts in the loss by its share of variance, but never less than this. Ours. */
const LEAST_WEIGHT = 0.02;

/** Outputs of each ensemble: one for each feature, then one for all of the beat's coordinates. */
export const ensembleSizes = (components: number): readonly number[] => [
  ...new Array<number>(OUTPUTS).fill(1),
  ...(components > 0 ? [components] : []),
];

export interface CorrectionsInput extends Omit<TrainingInput, 'outputWeights'> {
  readonly beats: BeatSpace;
}

/**
 * Trains what corrects the trends: an ensemble of its own for each feature, since each has learned enough after another number of passes, and a feature that holds
 * much of what no input tells would end the others' learning.
 *
 * @returns by `ensembleSizes`, on standardised inputs
 * @throws TwinError Cancelled, NoConvergence
 */
export async function trainCorrections(
  tensors: Tensors,
  { rows, beats, onEpoch, ...input }: CorrectionsInput,
): Promise<Networks[]> {
  const sizes = ensembleSizes(beats.spread.length);
  const width = OUTPUTS + beats.spread.length;
  const inputs = rows.inputs.map((value, at) => (at % INPUTS < ANATOMY ? HEART_SHARE * value : value));
  const out: Networks[] = [];
  let first = 0;
  for (const [place, size] of sizes.entries()) {
    const from = first;
    const trained = await trainNetworks(tensors, {
      ...input,
      rows: {
        inputs,
        targets: rows.targets.map((own) => own.filter((_, at) => at % width >= from && at % width < from + size)),
      },
      outputWeights: from < OUTPUTS ? Float64Array.of(1) : coordinateWeights(beats),
      ...(onEpoch && {
        onEpoch: (epoch, of, validation) => onEpoch(place * of + epoch, sizes.length * of, validation),
      }),
    });
    out.push(onStandardInputs(trained));
    first += size;
  }
  return out;
}

const coordinateWeights = ({ spread }: BeatSpace): Float64Array =>
  spread.map((value) => Math.max(LEAST_WEIGHT, (value / spread[0]) ** 2));

/** The same networks for inputs that are not damped: the first layer's rows of the heart take the share on. */
function onStandardInputs(networks: Networks): Networks {
  const { inputs, width, weights } = networks;
  const first = weights[0].map((value, at) => {
    const row = Math.floor(at / width) % (inputs + 1);
    return row < ANATOMY ? HEART_SHARE * value : value;
  });
  return { ...networks, weights: [first, weights[1], weights[2]] };
}

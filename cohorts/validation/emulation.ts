import { Matrix, QrDecomposition } from 'ml-matrix';
import { FOUND, type Found, INPUTS, REFERENCE_QRS, type TrainingPerson } from './trainingPeople.ts';

/** What is emulated of one person. */
export interface EmulatedPerson {
  readonly qrsPlanted_ms: number;
  readonly qrsReference_ms: number;
  readonly qrsReferenceSlow_ms: number;
  readonly found: Readonly<Record<Found, number>>;
}

/** How well the response surface holds the people it was fitted to. */
export interface EmulationFit {
  readonly people: number;
  /** By output, in the order of OUTPUTS: share of the variance of its logarithm, and standard deviation of what is left (relative) */
  readonly outputs: readonly {
    readonly name: string;
    /** Whether a pipeline finds it; the others are simulated */
    readonly isFound: boolean;
    readonly rSquared: number;
    readonly residualSd: number;
  }[];
}

/** QRS durations that no pipeline finds: as planted, and under the reference function. */
const SIMULATED = ['qrsPlanted_ms', ...REFERENCE_QRS] as const;
const OUTPUTS = [...SIMULATED, ...FOUND] as const;
/** Outputs that are fitted as ratios to the planted QRS: what a recording and a calibration make of it is nearly the same for all, and so well known. */
const RATIOS: readonly string[] = ['qrsDurationRecorded_ms', 'qrsDuration_ms'];
const VELOCITIES = INPUTS.filter((name) => name.includes('Velocity'));
/** By this factor the velocities of `qrsFaster_ms` are higher. */
export const FASTER = 1.03;
/** Weight of a pair that differs in velocity alone, whose QRS durations differ by no noise but that of delineation: the standard deviations are about 0.04 and 0.004. Ours. */
const PAIR_WEIGHT = 10;

/**
 * A statistical stand-in for simulating, recording and calibrating a person. Logarithms of everything planted and found are linear in the logarithms
 * of what was planted,
 *
 *     ln y = b₀ + Bᵀ ln x + e,
 *
 * fitted by least squares to people who were really computed. The planted QRS is fitted to those pairs besides that were simulated twice, with two velocities and all
 * else alike: ln(y'/y) = Bᵀ ln(x'/x), which tell the effect of velocity far better than people who differ in everything. The residuals e of one of the people, drawn
 * anew for each emulated person, are kept together over all outputs: an ECG that is hard to calibrate is wrong in all its velocities at once. They are widened by
 * √(n/(n − p)) for what the fit took away.
 */
export class Emulation {
  readonly donors: number;
  readonly fit: EmulationFit;
  /** [inputs + 1, outputs] */
  readonly #slopes: Matrix;
  /** [donors, outputs] */
  readonly #residuals: Matrix;

  constructor(people: readonly TrainingPerson[]) {
    const rows = people.map(({ planted }) => designRow(planted));
    const design = new Matrix(rows);
    const answers = new Matrix(people.map((person) => OUTPUTS.map((name) => answerOf(person, name))));
    const slopes = new QrDecomposition(design).solve(answers);
    slopes.setColumn(0, plantedSlopes(people, rows));
    const left = Matrix.sub(answers, design.mmul(slopes));
    const widening = Math.sqrt(people.length / (people.length - INPUTS.length - 1));
    this.#slopes = slopes;
    this.#residuals = Matrix.mul(left, widening);
    this.donors = people.length;
    this.fit = {
      people: people.length,
      outputs: OUTPUTS.map((name, at) => {
        const values = answers.getColumn(at);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const rest = left.getColumn(at).reduce((sum, value) => sum + value ** 2, 0);
        return {
          name: RATIOS.includes(name) ? `${name} / qrsPlanted_ms` : name,
          isFound: !isSimulated(name),
          rSquared: 1 - rest / total,
          residualSd: widening * Math.sqrt(rest / people.length),
        };
      }),
    };
  }

  /** @param donor  whose residuals the person gets, from 0 to `donors` − 1 */
  emulate(planted: TrainingPerson['planted'], donor: number): EmulatedPerson {
    const inputs = designRow(planted);
    const value = (at: number) => {
      let sum = this.#residuals.get(donor, at);
      for (let input = 0; input < inputs.length; input++) sum += (inputs[input] ?? 0) * this.#slopes.get(input, at);
      return Math.exp(sum);
    };
    const qrsPlanted_ms = value(0);
    const found = Object.fromEntries(
      FOUND.map((name, at) => [name, value(at + SIMULATED.length) * (RATIOS.includes(name) ? qrsPlanted_ms : 1)]),
    ) as Record<Found, number>;
    return { qrsPlanted_ms, qrsReference_ms: value(1), qrsReferenceSlow_ms: value(2), found };
  }
}

/** Least squares of the planted QRS over people and pairs. */
function plantedSlopes(people: readonly TrainingPerson[], rows: readonly (readonly number[])[]): number[] {
  const pairs = people.filter(({ qrsFaster_ms }) => qrsFaster_ms > 0);
  const change = PAIR_WEIGHT * Math.log(FASTER);
  const pairRow = [0, ...INPUTS.map((name) => (VELOCITIES.includes(name) ? change : 0))];
  const design = new Matrix([...rows.map((row) => [...row]), ...pairs.map(() => pairRow)]);
  const answers = [
    ...people.map(({ qrsPlanted_ms }) => Math.log(qrsPlanted_ms)),
    ...pairs.map(({ qrsPlanted_ms, qrsFaster_ms }) => PAIR_WEIGHT * Math.log(qrsFaster_ms / qrsPlanted_ms)),
  ];
  return new QrDecomposition(design).solve(Matrix.columnVector(answers)).getColumn(0);
}

const designRow = (planted: TrainingPerson['planted']): number[] => [
  1,
  ...INPUTS.map((name) => Math.log(planted[name])),
];

type Simulated = (typeof SIMULATED)[number];
const isSimulated = (name: string): name is Simulated => (SIMULATED as readonly string[]).includes(name);

function answerOf(person: TrainingPerson, name: (typeof OUTPUTS)[number]): number {
  if (isSimulated(name)) return Math.log(person[name]);
  return Math.log(person.found[name] / (RATIOS.includes(name) ? person.qrsPlanted_ms : 1));
}

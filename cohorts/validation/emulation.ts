import { Matrix, QrDecomposition } from 'ml-matrix';
import { FOUND, type Found, INPUTS, type TrainingPerson } from './trainingPeople.ts';

/** What is emulated of one person. */
export interface EmulatedPerson {
  readonly qrsPlanted_ms: number;
  readonly qrsReference_ms: number;
  readonly found: Readonly<Record<Found, number>>;
}

/** How well the response surface holds the people it was fitted to. */
export interface EmulationFit {
  readonly people: number;
  /** By output, in the order of OUTPUTS: share of the variance of its logarithm, and standard deviation of what is left (relative) */
  readonly outputs: readonly { readonly name: string; readonly rSquared: number; readonly residualSd: number }[];
}

const OUTPUTS = ['qrsPlanted_ms', 'qrsReference_ms', ...FOUND] as const;

/**
 * A statistical stand-in for simulating, recording and calibrating a person. Logarithms of everything planted and found are linear in the logarithms
 * of what was planted,
 *
 *     ln y = b₀ + Bᵀ ln x + e,
 *
 * fitted by least squares to people who were really computed. The residuals e of one of them, drawn anew for each emulated person, are kept together over all
 * outputs: an ECG that is hard to calibrate is wrong in all its velocities at once. They are widened by √(n/(n − p)) for what the fit took away.
 */
export class Emulation {
  readonly donors: number;
  readonly fit: EmulationFit;
  /** [inputs + 1, outputs] */
  readonly #slopes: Matrix;
  /** [donors, outputs] */
  readonly #residuals: Matrix;

  constructor(people: readonly TrainingPerson[]) {
    const design = new Matrix(people.map(({ planted }) => designRow(planted)));
    const answers = new Matrix(people.map((person) => OUTPUTS.map((name) => Math.log(outputOf(person, name)))));
    this.#slopes = new QrDecomposition(design).solve(answers);
    const left = Matrix.sub(answers, design.mmul(this.#slopes));
    const widening = Math.sqrt(people.length / (people.length - INPUTS.length - 1));
    this.#residuals = Matrix.mul(left, widening);
    this.donors = people.length;
    this.fit = {
      people: people.length,
      outputs: OUTPUTS.map((name, at) => {
        const values = answers.getColumn(at);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const rest = left.getColumn(at).reduce((sum, value) => sum + value ** 2, 0);
        return { name, rSquared: 1 - rest / total, residualSd: widening * Math.sqrt(rest / people.length) };
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
    const found = Object.fromEntries(FOUND.map((name, at) => [name, value(at + 2)])) as Record<Found, number>;
    return { qrsPlanted_ms: value(0), qrsReference_ms: value(1), found };
  }
}

const designRow = (planted: TrainingPerson['planted']): number[] => [
  1,
  ...INPUTS.map((name) => Math.log(planted[name])),
];

function outputOf(person: TrainingPerson, name: (typeof OUTPUTS)[number]): number {
  return name === 'qrsPlanted_ms' || name === 'qrsReference_ms' ? person[name] : person.found[name];
}

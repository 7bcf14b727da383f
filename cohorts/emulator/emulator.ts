/** A number that goes into an emulator or comes out of it, named as a column of the cohort table. */
export interface EmulatorVariable {
  readonly name: string;
  readonly unit: string;
}

/** Emulated outputs of some rows. */
export interface EmulatorPrediction {
  /** [rows, outputs] row-major */
  readonly mean: Float64Array;
  /** Half width of the interval that holds the simulation's answer at the emulator's level, same shape */
  readonly halfWidth: Float64Array;
  /** 1 where the row lies too far from what was learned to be answered; its outputs are NaN then. [rows] */
  readonly isRefused: Uint8Array;
}

/** A trained surrogate of the simulation. Same model and rows, same answer. */
export interface Emulator {
  readonly inputs: readonly EmulatorVariable[];
  readonly outputs: readonly EmulatorVariable[];
  /** Coverage that the half widths aim at, 0.95 for 95 % */
  readonly level: number;
  /** @param rows  [rows, inputs] row-major */
  predict(rows: Float64Array): EmulatorPrediction;
}

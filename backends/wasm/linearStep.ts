import type { LeastSquares } from '../../twin/backend.ts';
import type { LinearProblem } from '../../twin/calibrate/dataSpaceStep.ts';
import { Arena } from './arena.ts';
import { compileModule, instantiate } from './load.ts';

/** Functions of `assembly/linear.ts`; arrays are pointers. */
interface LinearKernels {
  readonly pack: Pack;
  readonly packTransposed: Pack;
  multiplyTransposed(...product: readonly number[]): void;
  addProduct(...product: readonly number[]): void;
  weightedGram(...gram: readonly number[]): void;
  factorCholesky(triangle: number, count: number): number;
  solveLinear(...system: readonly number[]): number;
}
type Pack = (
  jacobian: number,
  parameters: number,
  data: number,
  stride: number,
  words: number,
  panels: number,
  masks: number,
  squares: number,
) => void;

/** Error of the solution in the system's own norm, as a share of it. */
const TOLERANCE = 1e-8;
/**
 * What the diagonal is raised by before it is factored, as a share: first the rounding of float32 in sums of a thousand products, then more
 * where that leaves a pivot below zero. It costs conjugate gradients a few steps and the answer nothing.
 */
const RAISES = [1e-6, 1e-4, 1e-2] as const;

/**
 * `dataSpaceStep` in WebAssembly: the same minimum within 1e-6 of the step, its matrix made and factored in float32 by SIMD and its solution refined in float64
 * (`docs/decisions/0015-iterations-in-wasm.md`). Where there are more data than parameters, the matrix is that of the parameters:
 *
 *     δ = −(J Jᵀ + D⁻¹)⁻¹ (J r + P⁻¹ m)      J as in `LinearProblem`, [parameters, data]
 *
 * The memory is kept from call to call while the problem keeps its size.
 */
export function openLinearStep(): LeastSquares {
  let workspace: Workspace | undefined;
  return {
    step(problem, damping) {
      const parameters = problem.offset.length;
      const data = problem.residual.length;
      if (workspace?.parameters !== parameters || workspace.data !== data) workspace = new Workspace(parameters, data);
      return workspace.step(problem, damping);
    },
  };
}

class Workspace {
  readonly parameters: number;
  readonly data: number;
  /** Whether the matrix has the size of the parameters rather than that of the data. */
  private readonly isByParameters: boolean;
  private readonly kernels: LinearKernels;
  private readonly jacobian: Float32Array;
  /** P of `assembly/panels.ts`: Jᵀ, or J */
  private readonly panels: Float32Array;
  private readonly masks: Int32Array;
  private readonly squares: Float64Array;
  private readonly weights: Float64Array;
  private readonly across: Float64Array;
  private readonly diagonal: Float64Array;
  private readonly right: Float64Array;
  private readonly solution: Float64Array;
  private readonly work: Float64Array;
  private readonly scratch: Float32Array;
  private readonly triangle: Float32Array;
  private readonly count: number;
  private readonly stride: number;
  private readonly words: number;

  constructor(parameters: number, data: number) {
    this.parameters = parameters;
    this.data = data;
    this.isByParameters = data > parameters;
    const rows = this.isByParameters ? parameters : data;
    const columns = this.isByParameters ? data : parameters;
    this.count = Math.ceil(rows / 8);
    this.stride = 4 * Math.ceil(columns / 4);
    this.words = Math.ceil(this.stride / 256);
    const arena = new Arena();
    this.jacobian = arena.float32(parameters * data);
    this.panels = arena.float32(8 * this.count * this.stride);
    this.masks = arena.int32(2 * this.count * this.words);
    this.squares = arena.float64(parameters);
    this.weights = arena.float64(this.stride);
    this.across = arena.float64(this.stride);
    this.diagonal = arena.float64(8 * this.count);
    this.right = arena.float64(8 * this.count);
    this.solution = arena.float64(8 * this.count);
    this.work = arena.float64(4 * 8 * this.count + this.stride);
    this.scratch = arena.float32(256 * 8);
    this.triangle = arena.float32(32 * this.count * (this.count + 1));
    this.kernels = instantiate<LinearKernels>(compileModule('linear'), arena.memory);
  }

  step(problem: LinearProblem, damping: number): Float64Array | undefined {
    const { offset, precision, scale } = problem;
    this.pack(problem);
    let mean = 0;
    for (let p = 0; p < this.parameters; p++) mean += this.squares[p] * scale[p];
    const mu = (damping * mean) / this.data;
    const inverseVariance = Float64Array.from(offset, (_, p) => precision[p] + mu / scale[p]);
    for (let p = 0; p < this.parameters; p++) {
      if (scale[p] > 0 && !(inverseVariance[p] > 0 && inverseVariance[p] < Number.POSITIVE_INFINITY)) return undefined;
    }
    return this.isByParameters ? this.byParameters(problem, inverseVariance) : this.byData(problem, inverseVariance);
  }

  /** Copies J, held parameters left out, and orders it for products. */
  private pack({ jacobian, scale }: LinearProblem): void {
    const { parameters, data } = this;
    this.jacobian.set(jacobian);
    for (let p = 0; p < parameters; p++) if (scale[p] === 0) this.jacobian.fill(0, p * data, (p + 1) * data);
    this.masks.fill(0);
    this.squares.fill(0);
    const pack = this.isByParameters ? this.kernels.pack : this.kernels.packTransposed;
    pack(
      this.jacobian.byteOffset,
      parameters,
      data,
      this.stride,
      this.words,
      this.panels.byteOffset,
      this.masks.byteOffset,
      this.squares.byteOffset,
    );
  }

  private byData(
    { residual, offset, precision, scale }: LinearProblem,
    inverseVariance: Float64Array,
  ): Float64Array | undefined {
    const step = new Float64Array(this.parameters);
    for (let p = 0; p < this.parameters; p++) {
      this.weights[p] = 0;
      if (scale[p] === 0) continue;
      this.weights[p] = 1 / inverseVariance[p];
      step[p] = -this.weights[p] * precision[p] * offset[p];
    }
    this.across.set(step);
    this.right.fill(0).set(residual);
    this.multiply();
    this.diagonal.fill(1);
    if (!this.solve()) return undefined;
    this.kernels.multiplyTransposed(...this.matrix(), this.solution.byteOffset, this.across.byteOffset);
    for (let p = 0; p < this.parameters; p++) if (scale[p] > 0) step[p] -= this.weights[p] * this.across[p];
    return step;
  }

  private byParameters(
    { residual, offset, precision, scale }: LinearProblem,
    inverseVariance: Float64Array,
  ): Float64Array | undefined {
    this.weights.fill(1);
    this.across.set(residual);
    this.right.fill(0);
    this.multiply();
    this.diagonal.fill(1);
    for (let p = 0; p < this.parameters; p++) {
      const isHeld = scale[p] === 0;
      this.right[p] = isHeld ? 0 : -(this.right[p] + precision[p] * offset[p]);
      if (!isHeld) this.diagonal[p] = inverseVariance[p];
    }
    return this.solve() ? this.solution.slice(0, this.parameters) : undefined;
  }

  /** Adds P · across to the right side. */
  private multiply(): void {
    this.kernels.addProduct(...this.matrix(), this.across.byteOffset, this.right.byteOffset);
  }

  /** Solves (P W Pᵀ + diagonal) solution = right; false when the matrix is not positive definite. */
  private solve(): boolean {
    const right = this.right.slice();
    for (const raise of RAISES) {
      this.kernels.weightedGram(
        ...this.matrix(),
        this.weights.byteOffset,
        this.diagonal.byteOffset,
        raise,
        this.scratch.byteOffset,
        this.triangle.byteOffset,
      );
      if (this.kernels.factorCholesky(this.triangle.byteOffset, this.count) === 0) continue;
      this.right.set(right);
      const steps = this.kernels.solveLinear(
        ...this.matrix(),
        this.weights.byteOffset,
        this.diagonal.byteOffset,
        this.triangle.byteOffset,
        TOLERANCE,
        this.right.byteOffset,
        this.work.byteOffset,
        this.solution.byteOffset,
      );
      if (steps >= 0) return true;
    }
    return false;
  }

  /** P as the first arguments of the functions that take it. */
  private matrix(): readonly number[] {
    return [this.panels.byteOffset, this.count, this.stride, this.masks.byteOffset, this.words];
  }
}

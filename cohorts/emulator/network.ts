import type { Random } from '../../twin/random.ts';

/** Sizes of a small network: two hidden layers of one width. */
export interface NetworkShape {
  readonly inputs: number;
  readonly width: number;
  readonly outputs: number;
}

/**
 * Weights of an ensemble of networks, float32. The last row of each matrix is its bias:
 *
 *     f(x) = W₃ᵀ [tanh(W₂ᵀ [tanh(W₁ᵀ [x, 1]), 1]), 1]
 */
export interface Networks extends NetworkShape {
  readonly members: number;
  /** [members, inputs + 1, width], [members, width + 1, width], [members, width + 1, outputs] */
  readonly weights: readonly [Float32Array, Float32Array, Float32Array];
}

/** Rows and columns of the three matrices. */
export const layersOf = ({ inputs, width, outputs }: NetworkShape): readonly (readonly [number, number])[] => [
  [inputs + 1, width],
  [width + 1, width],
  [width + 1, outputs],
];

/**
 * Weights to start from: normal with variance 1/rows (Glorot & Bengio, AISTATS 2010, for square layers), biases and the last layer 0, so that
 * networks begin as the trend that they are to correct.
 */
export function startingNetworks(shape: NetworkShape, members: number, random: (member: number) => Random): Networks {
  const layers = layersOf(shape);
  const weights = layers.map(([rows, columns]) => new Float32Array(members * rows * columns));
  for (let member = 0; member < members; member++) {
    const stream = random(member);
    for (const [layer, [rows, columns]] of layers.slice(0, -1).entries()) {
      const spread = 1 / Math.sqrt(rows - 1);
      const start = member * rows * columns;
      for (let at = 0; at < (rows - 1) * columns; at++) weights[layer][start + at] = spread * stream.normal();
    }
  }
  return { ...shape, members, weights: [weights[0], weights[1], weights[2]] };
}

/**
 * Answers one row by one member.
 *
 * @param x  standardised inputs, [inputs]
 * @param out  [outputs] or fewer: the first ones alone are computed
 */
export type NetworkPass = (member: number, x: Float64Array, out: Float64Array) => void;

/** Opens the forward pass in float64, without a tensor library; its workspace is its own. */
export function openPass(networks: Networks): NetworkPass {
  const { inputs, width, outputs } = networks;
  const [w1, w2, w3] = networks.weights;
  const first = new Float64Array(width);
  const second = new Float64Array(width);
  return (member, x, out) => {
    layer(w1, member * (inputs + 1) * width, x, inputs, width, width, first);
    for (let at = 0; at < width; at++) first[at] = Math.tanh(first[at]);
    layer(w2, member * (width + 1) * width, first, width, width, width, second);
    for (let at = 0; at < width; at++) second[at] = Math.tanh(second[at]);
    layer(w3, member * (width + 1) * outputs, second, width, outputs, out.length, out);
  };
}

/** out = Wᵀ [x, 1], its first `wanted` columns. */
function layer(
  weights: Float32Array,
  start: number,
  x: Float64Array,
  rows: number,
  columns: number,
  wanted: number,
  out: Float64Array,
): void {
  const bias = start + rows * columns;
  for (let column = 0; column < wanted; column++) {
    let sum = weights[bias + column];
    for (let row = 0, at = start + column; row < rows; row++, at += columns) sum += x[row] * weights[at];
    out[column] = sum;
  }
}

import { TwinError } from '../../twin/errors.ts';
import { openRandom, type Random } from '../../twin/random.ts';

/**
 * Primitive polynomials (degree, inner coefficients as bits) and first direction numbers of the Sobol sequence by dimension, from the second on
 * (Joe & Kuo, SIAM J Sci Comput 2008, the first lines of their table D6); `scripts/checkEmulator.ts` holds them against another implementation.
 */
const DIRECTIONS: readonly (readonly [degree: number, coefficients: number, first: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
];
const BITS = 32;
/** How many columns the sequence here has. */
export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

/**
 * Points of the Sobol sequence in the unit cube, in which every stretch of 2^k points is spread evenly over each axis; scrambled by a random lower triangular
 * matrix and a random shift of the bits (Matoušek, J Complexity 1998), which keeps the evenness and takes the point at the origin away.
 *
 * @param seed  of the scrambling; the sequence itself where there is none
 * @returns [points, dimensions] row-major
 * @throws TwinError BadStudy beyond SOBOL_DIMENSIONS
 */
export function sobolPoints(points: number, dimensions: number, seed?: number): Float64Array {
  if (dimensions > SOBOL_DIMENSIONS) {
    throw new TwinError(
      'BadStudy',
      `Sobol sequence: found ${dimensions} dimensions, expected at most ${SOBOL_DIMENSIONS}`,
    );
  }
  const out = new Float64Array(points * dimensions);
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const random = seed === undefined ? undefined : openRandom(seed, `sobol ${dimension}`);
    const columns = directionNumbers(dimension);
    const generators = random === undefined ? columns : scrambled(columns, random);
    let state = random === undefined ? 0 : bits(random);
    for (let point = 0; point < points; point++) {
      // Gray code: each point differs from the last by one generator, that of the lowest zero bit of the number before.
      if (point > 0) state ^= generators[lowestZero(point - 1)];
      out[point * dimensions + dimension] = (state >>> 0) / 2 ** BITS;
    }
  }
  return out;
}

/** Generators v_1 … v_32 of one dimension, most significant bit first, [32] */
function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (dimension === 0) {
    for (let bit = 0; bit < BITS; bit++) v[bit] = 2 ** (BITS - 1 - bit);
    return v;
  }
  const [degree, coefficients, first] = DIRECTIONS[dimension - 1];
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      v[bit] = first[bit] * 2 ** (BITS - 1 - bit);
      continue;
    }
    let value = v[bit - degree] ^ (v[bit - degree] >>> degree);
    for (let term = 1; term < degree; term++) {
      if ((coefficients >>> (degree - 1 - term)) & 1) value ^= v[bit - term];
    }
    v[bit] = value >>> 0;
  }
  return v;
}

/** L v for a random lower triangular bit matrix L with ones on its diagonal: bit i of the result mixes bits 0 … i, counted from the most significant. */
function scrambled(columns: Uint32Array, random: Random): Uint32Array {
  const rows = Uint32Array.from({ length: BITS }, (_, row) => {
    const diagonal = 2 ** (BITS - 1 - row);
    const before = row === 0 ? 0 : (2 ** row - 1) * 2 ** (BITS - row);
    return ((bits(random) & before) | diagonal) >>> 0;
  });
  return columns.map((column) => {
    let out = 0;
    for (let row = 0; row < BITS; row++) out = (out << 1) | parity(rows[row] & column);
    return out >>> 0;
  });
}

const bits = (random: Random): number => Math.floor(random.uniform() * 2 ** BITS) >>> 0;

function parity(word: number): number {
  let folded = word ^ (word >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  folded ^= folded >>> 2;
  return (folded ^ (folded >>> 1)) & 1;
}

function lowestZero(number: number): number {
  let bit = 0;
  while ((number >>> bit) & 1) bit++;
  return bit;
}

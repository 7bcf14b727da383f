import test from 'ava';
import { pivotedCholesky } from '../../twin/ensemble/pivotedCholesky.ts';

const SIZE = 40;
/** A smooth field on a line of 40 places. */
const smooth = Float64Array.from(
  { length: SIZE * SIZE },
  (_, at) => 9 * Math.exp(-(((Math.floor(at / SIZE) - (at % SIZE)) / 12) ** 2)),
);

function worst(share: number): { rank: number; error: number } {
  const { factor, rank } = pivotedCholesky(smooth, SIZE, share);
  let error = 0;
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      let sum = 0;
      for (let at = 0; at < rank; at++) sum += factor[row * rank + at] * factor[column * rank + at];
      error = Math.max(error, Math.abs(sum - smooth[row * SIZE + column]));
    }
  }
  return { rank, error };
}

test('a smooth field has few free directions, and they give its covariance', (t) => {
  const { rank, error } = worst(1e-10);
  t.true(rank < SIZE / 2, `rank ${rank}`);
  t.true(error < 1e-6, `error ${error} ms²`);
});

test('what is left out is the share of the variance that was allowed', (t) => {
  const { factor, rank } = pivotedCholesky(smooth, SIZE, 0.02);
  let kept = 0;
  for (const value of factor) kept += value * value;
  t.true(kept / (9 * SIZE) >= 0.98 && kept / (9 * SIZE) <= 1);
  t.true(rank < worst(1e-10).rank);
});

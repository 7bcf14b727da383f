import test from 'ava';
import { gramOfRows } from '../../twin/ensemble/gram.ts';
import { openRandom } from '../../twin/random.ts';

test('products of all pairs of rows are those taken one by one, for any number of rows', (t) => {
  const random = openRandom(1, 'rows');
  const length = 13;
  for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9, 18]) {
    const rows = Float64Array.from({ length: count * length }, () => random.normal());
    const out = new Float64Array(count * count);
    gramOfRows(rows, count, length, out);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let at = 0; at < length; at++) sum += rows[i * length + at] * rows[j * length + at];
        t.true(Math.abs(out[i * count + j] - sum) < 1e-12, `${count} rows, ${i} by ${j}`);
      }
    }
  }
});

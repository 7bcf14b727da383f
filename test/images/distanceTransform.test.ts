import test from 'ava';
import fc from 'fast-check';
import { squaredDistances } from '../../twin/images/distanceTransform.ts';
import { signedDistance } from '../../twin/images/signedDistance.ts';

test('distances to random seeds are those of comparing each voxel with each seed', (t) => {
  let compared = 0;
  const edge = fc.double({ min: 0.3, max: 10, noNaN: true });
  const length = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(
      fc.tuple(length, length, length),
      fc.tuple(edge, edge, edge),
      fc.array(fc.nat(342), { maxLength: 9 }),
      (size, edges, picks) => {
        const [ni, nj, nk] = size;
        const count = ni * nj * nk;
        const seeds = new Set(picks.map((pick) => pick % count));
        const out = Float64Array.from({ length: count }, (_, at) => (seeds.has(at) ? 0 : Number.POSITIVE_INFINITY));
        squaredDistances(size, edges, out);
        const place = (at: number): number[] => [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
        compared += count;
        for (let at = 0; at < count; at++) {
          const here = place(at);
          const nearest = Math.min(
            ...[...seeds].map((seed) =>
              place(seed).reduce(
                (sum, there, axis) => sum + ((edges[axis] as number) * (there - (here[axis] as number))) ** 2,
                0,
              ),
            ),
          );
          const found = out[at] as number;
          if (!(found === nearest || Math.abs(found - nearest) <= 1e-9 * nearest)) return false;
        }
        return true;
      },
    ),
    { numRuns: 500, seed: 3 },
  );
  t.true(compared > 5000);
});

test('a plane between two halves lies half an edge from the centres beside it', (t) => {
  const voxels = Uint8Array.from({ length: 6 * 3 * 3 }, (_, at) => (at % 6 < 3 ? 1 : 0));
  const out = new Float32Array(voxels.length);
  signedDistance([6, 3, 3], [2, 2, 2], voxels, 1, out);
  t.deepEqual([...out.subarray(0, 6)], [-5, -3, -1, 1, 3, 5]);
});

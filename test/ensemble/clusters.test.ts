import test from 'ava';
import { clusterMaps, mapDistances } from '../../twin/ensemble/clusters.ts';
import { openRandom } from '../../twin/random.ts';

/** Maps of 200 nodes around given centres, 2 ms apart from them. */
function mapsAround(centres: readonly ((node: number) => number)[], each: number): Float64Array[] {
  const random = openRandom(2, 'maps');
  return centres.flatMap((centre) =>
    Array.from({ length: each }, () =>
      Float64Array.from({ length: 200 }, (_, node) => centre(node) + 2 * random.normal()),
    ),
  );
}

test('two explanations that are 20 ms apart are two groups, whichever members come first', (t) => {
  const maps = mapsAround([(node) => node / 4, (node) => 70 - node / 4], 7);
  const mixed = maps.map((_, at) => maps[(5 * at) % 14] as Float64Array);
  const { clusters, silhouette } = clusterMaps(mapDistances(mixed), 14);
  t.is(clusters.length, 2);
  t.true(silhouette > 0.7);
  for (const { members } of clusters) {
    t.is(new Set(members.map((member) => (5 * member) % 14 < 7)).size, 1);
  }
});

test('members about one map are one group', (t) => {
  const maps = mapsAround([(node) => node / 4], 12);
  const { clusters, silhouette } = clusterMaps(mapDistances(maps), 12);
  t.is(clusters.length, 1);
  t.true(Number.isNaN(silhouette));
});

test('a group’s medoid is the member nearest to its middle', (t) => {
  const line = [0, 1, 2, 3, 4, 30].map((time) => new Float64Array(5).fill(time));
  t.is(clusterMaps(mapDistances(line), 6).clusters[0]?.medoid, 2);
});

test('nodes that a map does not reach say nothing of its distance', (t) => {
  const one = Float64Array.of(1, Number.NaN, 3);
  const other = Float64Array.of(4, 100, 3);
  t.is(mapDistances([one, other])[1], Math.sqrt(9 / 2));
});

import test from 'ava';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import { contoursOf } from '../../twin/render/contours.ts';
import { blockMesh } from '../helpers/meshes.ts';

const block = blockMesh(3, 4, 5, 10);
const { triangles } = findBoundary(block);

/** Area inside a closed line, mm². */
function area(line: Float64Array): number {
  let twice = 0;
  for (let at = 0; at + 3 < line.length; at += 2) twice += line[at] * line[at + 3] - line[at + 2] * line[at + 1];
  return Math.abs(twice) / 2;
}

test('a plane cuts a closed surface in one closed line around the area that it cuts', (t) => {
  const lines = contoursOf(block.points, triangles, { origin: [0, 0, 23], right: [1, 0, 0], up: [0, 1, 0] });
  t.is(lines.length, 1);
  t.deepEqual([...lines[0].slice(0, 2)], [...lines[0].slice(-2)]);
  t.true(Math.abs(area(lines[0]) - 1200) < 1e-9);
  const slanted = contoursOf(block.points, triangles, {
    origin: [15, 20, 25],
    right: [1, 0, 0],
    up: [0, Math.SQRT1_2, Math.SQRT1_2],
  });
  t.true(Math.abs(area(slanted[0]) - 30 * 40 * Math.SQRT2) < 1e-6, `${area(slanted[0])} mm²`);
});

test('an open surface gives an open line; one that the plane misses gives none', (t) => {
  const isSide = (at: number) => [0, 1, 2].some((corner) => block.points[3 * triangles[at + corner]] > 0);
  const side = triangles.filter((_, at) => isSide(at - (at % 3)));
  const [line, ...others] = contoursOf(block.points, side, { origin: [0, 0, 23], right: [1, 0, 0], up: [0, 1, 0] });
  t.is(others.length, 0);
  const ends = [line.slice(0, 2), line.slice(-2)].map(([x, y]) => [x, y]).sort((a, b) => a[1] - b[1]);
  t.deepEqual(
    ends.map(([x, y]) => [Math.round(x), Math.round(y)]),
    [
      [0, 0],
      [0, 40],
    ],
  );
  t.deepEqual(contoursOf(block.points, triangles, { origin: [0, 0, 99], right: [1, 0, 0], up: [0, 1, 0] }), []);
});

test('coordinates are those of the plane: mm to its right and up from its origin', (t) => {
  const origin = [10, 10, 23] as const;
  const [line] = contoursOf(block.points, triangles, { origin, right: [0, 1, 0], up: [-1, 0, 0] });
  const xs = line.filter((_, at) => at % 2 === 0);
  const ys = line.filter((_, at) => at % 2 === 1);
  t.deepEqual([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)], [-10, 30, -20, 10]);
});

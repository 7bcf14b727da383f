import test from 'ava';
import type { LevelSets } from '../../twin/images/levelSets.ts';
import { levelSetsOf } from '../../twin/images/levelSets.ts';
import type { TissueImage } from '../../twin/images/tissueImage.ts';
import { rasterise } from '../helpers/labelMaps.ts';

const TISSUES = ['lvMuscle', 'lvBlood'] as const;
type Point = readonly [number, number, number];

/** A ball of blood in a shell of muscle. */
function shell(edges: Point, blood_mm: number, muscle_mm: number): TissueImage {
  const reach = muscle_mm + 3 * Math.max(...edges);
  return rasterise(
    (x, y, z) => {
      const radius = Math.hypot(x - 0.3, y - 0.4, z - 0.2);
      return radius < blood_mm ? 'lvBlood' : radius < muscle_mm ? 'lvMuscle' : undefined;
    },
    TISSUES,
    { min: [-reach, -reach, -reach], max: [reach, reach, reach] },
    edges,
  );
}

const directions = Array.from({ length: 400 }, (_, at): Point => {
  const z = 1 - (2 * at + 1) / 400;
  const radius = Math.sqrt(1 - z * z);
  return [radius * Math.cos(2.399963 * at), radius * Math.sin(2.399963 * at), z];
});

/** Where, going out from the ball's centre, the tissue changes for the last time. */
function radiusOf(levels: LevelSets, tissues: readonly number[], [dx, dy, dz]: Point): number {
  const isInside = (r: number): boolean => tissues.includes(levels.tissueAt(0.3 + r * dx, 0.4 + r * dy, 0.2 + r * dz));
  let [low, high] = [0, 60];
  for (let r = 60; r > 0; r -= 0.5) {
    if (!isInside(r)) continue;
    [low, high] = [r, r + 0.5];
    break;
  }
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2;
    if (isInside(middle)) low = middle;
    else high = middle;
  }
  return low;
}

const rms = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);

test('boundaries of a ball in a shell are right to a twentieth of a voxel, and volumes to 0.2 %', (t) => {
  const levels = levelSetsOf(shell([1.5, 1.5, 1.5], 20, 28));
  for (const [tissues, radius] of [
    [[1], 20],
    [[0, 1], 28],
  ] as const) {
    const errors = directions.map((direction) => radiusOf(levels, tissues, direction) - radius);
    t.true(rms(errors) < 0.085, `${radius} mm: ${rms(errors)} mm`);
  }
  for (const { map_mL, levelSet_mL } of levels.volumes) t.true(Math.abs(levelSet_mL / map_mL - 1) < 0.002);
  t.deepEqual(levels.findings, []);
});

test('counted on a fine grid, each tissue of a stack of thick slices has the volume of its voxels within 1 %', (t) => {
  const image = shell([1.5, 1.5, 8], 20, 28);
  const levels = levelSetsOf(image);
  const counts = [0, 0, 0];
  for (let x = -32.5; x < 34; x++) {
    for (let y = -32.5; y < 34; y++) {
      for (let z = -40.5; z < 42; z++) counts[levels.tissueAt(x, y, z)]++;
    }
  }
  levels.volumes.forEach(({ map_mL }, tissue) => {
    t.true(Math.abs((counts[tissue] as number) / 1000 / map_mL - 1) < 0.01, `${counts[tissue]} of ${map_mL} mL`);
  });
});

test('between slices 8 mm apart a shell keeps its shape to less than half a pixel, where slabs are off by millimetres', (t) => {
  const levels = levelSetsOf(shell([1.5, 1.5, 8], 20, 28));
  const side = directions.filter(([, , z]) => Math.abs(z) < 0.6);
  const outer = rms(side.map((direction) => radiusOf(levels, [0, 1], direction) - 28));
  const inner = rms(side.map((direction) => radiusOf(levels, [1], direction) - 20));
  t.true(outer < 0.35 && inner < 0.5, `${outer} and ${inner} mm`);
});

test('the narrow end of a stack is closed by muscle, the wide end is cut half a slice behind the last', (t) => {
  // A half ellipsoid with its base at z = 0: slices at −4, −12, … −52; the muscle ends at −56, the blood at −46.
  const image = rasterise(
    (x, y, z) => {
      if (z > 0) return undefined;
      if (Math.hypot(x / 20, y / 20, z / 46) < 1) return 'lvBlood';
      return Math.hypot(x / 30, y / 30, z / 56) < 1 ? 'lvMuscle' : undefined;
    },
    TISSUES,
    { min: [-36, -36, -64], max: [36, 36, 16] },
    [1.5, 1.5, 8],
  );
  const levels = levelSetsOf(image);
  const column = (z: number): number => levels.tissueAt(0, 0, z);
  t.is(column(-2), 1);
  t.is(column(2), 2, 'nothing beyond the base');
  t.is(levels.tissueAt(25, 0, -1), 0, 'the wall goes to the base');
  t.is(column(-40), 1);
  t.is(column(-54), 0, 'muscle closes the apex');
  t.is(column(-62), 2);
  for (let z = -2; z > -62; z -= 0.5) t.false(column(z) === 2 && column(z - 4) === 0, `no hole at ${z} mm`);
});

test('a slanted apex is not pierced by its blood', (t) => {
  // The last slice of muscle, at −52 mm, lies beside the last one of blood, at −44 mm.
  const slant = (z: number): number => 1.0 * z;
  const image = rasterise(
    (x, y, z) => {
      if (z > 0) return undefined;
      if (Math.hypot((x - slant(z)) / 20, y / 20, z / 50) < 1) return 'lvBlood';
      return Math.hypot((x - slant(z)) / 27, y / 27, z / 53) < 1 ? 'lvMuscle' : undefined;
    },
    TISSUES,
    { min: [-96, -36, -64], max: [36, 36, 16] },
    [1.5, 1.5, 8],
  );
  const levels = levelSetsOf(image);
  let blood = 0;
  for (let z = -6; z > -62; z -= 1) {
    for (let x = -80; x < 25; x += 1) {
      if (levels.tissueAt(x, 0, z) !== 1) continue;
      blood++;
      for (const [dx, dz] of [
        [1.5, 0],
        [-1.5, 0],
        [0, -1.5],
      ] as const)
        t.not(levels.tissueAt(x + dx, 0, z + dz), 2, `at ${x}, ${z}`);
    }
  }
  t.true(blood > 1000);
});

test('a wall of one voxel between two bloods is neither lost nor thickened', (t) => {
  const image = rasterise(
    (x, y, z) => (Math.hypot(x, y, z) > 24 ? undefined : Math.abs(x) < 0.75 ? 'lvMuscle' : 'lvBlood'),
    TISSUES,
    { min: [-30.75, -30, -30], max: [30.75, 30, 30] },
    [1.5, 1.5, 1.5],
  );
  const levels = levelSetsOf(image);
  for (let y = -15; y <= 15; y += 0.7) {
    t.is(levels.tissueAt(0, y, 3), 0);
    t.is(levels.tissueAt(2, y, 3), 1);
  }
});

test('the value of the lowest tissue is never above 0.3 mm, so that nowhere is a gap', (t) => {
  const levels = levelSetsOf(shell([1.5, 1.5, 1.5], 12, 18));
  const out = new Float64Array(3);
  for (let x = -25; x < 25; x += 1.1) {
    for (let y = -25; y < 25; y += 1.3) {
      for (let z = -25; z < 25; z += 1.7) {
        levels.sampleAll(x, y, z, out);
        t.true(Math.min(...out) < 0.3);
        for (let tissue = 0; tissue < 3; tissue++) t.is(levels.sample(tissue, x, y, z), out[tissue] as number);
      }
    }
  }
});

test('an oblique, left-handed frame moves the level sets with it', (t) => {
  const straight = shell([1.5, 1.5, 4], 12, 18);
  const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
  const turn = ([x, y, z]: Point): Point => [-(c * x - s * y) + 5, s * x + c * y - 7, z + 11];
  const [a, , , ox, , e, , oy, , , i, oz] = straight.affine as number[];
  const origin = turn([ox as number, oy as number, oz as number]);
  const turned = levelSetsOf({
    ...straight,
    affine: [
      -c * (a as number),
      s * (e as number),
      0,
      origin[0],
      s * (a as number),
      c * (e as number),
      0,
      origin[1],
      0,
      0,
      i as number,
      origin[2],
    ],
  });
  const levels = levelSetsOf(straight);
  for (const [x, y, z] of directions.slice(0, 60)) {
    const point: Point = [15 * x, 15 * y, 15 * z];
    const there = turned.sample(0, ...turn(point));
    t.true(Math.abs(levels.sample(0, ...point) - there) < 2e-5);
  }
});

test('beyond the grid, values grow with the distance from it', (t) => {
  const levels = levelSetsOf(shell([1.5, 1.5, 1.5], 12, 18));
  const near = levels.sample(0, 25, 0.4, 0.2);
  const far = levels.sample(0, 125, 0.4, 0.2);
  t.true(Math.abs(far - near - 100) < 0.6, `${near} and ${far}`);
  t.is(levels.tissueAt(125, 0, 0), 2);
});

test('fine voxels are pooled when longer edges are wanted, and a part of the tissues can be left out', (t) => {
  const image = shell([0.75, 0.75, 0.75], 10, 14);
  const coarse = levelSetsOf(image, { spacing_mm: 1.5 });
  t.is(coarse.spacing_mm, 1.5);
  for (const { map_mL, levelSet_mL } of coarse.volumes)
    t.true(Math.abs(levelSet_mL / map_mL - 1) < 0.005, `${levelSet_mL} of ${map_mL} mL`);
  const blood = levelSetsOf(image, { only: ['lvBlood'] });
  t.deepEqual(blood.tissues, ['lvBlood']);
  t.true(blood.sample(1, 12, 0, 0) < 0, 'muscle became background');
});

test('a grid that would not fit into memory is refused with its size', (t) => {
  t.throws(() => levelSetsOf(shell([1.5, 1.5, 1.5], 12, 18), { spacing_mm: 0.1 }), {
    message: /level sets at 0\.1 mm need \d+ cubes, expected at most/,
  });
});

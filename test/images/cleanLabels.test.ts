import test from 'ava';
import { cleanLabels } from '../../twin/images/cleanLabels.ts';
import { countVoxels, type TissueImage } from '../../twin/images/tissueImage.ts';
import { partAt, voxelParts } from '../../twin/images/voxelParts.ts';
import { openRandom } from '../../twin/random.ts';
import { rasterise } from '../helpers/labelMaps.ts';

const SIZE = 24;
/** A ball of blood, radius 6, in a shell of muscle, radius 9, in voxels of 2 mm. */
const sound = (): TissueImage =>
  rasterise(
    (x, y, z) => {
      const radius = Math.hypot(x, y, z);
      return radius < 12 ? 'lvBlood' : radius < 18 ? 'lvMuscle' : undefined;
    },
    ['lvMuscle', 'lvBlood'],
    { min: [-SIZE, -SIZE, -SIZE], max: [SIZE, SIZE, SIZE] },
    [2, 2, 2],
  );
const at = (i: number, j: number, k: number): number => i + SIZE * (j + SIZE * k);
function damaged(changes: readonly (readonly [number, number])[]): TissueImage {
  const image = sound();
  const voxels = Uint8Array.from(image.voxels);
  for (const [place, code] of changes) voxels[place] = code;
  return { ...image, voxels };
}
const told = ({ findings }: TissueImage): string[] =>
  findings.map(({ code, severity, count }) => `${code} ${severity} ${count}`);

test('a sound map stays as it is', (t) => {
  const image = sound();
  const cleaned = cleanLabels(image, 'map');
  t.deepEqual(cleaned.voxels, image.voxels);
  t.deepEqual(told(cleaned), []);
});

test('islands and holes become what surrounds them, and the map is whole again', (t) => {
  const changes = [
    [at(1, 1, 1), 2], // blood out in the background
    [at(12, 12, 12), 1], // muscle within the blood
    [at(12, 12, 4), 0], // a hole in the muscle
  ] as const;
  const cleaned = cleanLabels(damaged(changes), 'map');
  t.deepEqual(cleaned.voxels, sound().voxels);
  t.deepEqual(told(cleaned), ['label-islands repaired 2', 'label-holes repaired 1']);
  t.regex(cleaned.findings[0]?.message ?? '', /1 of lvMuscle \(0\.008 mL\), 1 of lvBlood \(0\.008 mL\)/);
});

test('an island within an island takes the tissue outside both', (t) => {
  const around = [-1, 0, 1].flatMap((k) =>
    [-1, 0, 1].flatMap((j) => [-1, 0, 1].map((i) => [at(12 + i, 12 + j, 12 + k), 1] as const)),
  );
  const cleaned = cleanLabels(damaged([...around, [at(12, 12, 12), 2]]), 'map');
  t.deepEqual(cleaned.voxels, sound().voxels);
});

test('what is not to be mended is left and told', (t) => {
  const image = damaged([
    [at(1, 1, 1), 2],
    [at(12, 12, 4), 0],
  ]);
  const cleaned = cleanLabels(image, 'map', { islands: false, holes: false });
  t.deepEqual(cleaned.voxels, image.voxels);
  t.deepEqual(told(cleaned), ['label-islands warning 1', 'label-holes warning 1']);
});

test('a tissue in two large parts is refused with their volumes', (t) => {
  const halves = [];
  for (let k = 0; k < SIZE; k++)
    for (let j = 0; j < SIZE; j++) halves.push([at(13, j, k), sound().voxels[at(13, j, k)] === 2 ? 1 : 0] as const);
  const image = sound();
  const voxels = Uint8Array.from(image.voxels);
  for (const [place, code] of halves) if (image.voxels[place] === 2) voxels[place] = code;
  t.throws(() => cleanLabels({ ...image, voxels }, 'map.nii'), {
    message: /map\.nii: lvBlood is in 2 parts \(4\.\d+, 1\.\d+ mL\).*would change \d+ % of it, expected at most 20 %/,
  });
});

test('a large pocket of background between tissues is no hole', (t) => {
  const pocket = [];
  for (let k = 9; k < 15; k++)
    for (let j = 9; j < 15; j++) for (let i = 9; i < 15; i++) pocket.push([at(i, j, k), 0] as const);
  const image = damaged(pocket);
  t.deepEqual(countVoxels(cleanLabels(image, 'map')), countVoxels(image));
});

test('tissue joined by an edge alone is one part, background is not', (t) => {
  // Two diagonal rods cross a plane of four voxels: 1 0 / 0 1.
  const voxels = new Uint8Array(6 * 6 * 6);
  const place = (i: number, j: number, k: number): number => i + 6 * (j + 6 * k);
  for (let k = 1; k < 5; k++) for (let j = 1; j < 5; j++) for (let i = 1; i < 5; i++) voxels[place(i, j, k)] = 1;
  voxels[place(2, 2, 2)] = 0;
  voxels[place(3, 3, 2)] = 0;
  const hollow = voxelParts([6, 6, 6], voxels);
  t.deepEqual([...hollow.codes], [0, 1, 0, 0]);
  t.deepEqual([...hollow.sizes], [216 - 64, 62, 1, 1]);
  const rods = voxelParts(
    [6, 6, 6],
    Uint8Array.from(voxels, (_, index) => (index === place(2, 2, 2) || index === place(3, 3, 3) ? 1 : 0)),
  );
  t.deepEqual([...rods.codes], [0, 1]);
  t.deepEqual([...rods.sizes], [214, 2]);
});

test('parts of random maps are those of a flood from each voxel', (t) => {
  const random = openRandom(1, 'parts');
  for (let map = 0; map < 60; map++) {
    const size = [0, 1, 2].map(() => 4 + Math.floor(5 * random.uniform())) as [number, number, number];
    const [ni, nj, nk] = size;
    const isRim = (i: number, j: number, k: number): boolean =>
      i === 0 || j === 0 || k === 0 || i === ni - 1 || j === nj - 1 || k === nk - 1;
    const voxels = Uint8Array.from({ length: ni * nj * nk }, (_, index) =>
      isRim(index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj)))
        ? 0
        : Math.floor(3 * random.uniform()),
    );
    const parts = voxelParts(size, voxels);
    t.deepEqual(
      Array.from(voxels, (_, index) => partAt(parts, index)),
      flood(size, voxels),
    );
    t.is(
      parts.sizes.reduce((sum, part) => sum + part, 0),
      voxels.length,
    );
  }
});

/** Part of each voxel, by walking from neighbour to neighbour. */
function flood([ni, nj, nk]: readonly [number, number, number], voxels: Uint8Array): number[] {
  const partOf: number[] = Array(voxels.length).fill(-1);
  let parts = 0;
  for (let start = 0; start < voxels.length; start++) {
    if (partOf[start] !== -1) continue;
    const code = voxels[start];
    const open = [start];
    partOf[start] = parts;
    for (let voxel = open.pop(); voxel !== undefined; voxel = open.pop()) {
      const [i, j, k] = [voxel % ni, Math.floor(voxel / ni) % nj, Math.floor(voxel / (ni * nj))];
      for (let step = 0; step < 27; step++) {
        const by = [(step % 3) - 1, (Math.floor(step / 3) % 3) - 1, Math.floor(step / 9) - 1] as const;
        if (code === 0 && Math.abs(by[0]) + Math.abs(by[1]) + Math.abs(by[2]) !== 1) continue;
        const [a, b, c] = [i + by[0], j + by[1], k + by[2]];
        if (a < 0 || b < 0 || c < 0 || a >= ni || b >= nj || c >= nk) continue;
        const other = a + ni * (b + nj * c);
        if (voxels[other] !== code || partOf[other] !== -1) continue;
        partOf[other] = parts;
        open.push(other);
      }
    }
    parts++;
  }
  return partOf;
}

import test from 'ava';
import { STANDARD_TO_BASE, STANDARD_TO_RV } from '../../twin/anatomy/torso.ts';
import { checkTissues } from '../../twin/images/checkTissues.ts';
import type { TissueImage } from '../../twin/images/tissueImage.ts';
import { fourChamberMap, healthyHeart, rasterise, shortAxisMap } from '../helpers/labelMaps.ts';

type Point = readonly [number, number, number];

const codes = (image: TissueImage): string[] => checkTissues(image, 'map.nii').map(({ code }) => code);

/** Balls for the chambers, where they usually lie in a body; `signs` turn the axes around. */
function balls(signs: Point, hasAtria: boolean, size = 1): TissueImage {
  const from = ([x, y, z]: Point, by_mm: number): Point => [
    signs[0] * by_mm * x,
    signs[1] * by_mm * y,
    signs[2] * by_mm * z,
  ];
  const lv: Point = [0, 0, 0];
  const rv = from(STANDARD_TO_RV, 50);
  const atria = from(STANDARD_TO_BASE, 60);
  const within = (x: number, y: number, z: number, [a, b, c]: Point, radius: number): boolean =>
    Math.hypot(x / size - a, y / size - b, z / size - c) < radius;
  const reach = 90 * size;
  return rasterise(
    (x, y, z) => {
      if (within(x, y, z, lv, 22)) return 'lvBlood';
      if (within(x, y, z, lv, 30)) return 'lvMuscle';
      if (within(x, y, z, rv, 22)) return 'rvBlood';
      return hasAtria && within(x, y, z, atria, 20) ? 'laBlood' : undefined;
    },
    hasAtria ? ['lvMuscle', 'lvBlood', 'rvBlood', 'laBlood'] : ['lvMuscle', 'lvBlood', 'rvBlood'],
    { min: [-reach, -reach, -reach], max: [reach, reach, reach] },
    [5 * size, 5 * size, 5 * size],
  );
}

test('a heart as it usually lies in the body raises no doubt', (t) => {
  t.deepEqual(codes(balls([1, 1, 1], false)), []);
  t.deepEqual(codes(balls([1, 1, 1], true)), []);
});

test('a mirrored heart, one turned around and one upside down are doubted, each in its words', (t) => {
  const doubt = (signs: Point, hasAtria: boolean): string => {
    const [finding] = checkTissues(balls(signs, hasAtria), 'map.nii');
    t.is(finding?.code, 'image-mirrored-doubtful');
    return finding?.message ?? '';
  };
  t.regex(doubt([-1, 1, 1], true), /left and right were exchanged: the heart is mirrored/);
  t.regex(doubt([-1, 1, 1], false), /LV to RV goes to the left 41 mm, front 2\d mm.*left and right were exchanged/);
  t.regex(doubt([-1, -1, 1], true), /LPS taken for RAS/);
  t.regex(doubt([-1, -1, 1], false), /LPS taken for RAS/);
  t.regex(doubt([1, 1, -1], true), /head and feet were exchanged/);
});

test('a tissue at the border of the image is told with its voxels', (t) => {
  const image = balls([1, 1, 1], false);
  const voxels = Uint8Array.from(image.voxels);
  voxels[0] = 1;
  voxels[voxels.length - 1] = 3;
  const [finding] = checkTissues({ ...image, voxels }, 'map.nii');
  t.is(finding?.code, 'label-touches-border');
  t.regex(finding?.message ?? '', /lvMuscle \(1 voxels\), rvBlood \(1 voxels\)/);
});

test('hearts of ten times the size or a tenth of it are refused, of twice the size doubted', (t) => {
  for (const size of [0.1, 10])
    t.throws(() => codes(balls([1, 1, 1], false, size)), { message: /mm across in voxels of/ });
  t.deepEqual(codes(balls([1, 1, 1], false, 2.3)), Array(3).fill('label-volume-implausible'));
});

test('a slice of a stack that was taken in another breath is told with its shift', (t) => {
  const image = shortAxisMap(healthyHeart());
  t.deepEqual(
    codes(image).filter((code) => code === 'slices-shifted'),
    [],
  );
  const [ni, nj, nk] = image.size;
  const slice = Math.floor(nk / 2);
  const voxels = Uint8Array.from(image.voxels, (code, at) => {
    const k = Math.floor(at / (ni * nj));
    return k !== slice ? code : at % ni >= 6 ? (image.voxels[at - 6] as number) : 0;
  });
  const shifted = checkTissues({ ...image, voxels }, 'map.nii').find(({ code }) => code === 'slices-shifted');
  t.is(shifted?.count, 1);
  t.regex(shifted?.message ?? '', /1 of \d+ slices lie up to [89]\.\d mm beside/);
});

test('a heart from whole-heart images has volumes of a heart', (t) => {
  t.deepEqual(
    codes(fourChamberMap(healthyHeart(), 2)).filter((code) => code === 'label-volume-implausible'),
    [],
  );
});

test('blood around its muscle is refused: the table has exchanged them', (t) => {
  const image = balls([1, 1, 1], false);
  const voxels = image.voxels.map((code) => (code === 1 ? 2 : code === 2 ? 1 : code));
  t.throws(() => codes({ ...image, voxels }), {
    message:
      /map\.nii: lvMuscle lies inside lvBlood \(1\d\.\d and 2\d\.\d mm from its centre\).*exchanged in the table/,
  });
});

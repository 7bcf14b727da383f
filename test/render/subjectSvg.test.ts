import test from 'ava';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import type { LabelImage } from '../../twin/images/labelImage.ts';
import { labelTile } from '../../twin/render/labelTile.ts';
import { subjectSvg } from '../../twin/render/subjectSvg.ts';
import { blockMesh } from '../helpers/meshes.ts';
import { lvAtRest } from '../metrics/testSubject.ts';

const { anatomy } = lvAtRest();
const svg = subjectSvg({ anatomy });
/** Numbers of all paths of one colour in one panel, pixels from its middle. */
const drawn = (from: string, panel: number, colour: string): number[] => {
  const inside = from.split('<svg ').slice(2)[panel] ?? '';
  return [...inside.matchAll(new RegExp(`stroke="${colour}"[^>]* d="([^"]*)"`, 'g'))]
    .flatMap(([, path]) => path.split(/[ML ]/).filter(Boolean))
    .map(Number);
};
const extent = (values: readonly number[], at: 0 | 1) => {
  const some = values.filter((_, index) => index % 2 === at);
  return Math.max(...some) - Math.min(...some);
};

test('sections show the LV inside the outline, to the right of the RV, at their size', (t) => {
  const lv = drawn(svg, 0, '#d55e00');
  const rv = drawn(svg, 0, '#0072b2');
  const outside = drawn(svg, 0, '#37332d');
  const mean = (values: number[]) =>
    values.filter((_, at) => at % 2 === 0).reduce((sum, value) => sum + value, 0) / (values.length / 2);
  t.true(mean(lv) > mean(rv) + 20);
  t.true(extent(outside, 0) > extent(lv, 0) + extent(rv, 0) * 0.5);
  // 200 pixels are 150 mm.
  t.true(extent(lv, 0) < (60 * 200) / 150 && extent(lv, 0) > (35 * 200) / 150, `${extent(lv, 0)} pixels`);
});

test('electrodes stand in the body’s own directions: the left arm to the right of the picture, the leg below', (t) => {
  const front = svg.split('<svg ').slice(2)[2] ?? '';
  const place = (name: string) => {
    const [, x, y] = new RegExp(`<text x="([-\\d.]+)" dx="4" y="([-\\d.]+)"[^>]*>${name}<`).exec(front) ?? t.fail();
    return { x: Number(x), y: Number(y) };
  };
  t.true(place('LA').x > place('RA').x);
  t.true(place('LL').y > place('LA').y && place('LL').y > place('RA').y);
});

test('a body is drawn on the two planes of the body, and nothing else changes', (t) => {
  const box = blockMesh(2, 2, 2, 150, { origin: [-150, -150, -150] });
  const skin = { points: box.points, triangles: findBoundary(box).triangles };
  const dressed = subjectSvg({ anatomy, body: [skin] });
  t.true(drawn(dressed, 2, '#b9b1a6').length > 8 && drawn(dressed, 3, '#b9b1a6').length > 8);
  t.deepEqual(drawn(dressed, 0, '#d55e00'), drawn(svg, 0, '#d55e00'));
});

test('a label map lies under the contours, each label where its voxels are', (t) => {
  const image: LabelImage = {
    size: [4, 4, 1],
    labels: Uint16Array.from([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2, 2, 0, 0, 2, 2]),
    affine: [10, 0, 0, -15, 0, 10, 0, -15, 0, 0, 10, 0],
    findings: [],
  };
  const tile = labelTile(image, { origin: [0, 0, 0], right: [1, 0, 0], up: [0, 1, 0] }, 20);
  const colour = (x: number, y: number) =>
    tile.rgb.slice(3 * (y * tile.width + x), 3 * (y * tile.width + x) + 3).join();
  // Row 0 is the top of the picture, which is +y.
  t.is(colour(75, 25), colour(99, 0));
  t.is(colour(25, 75), colour(0, 99));
  t.not(colour(75, 25), colour(25, 75));
  t.is(colour(25, 25), '255,255,255');
  t.regex(subjectSvg({ anatomy, image }), /<image href="data:image\/png;base64,iVBOR/);
});

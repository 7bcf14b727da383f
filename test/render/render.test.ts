import { crc32, inflateSync } from 'node:zlib';
import test from 'ava';
import { parseHTML } from 'linkedom';
import { activationPng } from '../../twin/render/activationPng.ts';
import { COLOUR_TABLE, colourIndex } from '../../twin/render/colourMap.ts';
import { ecgSvg } from '../../twin/render/ecgSvg.ts';
import { findHeartFrame } from '../../twin/render/heartFrame.ts';
import { blankPicture, drawText, type Picture, textWidth } from '../../twin/render/picture.ts';
import { encodePng } from '../../twin/render/png.ts';
import { openCanvas, rasterise } from '../../twin/render/rasterise.ts';
import { renderActivation } from '../../twin/render/renderActivation.ts';
import { sliceTetrahedra } from '../../twin/render/slice.ts';
import { blockMesh } from '../helpers/meshes.ts';

/** A PNG's picture, decoded by another implementation of its compression and check sums. */
function decodePng(png: Uint8Array): Picture {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let at = 8;
  let [width, height] = [0, 0];
  let packed = new Uint8Array(0);
  while (at < png.length) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (crc32(png.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      throw new Error(`check sum of ${name}`);
    if (name === 'IHDR') [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (name === 'IDAT') packed = png.slice(at + 8, at + 8 + length);
    at += length + 12;
  }
  const rows = inflateSync(packed);
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < 3 * width; x++) {
      rgb[y * 3 * width + x] = rows[y * (3 * width + 1) + 1 + x] + (y === 0 ? 0 : rgb[(y - 1) * 3 * width + x]);
    }
  return { width, height, rgb };
}

/** A block with its faces as surfaces: top is the base, left and right halves of the middle stand for the ventricles. */
function blockHeart() {
  const mesh = blockMesh(4, 4, 4, 10);
  const node = (i: number, j: number, k: number) => i + 5 * j + 25 * k;
  const square = (a: number, b: number, c: number, d: number) => [a, b, c, a, c, d];
  const epi: number[] = [];
  const base: number[] = [];
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) {
      base.push(...square(node(i, j, 4), node(i + 1, j, 4), node(i + 1, j + 1, 4), node(i, j + 1, 4)));
      epi.push(...square(node(i, 0, j), node(i + 1, 0, j), node(i + 1, 0, j + 1), node(i, 0, j + 1)));
      epi.push(...square(node(i, 4, j), node(i, 4, j + 1), node(i + 1, 4, j + 1), node(i + 1, 4, j)));
    }
  const lvEndo = square(node(3, 1, 2), node(3, 3, 2), node(3, 3, 4), node(3, 1, 4));
  const rvEndo = square(node(1, 1, 2), node(1, 3, 2), node(1, 3, 4), node(1, 1, 4));
  const activation_ms = Float64Array.from({ length: 125 }, (_, at) => mesh.points[3 * at]);
  const surfaces = {
    lvEndo: Uint32Array.from(lvEndo),
    rvEndo: Uint32Array.from(rvEndo),
    epi: Uint32Array.from(epi),
    base: Uint32Array.from(base),
  };
  return { mesh, surfaces, activation_ms };
}

test('a PNG holds the picture that was given, and its check sums', (t) => {
  const rgb = Uint8Array.from({ length: 3 * 37 * 11 }, (_, at) => (at * 71) % 256);
  const picture = { width: 37, height: 11, rgb };
  t.deepEqual(decodePng(encodePng(picture)), picture);
});

test('the heart’s frame is right-handed, up out of the base, right from RV to LV', (t) => {
  const { mesh, surfaces } = blockHeart();
  const { up, right, front } = findHeartFrame(mesh.points, surfaces);
  t.deepEqual(
    [up, right].map((vector) => vector.map((value) => Math.round(value * 1e9) / 1e9 + 0)),
    [
      [0, 0, 1],
      [1, 0, 0],
    ],
  );
  t.true(Math.abs(front[1] + 1) < 1e-9);
});

test('a heart without a base cannot be drawn, and the error says so', (t) => {
  const { mesh, surfaces, activation_ms } = blockHeart();
  t.throws(() => renderActivation({ mesh, surfaces: { ...surfaces, base: new Uint32Array() }, activation_ms }), {
    message: /no frame to be drawn in/,
  });
});

test('a plane cuts a block into its cross-section, with values linear along it', (t) => {
  const { points, tets } = blockMesh(3, 2, 4, 5, { jitter: 0.1 });
  const values = Float64Array.from({ length: points.length / 3 }, (_, at) => 2 * points[3 * at] - points[3 * at + 2]);
  const slice = sliceTetrahedra(points, tets, values, 7.3);
  let area = 0;
  for (let at = 0; at < slice.points.length; at += 9) {
    const [ax, ay, az, bx, by, , cx, cy] = slice.points.subarray(at, at + 9);
    area += Math.abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2;
    t.true(Math.abs(az - 7.3) < 1e-9);
  }
  t.true(Math.abs(area - 15 * 10) < 1e-9, `${area} mm²`);
  t.true(slice.values.every((value, at) => Math.abs(value - (2 * slice.points[3 * at] - 7.3)) < 1e-9));
});

test('of two triangles the nearer is seen, whichever is drawn first', (t) => {
  const shading = { low: 0, high: 1, isochrone: 10, lineWidth: 0 };
  const triangle = (z: number, value: number, part: number) => ({
    points: Float64Array.of(0, 0, z, 20, 0, z, 0, 20, z),
    values: Float64Array.of(value, value, value),
    normals: Float64Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1),
    part,
    nearest: Number.POSITIVE_INFINITY,
  });
  const seen = (order: readonly ReturnType<typeof triangle>[]) => {
    const canvas = openCanvas(blankPicture(20, 20, [255, 255, 255]));
    for (const scene of order) rasterise(scene, shading, canvas);
    return canvas.parts[20 * 5 + 5];
  };
  const [near, far] = [triangle(1, 0.9, 1), triangle(0, 0.1, 2)];
  t.is(seen([near, far]), 1);
  t.is(seen([far, near]), 1);
  t.is(seen([{ ...near, nearest: 0.5 }, far]), 2);
});

test('an isochrone is drawn where the value crosses its multiple and nowhere else', (t) => {
  const canvas = openCanvas(blankPicture(100, 40, [255, 255, 255]));
  const flat = { normals: Float64Array.from({ length: 9 }, (_, at) => (at % 3 === 2 ? 1 : 0)), part: 1 };
  const points = Float64Array.of(0, 0, 0, 200, 0, 0, 0, 200, 0);
  const values = Float64Array.of(0, 40, 0);
  const shading = { low: 0, high: 40, isochrone: 10, lineWidth: 1 };
  rasterise({ ...flat, points, values, nearest: Number.POSITIVE_INFINITY }, shading, canvas);
  const brightness = (x: number) =>
    canvas.picture.rgb.subarray(3 * (20 * 100 + x), 3 * (20 * 100 + x) + 3).reduce((a, b) => a + b);
  t.true(brightness(50) < 0.6 * brightness(46), 'line at 10 ms, pixel 50');
  t.true(brightness(25) > 0.9 * brightness(22), 'none at 5 ms');
});

test('the colour scale darkens evenly from early to late, and missing is grey', (t) => {
  const light = (share: number) => {
    const [red, green, blue] = COLOUR_TABLE.subarray(colourIndex(share));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (let step = 0; step < 20; step++) t.true(light(step / 20) > light((step + 1) / 20));
  const [red, green, blue] = COLOUR_TABLE.subarray(colourIndex(Number.NaN));
  t.true(Math.max(red, green, blue) - Math.min(red, green, blue) < 15);
});

test('four views of a heart are drawn, the same bytes each time, nodes without a value in grey', (t) => {
  const scene = blockHeart();
  scene.activation_ms[0] = Number.NaN;
  const png = activationPng(scene);
  t.deepEqual(png, activationPng(scene));
  const { width, height, rgb } = decodePng(png);
  const inked = [0, 1, 2, 3].map((panel) => {
    const [left, top] = [((panel % 2) * width) / 2, Math.floor(panel / 2) * 420];
    let pixels = 0;
    for (let y = top + 40; y < top + 380; y++)
      for (let x = left; x < left + width / 2; x++) if (rgb[3 * (y * width + x)] < 250) pixels++;
    return pixels;
  });
  t.is(height, 932);
  t.true(
    inked.every((pixels) => pixels > 20_000),
    inked.join(', '),
  );
});

test('four views in a row are lower than in a square, and two hearts can share their colours', (t) => {
  const scene = blockHeart();
  const square = renderActivation(scene);
  const row = renderActivation(scene, { layout: 'row' });
  t.true(row.height < square.height / 2 && row.width > square.width);
  t.notDeepEqual(renderActivation(scene, { layout: 'row', range_ms: [0, 200] }).rgb, row.rgb);
  t.deepEqual(
    renderActivation(scene, { layout: 'row', range_ms: [0, 40] }).rgb,
    row.rgb,
    'its own range is 0 to 40 ms',
  );
});

test('letters are as wide as they are said to be', (t) => {
  const picture = blankPicture(60, 20, [255, 255, 255]);
  drawText(picture, '90 ms', 2, 2, 2, [0, 0, 0]);
  let rightmost = 0;
  for (let at = 0; at < picture.rgb.length; at += 3)
    if (picture.rgb[at] === 0) rightmost = Math.max(rightmost, (at / 3) % 60);
  t.is(rightmost, 1 + textWidth('90 ms', 2));
});

test('an ECG figure has twelve leads, both traces each, on one scale', (t) => {
  const simulated_mV = Float64Array.from({ length: 8 * 40 }, (_, at) => Math.sin(at / 50));
  const recorded_mV = simulated_mV.map((value) => 1.1 * value);
  const { document } = parseHTML(ecgSvg({ interval_ms: 2, simulated_mV, recorded_mV }));
  t.is(document.querySelectorAll('path.simulated').length, 12);
  t.is(document.querySelectorAll('path.recorded').length, 12);
  const names = [...document.querySelectorAll('text[font-weight="600"]')].map((name) => name.textContent);
  t.deepEqual(names, ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
});

test('in two rows small limb leads fill their row, and on one scale they do not', (t) => {
  const simulated_mV = Float64Array.from({ length: 8 * 40 }, (_, at) => (at % 8 < 2 ? 0.1 : 3) * Math.sin(at / 50));
  const swing = (layout: 'paper' | 'strip') => {
    const { document } = parseHTML(ecgSvg({ interval_ms: 2, simulated_mV }, layout));
    const path = document.querySelector('path.simulated')?.getAttribute('d') ?? '';
    const heights = [...path.matchAll(/,(-?[\d.]+)/g)].map((match) => Number(match[1]));
    return Math.max(...heights) - Math.min(...heights);
  };
  t.true(swing('strip') > 40 && swing('paper') < 5, `${swing('strip')} and ${swing('paper')} pixels`);
});

test('a missing sample breaks the line instead of bending it', (t) => {
  const simulated_mV = new Float64Array(8 * 10);
  simulated_mV[8 * 5 + 7] = Number.NaN;
  const { document } = parseHTML(ecgSvg({ interval_ms: 1, simulated_mV }));
  const v6 = [...document.querySelectorAll('path.simulated')].at(-1)?.getAttribute('d') ?? '';
  t.is(v6.match(/M/g)?.length, 2);
  t.is(document.querySelectorAll('path.recorded').length, 0);
});

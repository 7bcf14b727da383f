import type { Point, Surfaces } from '../anatomy/anatomy.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { COLOUR_TABLE, colourIndex } from './colourMap.ts';
import { dot, findHeartFrame, type HeartFrame } from './heartFrame.ts';
import { blankPicture, type Colour, drawText, fillRectangle, type Picture, paste, textWidth } from './picture.ts';
import { halve, openCanvas, outlineParts, rasterise, type Scene, type Shading } from './rasterise.ts';
import { sliceTetrahedra } from './slice.ts';

/** A heart and the field to be drawn on it. */
export interface ActivationScene {
  readonly mesh: Pick<TetMesh, 'points' | 'tets'>;
  readonly surfaces: Surfaces;
  /** ms, [nodes]; NaN or Infinity on nodes without a value */
  readonly activation_ms: Float64Array;
}

/** Isochrones are this far apart, as activation maps of the field are drawn. */
const ISOCHRONE_ms = 10;
/** Four panels in a square to look at alone, or in a low row with larger letters to stand in a page; `page` is a smaller row, for pages that hold little else. */
const LAYOUTS = {
  square: { columns: 2, width: 560, height: 420, letter: 2 },
  row: { columns: 4, width: 400, height: 330, letter: 3 },
  page: { columns: 4, width: 300, height: 256, letter: 2 },
} as const;
const PANEL_MARGIN = 26;
const BAR = { height: 18, margin: 44 } as const;
const FOOT = 92;
const TITLE = 40;
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [55, 51, 45];
const SOFT: Colour = [120, 113, 104];
/** The cut face has a number of its own and takes the full light, so that it stands out from the walls behind it. */
const CUT_FACE = 9;
const FACE_NORMAL = [-0.37, 0.46, 0.807] as const;
/** Twice as many pixels each way are drawn, then halved. */
const FINE = 2;

/** A way of looking at the heart: from the front or the back, whole or with the near half taken away. */
interface View {
  readonly title: string;
  readonly isFromBack: boolean;
  readonly isCut: boolean;
}
const VIEWS: readonly View[] = [
  { title: 'FRONT', isFromBack: false, isCut: false },
  { title: 'BACK', isFromBack: true, isCut: false },
  { title: 'CUT OPEN, BACK HALF', isFromBack: false, isCut: true },
  { title: 'CUT OPEN, FRONT HALF', isFromBack: true, isCut: true },
];

/** How the views are laid out, and the times between which the colours run where several pictures shall share them. */
export interface ActivationView {
  readonly layout?: keyof typeof LAYOUTS;
  readonly range_ms?: readonly [first: number, last: number];
  /** Distance of isochrones; 10 ms by default, less for a map of spreads */
  readonly isochrone_ms?: number;
}

/**
 * Four views of an activation map: the heart from the front (RV left, LV right, base up) and from the back, and both halves of it
 * cut along the long axis through both ventricles, so that endocardium and wall are seen. One colour scale with its numbers in ms
 * under them, isochrones 10 ms apart.
 *
 * @throws TwinError BadAnatomy when the surfaces give no frame to draw the heart in
 */
export function renderActivation(
  { mesh, surfaces, activation_ms }: ActivationScene,
  { layout = 'square', range_ms, isochrone_ms = ISOCHRONE_ms }: ActivationView = {},
): Picture {
  const { columns, width, height, letter } = LAYOUTS[layout];
  const frame = findHeartFrame(mesh.points, surfaces);
  const values = activation_ms.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const shading = shadingOf(range_ms ? Float64Array.from(range_ms) : values, isochrone_ms);
  const picture = blankPicture(columns * width, (VIEWS.length / columns) * height + FOOT, PAPER);
  for (const [at, view] of VIEWS.entries()) {
    const panel = drawView(view, { frame, mesh, surfaces, values }, shading, LAYOUTS[layout]);
    const left = (at % columns) * width;
    const top = Math.floor(at / columns) * height;
    paste(picture, panel, left, top);
    drawText(picture, view.title, left + PANEL_MARGIN, top + 16, letter, INK);
    const sides = view.isFromBack ? ['LV', 'RV'] : ['RV', 'LV'];
    const foot = top + height - 40;
    drawText(picture, sides[0], left + PANEL_MARGIN, foot, letter, SOFT);
    drawText(picture, sides[1], left + width - PANEL_MARGIN - textWidth(sides[1], letter), foot, letter, SOFT);
  }
  drawColourBar(picture, shading, letter);
  return picture;
}

/** Whole isochrones around the finite values. */
function shadingOf(values: Float64Array, isochrone_ms: number): Shading {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, isochrone_ms];
  const first = Math.floor(low / isochrone_ms) * isochrone_ms;
  const last = Math.max(Math.ceil(high / isochrone_ms) * isochrone_ms, first + isochrone_ms);
  return { low: first, high: last, isochrone: isochrone_ms, lineWidth: 0.55 * FINE };
}

/** A heart with the values that colour it, in the frame that it is looked at in. */
interface ColouredHeart extends Pick<ActivationScene, 'mesh' | 'surfaces'> {
  readonly frame: HeartFrame;
  /** ms, NaN where there is none, [nodes] */
  readonly values: Float64Array;
}

function drawView(
  { isFromBack, isCut }: View,
  { frame, mesh, surfaces, values }: ColouredHeart,
  shading: Shading,
  { width, height }: { readonly width: number; readonly height: number },
): Picture {
  const { points, tets } = mesh;
  const { epi, lvEndo, rvEndo, base } = surfaces;
  const turned = turn(points, frame, isFromBack);
  const fine = blankPicture(FINE * width, FINE * height, PAPER);
  const canvas = openCanvas(fine);
  const place = placement(turned, [epi, base], fine);
  const nearest = isCut ? 0 : Number.POSITIVE_INFINITY;
  for (const [at, triangles] of [epi, base, lvEndo, rvEndo].entries()) {
    rasterise({ ...surfaceScene(turned, triangles, values, place), part: at + 1, nearest }, shading, canvas);
  }
  if (isCut) {
    const slice = sliceTetrahedra(turned, tets, values, 0);
    const normals = slice.points.map((_, at) => FACE_NORMAL[at % 3]);
    const scene = { points: project(slice.points, place), values: slice.values, normals, part: CUT_FACE };
    rasterise({ ...scene, nearest: Number.POSITIVE_INFINITY }, shading, canvas);
  }
  outlineParts(canvas);
  return halve(fine);
}

/** Points in the viewer's frame: right, up, towards the viewer, mm from the heart's middle. */
function turn(points: Float64Array, { centre, right, up, front }: HeartFrame, isFromBack: boolean): Float64Array {
  const sign = isFromBack ? -1 : 1;
  const out = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 3) {
    const from: Point = [points[at] - centre[0], points[at + 1] - centre[1], points[at + 2] - centre[2]];
    out[at] = sign * dot(from, right);
    out[at + 1] = dot(from, up);
    out[at + 2] = sign * dot(from, front);
  }
  return out;
}

/** Where a view's mm lie on its pixels. */
interface Placement {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The largest size at which the surfaces fit the panel. */
function placement(turned: Float64Array, surfaces: readonly Uint32Array[], { width, height }: Picture): Placement {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const triangles of surfaces)
    for (const node of triangles)
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], turned[3 * node + axis]);
        high[axis] = Math.max(high[axis], turned[3 * node + axis]);
      }
  const room = FINE * 2 * PANEL_MARGIN;
  const title = FINE * TITLE;
  const scale = Math.min((width - 2 * room) / (high[0] - low[0]), (height - title - FINE * 12) / (high[1] - low[1]));
  return {
    scale,
    left: width / 2 - (scale * (low[0] + high[0])) / 2,
    top: (height + title) / 2 + (scale * (low[1] + high[1])) / 2,
  };
}

function project(turned: Float64Array, { scale, left, top }: Placement): Float64Array {
  return turned.map((value, at) => (at % 3 === 0 ? left + scale * value : at % 3 === 1 ? top - scale * value : value));
}

/** A surface's triangles on pixels with smooth normals. */
function surfaceScene(
  turned: Float64Array,
  triangles: Uint32Array,
  values: Float64Array,
  place: Placement,
): Omit<Scene, 'nearest' | 'part'> {
  const nodeNormals = new Float64Array(turned.length);
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [3 * triangles[at], 3 * triangles[at + 1], 3 * triangles[at + 2]];
    const [bx, by, bz] = [turned[b] - turned[a], turned[b + 1] - turned[a + 1], turned[b + 2] - turned[a + 2]];
    const [cx, cy, cz] = [turned[c] - turned[a], turned[c + 1] - turned[a + 1], turned[c + 2] - turned[a + 2]];
    for (const node of [a, b, c]) {
      nodeNormals[node] += by * cz - bz * cy;
      nodeNormals[node + 1] += bz * cx - bx * cz;
      nodeNormals[node + 2] += bx * cy - by * cx;
    }
  }
  const points = new Float64Array(3 * triangles.length);
  const normals = new Float64Array(3 * triangles.length);
  for (const [corner, node] of triangles.entries()) {
    const [x, y, z] = nodeNormals.subarray(3 * node, 3 * node + 3);
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    normals.set([x / length, y / length, z / length], 3 * corner);
    points.set(turned.subarray(3 * node, 3 * node + 3), 3 * corner);
  }
  return { points: project(points, place), values: Float64Array.from(triangles, (node) => values[node]), normals };
}

/** The colour scale along the foot of the picture, early left, with its numbers and isochrones. */
function drawColourBar(picture: Picture, { low, high, isochrone }: Shading, letter: number): void {
  const left = BAR.margin;
  const width = picture.width - 2 * BAR.margin - textWidth(' ms', letter);
  const top = picture.height - FOOT + 22;
  for (let x = 0; x < width; x++) {
    const [red, green, blue] = COLOUR_TABLE.subarray(colourIndex((x + 0.5) / width));
    fillRectangle(picture, left + x, top, 1, BAR.height, [red, green, blue]);
  }
  const steps = Math.round((high - low) / isochrone);
  const every = Math.ceil(steps / 14);
  for (let step = 0; step <= steps; step++) {
    const x = left + Math.min(width - 1, Math.round((step * width) / steps));
    fillRectangle(picture, x, top, 1, BAR.height + (step % every === 0 ? 5 : 0), INK);
    if (step % every !== 0) continue;
    const number = String(low + step * isochrone);
    drawText(picture, number, x - (textWidth(number, letter) >> 1), top + BAR.height + 9, letter, INK);
  }
  drawText(picture, 'ms', left + width + 12, top + 2, letter, INK);
}

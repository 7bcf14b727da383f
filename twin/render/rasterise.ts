import { COLOUR_TABLE, colourIndex } from './colourMap.ts';
import type { Picture } from './picture.ts';

/** Triangles as they stand before the viewer: x to the right and y down in pixels, z towards the viewer. */
export interface Scene {
  /** [corners, 3], three corners a triangle */
  readonly points: Float64Array;
  /** Field that is coloured, [corners] */
  readonly values: Float64Array;
  /** Unit normals in the viewer's frame, y up, either side, [corners, 3] */
  readonly normals: Float64Array;
  /** Number of the part, 1 … 255, so that parts can be outlined against each other. */
  readonly part: number;
  /** Nothing nearer to the viewer than this is drawn: opens the heart. Infinity draws all. */
  readonly nearest: number;
}

/** How values become colours. */
export interface Shading {
  readonly low: number;
  readonly high: number;
  /** Distance of isochrones, in the field's unit. */
  readonly isochrone: number;
  /** Half the width of an isochrone, pixels. */
  readonly lineWidth: number;
}

/** Light from over the viewer's left shoulder, unit, y up. */
const LIGHT = [-0.37, 0.46, 0.807] as const;
/** Share of a colour that needs no light: shadows must not be mistaken for late activation. */
const AMBIENT = 0.66;
/** Lines around parts. */
const OUTLINE = [38, 35, 31] as const;
/** An isochrone keeps this share of the colour under it. */
const LINE_SHARE = 0.35;

/** What is drawn so far, by pixel. */
export interface Canvas {
  readonly picture: Picture;
  /** z towards the viewer, [height, width]; −Infinity where nothing is */
  readonly depth: Float32Array;
  /** Part that is seen, [height, width]; 0 where nothing is */
  readonly parts: Uint8Array;
}

/** A canvas with nothing on it yet. */
export function openCanvas(picture: Picture): Canvas {
  const pixels = picture.width * picture.height;
  return { picture, depth: new Float32Array(pixels).fill(Number.NEGATIVE_INFINITY), parts: new Uint8Array(pixels) };
}

/**
 * Draws triangles with a depth buffer, nearest first seen, light on both sides. Isochrones are the pixels whose value lies within
 * `lineWidth · |∇value|` of a multiple of the isochrone distance, so that they are equally thin on steep and on flat maps.
 */
export function rasterise(scene: Scene, shading: Shading, out: Canvas): void {
  const { points, values, normals, nearest, part } = scene;
  const { depth, parts } = out;
  const { width, height, rgb } = out.picture;
  const { low, high, isochrone, lineWidth } = shading;
  for (let corner = 0; corner + 2 < values.length; corner += 3) {
    const a = 3 * corner;
    const ax = points[a];
    const ay = points[a + 1];
    const bx = points[a + 3] - ax;
    const by = points[a + 4] - ay;
    const cx = points[a + 6] - ax;
    const cy = points[a + 7] - ay;
    const area = bx * cy - by * cx;
    if (Math.abs(area) < 1e-9) continue;
    const value = values[corner];
    const dValueB = values[corner + 1] - value;
    const dValueC = values[corner + 2] - value;
    const slope = Math.hypot((dValueB * cy - dValueC * by) / area, (dValueC * bx - dValueB * cx) / area);
    const line = lineWidth * slope;
    const left = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx) - 0.5));
    const right = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) - 0.5));
    const top = Math.max(0, Math.ceil(ay + Math.min(0, by, cy) - 0.5));
    const bottom = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy) - 0.5));
    for (let y = top; y <= bottom; y++) {
      const dy = y + 0.5 - ay;
      for (let x = left; x <= right; x++) {
        const dx = x + 0.5 - ax;
        const b = (dx * cy - dy * cx) / area;
        const c = (dy * bx - dx * by) / area;
        if (b < 0 || c < 0 || b + c > 1) continue;
        const z = points[a + 2] + b * (points[a + 5] - points[a + 2]) + c * (points[a + 8] - points[a + 2]);
        const pixel = y * width + x;
        if (z > nearest || z <= depth[pixel]) continue;
        depth[pixel] = z;
        parts[pixel] = part;
        const here = value + b * dValueB + c * dValueC;
        const nx = normals[a] + b * (normals[a + 3] - normals[a]) + c * (normals[a + 6] - normals[a]);
        const ny = normals[a + 1] + b * (normals[a + 4] - normals[a + 1]) + c * (normals[a + 7] - normals[a + 1]);
        const nz = normals[a + 2] + b * (normals[a + 5] - normals[a + 2]) + c * (normals[a + 8] - normals[a + 2]);
        const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
        const facing = nz < 0 ? -1 : 1;
        const lit = Math.max(0, (facing * (nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2])) / length);
        const away = Math.abs(here - isochrone * Math.round(here / isochrone));
        const isLine = here > low && here < high && away < line;
        const shade = (AMBIENT + (1 - AMBIENT) * lit) * (isLine ? LINE_SHARE : 1);
        const colour = colourIndex((here - low) / (high - low));
        rgb[3 * pixel] = COLOUR_TABLE[colour] * shade;
        rgb[3 * pixel + 1] = COLOUR_TABLE[colour + 1] * shade;
        rgb[3 * pixel + 2] = COLOUR_TABLE[colour + 2] * shade;
      }
    }
  }
}

/** Draws a line around every part where another part or nothing begins. */
export function outlineParts({ picture: { width, height, rgb }, parts }: Canvas): void {
  for (let y = 0; y + 1 < height; y++)
    for (let x = 0; x + 1 < width; x++) {
      const pixel = y * width + x;
      const part = parts[pixel];
      if (part === parts[pixel + 1] && part === parts[pixel + width]) continue;
      for (const next of [pixel, pixel + 1, pixel + width])
        for (let channel = 0; channel < 3; channel++) rgb[3 * next + channel] = OUTLINE[channel];
    }
}

/** The picture at half its size, four pixels into one: smooth edges. */
export function halve(picture: Picture): Picture {
  const width = picture.width >> 1;
  const height = picture.height >> 1;
  const rgb = new Uint8Array(3 * width * height);
  const row = 3 * picture.width;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const at = 2 * y * row + 6 * x + channel;
        const sum = picture.rgb[at] + picture.rgb[at + 3] + picture.rgb[at + row] + picture.rgb[at + row + 3];
        rgb[3 * (y * width + x) + channel] = (sum + 2) >> 2;
      }
  return { width, height, rgb };
}

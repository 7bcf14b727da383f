import type { Body } from '../anatomy/anatomy.ts';
import { type SignedDistance, stuffTetrahedra } from '../anatomy/stuffing.ts';
import type { Finding } from '../errors.ts';
import { boundaryTriangles } from '../mesh/faces.ts';
import type { TriangleSurface } from './torsoModel.ts';
import { outwardness, type TorsoShape } from './torsoSections.ts';
import { withoutLooseNodes } from './torsoSurface.ts';

/**
 * Gas in both lungs after a quiet breath out, litres: functional residual capacity of the European Coal and Steel Community's equations (Quanjer et al.,
 * Eur Respir J, 1993), sitting, height in metres, age in years.
 */
export function residualCapacity_L({ sex, height_cm }: Body, age_y: number): number {
  const height = height_cm / 100;
  return sex === 'male' ? 2.34 * height + 0.01 * age_y - 1.09 : 2.24 * height + 0.001 * age_y - 1.0;
}

/** Share of it that is left when lying, half a breath in, as ECGs are taken; tissue and blood beside it, about 0.9 L in an adult. Our choice. */
const LYING = 0.8;
const TISSUE = 0.27;

/** What both lungs fill, litres, of a given residual capacity. */
export const lungVolume_L = (capacity_L: number): number => (LYING + TISSUE) * capacity_L;

/** Clearance about the heart and beneath the skin, mm. */
const FROM_HEART = 4;
const FROM_SKIN = 16;
/** From the chest's breadth across the ribs to the lungs, both sides, and the lungs' depth by their breadth: our choice. */
const RIBS = 14;
const DEPTH_PER_BREADTH = 0.7;
/** From the skin of the back to the lungs, mm, by the chest's depth: spine and muscle. Our choice. */
const BACK = 0.17;
/** Half breadth of what lies between the lungs (spine, gullet, vessels, breastbone), mm. */
const MEDIASTINUM = 26;
/** Height of the lungs' tops by the body's height, above the heart's centre; how much the diaphragm's middles stand above its edge, mm; how much higher the right one. */
const APEX = 0.1;
const DOME = 60;
const RIGHT_HIGHER = 12;
/** The heart lies on the diaphragm, whose middles are as high as the heart's lowest place to within this, mm. */
const DIAPHRAGM_PLAY = 30;

/** Edge of the cubes by which lungs are measured, and of the lattice that makes their surface, mm. */
const GRID = 6;
const LATTICE = 9;

/** Both lungs, left first, and what was noticed. */
export interface Lungs {
  readonly surfaces: readonly TriangleSurface[];
  readonly findings: readonly Finding[];
}

/**
 * Lungs of a body: inside the rib cage and the skin, beside the heart and what lies between, above a domed diaphragm about as high as the heart's lower
 * side, such that they have their volume as nearly as that allows.
 *
 * @param capacity_L residual capacity of both lungs
 * @param heart distance from the whole heart, negative inside, mm
 */
export function lungsOf(shape: TorsoShape, capacity_L: number, heart: SignedDistance): Lungs {
  const { measures } = shape;
  const halfBreadth = measures.chestBreadth / 2 - RIBS / 2;
  const halfDepth = Math.min(
    DEPTH_PER_BREADTH * halfBreadth,
    measures.chestDepth / 2 - FROM_SKIN - (BACK * measures.chestDepth) / 4,
  );
  const middle = measures.chestDepth / 2 - BACK * measures.chestDepth - halfDepth;
  const apex = APEX * measures.height;
  const radius = ROUNDING * halfBreadth;
  const join = (a: number, b: number) => rounded(a, b, radius);
  const above = (inChest: number, below: number) => join(inChest, DOME_LIPSCHITZ * below);
  /** Rib cage, skin, heart and mediastinum; minima of axes keep it from changing by more than 1 mm per mm. */
  const chest: SignedDistance = (x, y, z) => {
    const up = Math.max(0, z) / apex;
    const across = Math.sqrt((x / halfBreadth) ** 2 + ((y - middle) / halfDepth) ** 2);
    const cage = (Math.sqrt(across ** 2 + up ** 2 * Math.max(up, 0.5)) - 1) * LIPSCHITZ * Math.min(halfDepth, apex);
    const section = shape.at(z);
    const skin =
      (outwardness(section, x, y) - 1) * Math.min(section.halfBreadth, section.halfDepth) * SKIN_LIPSCHITZ + FROM_SKIN;
    return join(join(cage, skin), join(FROM_HEART - heart(x, y, z), MEDIASTINUM - Math.abs(x)));
  };
  const dome = (x: number, y: number): number => {
    const side = x < 0 ? RIGHT_HIGHER : 0;
    const from = (Math.abs(x) - halfBreadth / 2) / halfBreadth;
    return side + DOME * (1 - from ** 2 - ((y - middle) / halfDepth) ** 2);
  };
  const wanted_mm3 = lungVolume_L(capacity_L) * 1e6;
  const [west, east] = [-halfBreadth, halfBreadth];
  const [front, back] = [middle - halfDepth, middle + halfDepth];
  const usual = lowestOf(heart, { min: [west, front - FROM_SKIN, -apex], max: [east, back, apex] }) - DOME;
  const bounds = {
    min: [west, front, usual - DIAPHRAGM_PLAY - DOME] as const,
    max: [east, back, apex] as const,
  };
  const { edge, volume_mm3 } = diaphragm({
    chest,
    dome,
    above,
    bounds,
    wanted_mm3,
    lowest: usual - DIAPHRAGM_PLAY,
    highest: usual + DIAPHRAGM_PLAY,
  });
  const surfaces = ([1, -1] as const).map((side) =>
    surfaceOf(
      (x, y, z) => Math.max(above(chest(x, y, z), edge + dome(x, y) - z), -side * x),
      side > 0
        ? { min: [0, bounds.min[1], bounds.min[2]], max: bounds.max }
        : { min: bounds.min, max: [0, bounds.max[1], bounds.max[2]] },
    ),
  );
  const share = volume_mm3 / wanted_mm3;
  if (share > 0.75) return { surfaces, findings: [] };
  const message = `The chest beside this heart has room for ${(volume_mm3 / 1e6).toFixed(1)} L of lungs; ${(wanted_mm3 / 1e6).toFixed(1)} L were expected.`;
  return { surfaces, findings: [{ code: 'lungs-small', severity: 'warning', message }] };
}

/** Slopes of the shapes above that would exceed 1 are scaled by these. */
const LIPSCHITZ = 0.8;
const SKIN_LIPSCHITZ = 0.6;
const DOME_LIPSCHITZ = 0.6;

/** Edges and corners are rounded over about this, by the lungs' half breadth, so that no part of a lung is too thin for the lattice. */
const ROUNDING = 0.17;

/** The larger of two distances, rounded where they are within a radius of one another; it changes no faster than they do. */
function rounded(a: number, b: number, radius: number): number {
  const near = Math.max(radius - Math.abs(a - b), 0) / radius;
  return Math.max(a, b) + (near * near * radius) / 4;
}

interface Box {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
}

/** Height of a shape's lowest place, mm, by cubes of twice the grid. */
function lowestOf(shape: SignedDistance, { min, max }: Box): number {
  for (let z = min[2]; z < max[2]; z += 2 * GRID)
    for (let y = min[1]; y < max[1]; y += 2 * GRID)
      for (let x = min[0]; x < max[0]; x += 2 * GRID) if (shape(x, y, z) < 0) return z;
  return 0;
}

/** Height of the diaphragm's edge that leaves the volume wanted above it, between the lowest and the highest that it may have. */
function diaphragm({
  chest,
  dome,
  above,
  bounds: { min, max },
  wanted_mm3,
  lowest,
  highest,
}: {
  chest: SignedDistance;
  dome: (x: number, y: number) => number;
  above: (inChest: number, below: number) => number;
  bounds: Box;
  wanted_mm3: number;
  lowest: number;
  highest: number;
}): { edge: number; volume_mm3: number } {
  const inside: number[] = [];
  const edges: number[] = [];
  for (let z = min[2] + GRID / 2; z < max[2]; z += GRID)
    for (let y = min[1] + GRID / 2; y < max[1]; y += GRID)
      for (let x = min[0] + GRID / 2; x < max[0]; x += GRID) {
        const depth = chest(x, y, z);
        if (depth >= 0) continue;
        inside.push(depth);
        edges.push(z - dome(x, y));
      }
  const volumeAbove = (edge: number): number => {
    let cubes = 0;
    for (let at = 0; at < inside.length; at++) if (above(inside[at], edge - edges[at]) < 0) cubes++;
    return cubes * GRID ** 3;
  };
  let [low, high] = [lowest, highest];
  if (volumeAbove(low) <= wanted_mm3) return { edge: low, volume_mm3: volumeAbove(low) };
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    if (volumeAbove(middle) > wanted_mm3) low = middle;
    else high = middle;
  }
  return { edge: low, volume_mm3: volumeAbove(low) };
}

function surfaceOf(lung: SignedDistance, bounds: Box): TriangleSurface {
  const { points, tets } = stuffTetrahedra(lung, bounds, LATTICE);
  return withoutLooseNodes(points, boundaryTriangles(tets, points.length / 3));
}

import { ELECTRODES, type ElectrodeName, type Electrodes, type Point } from '../anatomy/anatomy.ts';
import { type ElectrodeSet, FRANK_ELECTRODES, type FrankElectrode, setOf } from '../anatomy/electrodeSet.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import { TwinError } from '../errors.ts';
import { moveAll, type TorsoFrame, toMesh, toTorso } from './torsoFrame.ts';
import type { TriangleSurface } from './torsoModel.ts';
import { frontAt, type Section, type TorsoShape } from './torsoSections.ts';

/** Places by half breadth of the section and by body height above the heart's centre: as on the elliptical cylinder (`twin/anatomy/torso.ts`). */
const CHEST = { V1: [-0.14, 0.005], V2: [0.14, 0.005], V4: [0.46, -0.018], V5: [0.87, -0.018] } as const;
const V6_HEIGHT = -0.018;
/** Arms' electrodes on the shoulders' stumps just below the shoulder bones, the leg's on the front of the left flank above the hip: our choice. */
const ARM_HEIGHT = 0.082;
const LEG = [0.75, -0.138] as const;

/** The nine electrodes on the sections of a torso, in its frame, mm. */
export function standardPlaces(shape: TorsoShape): Electrodes {
  const { height } = shape.measures;
  const onFront = (x: number, z: number): Point => {
    const section = shape.at(z);
    return [x * section.halfBreadth, frontAt(section, x * section.halfBreadth), z];
  };
  const at = ([x, z]: readonly [number, number]) => onFront(x, z * height);
  const around = (angle: number, z: number): Point => [...outlineAt(shape.at(z), angle), z];
  const [V2, V4] = [at(CHEST.V2), at(CHEST.V4)];
  const z3 = (V2[2] + V4[2]) / 2;
  return {
    RA: around(Math.PI, ARM_HEIGHT * height),
    LA: around(0, ARM_HEIGHT * height),
    LL: at(LEG),
    V1: at(CHEST.V1),
    V2,
    V3: onFront((V2[0] + V4[0]) / 2 / shape.at(z3).halfBreadth, z3),
    V4,
    V5: at(CHEST.V5),
    V6: around(0, V6_HEIGHT * height),
  };
}

/** The outline of a section in a direction from its middle; 0 is the subject's left, −π/2 the front. */
function outlineAt({ halfBreadth, halfDepth, middle, exponent }: Section, angle: number): [number, number] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const out = (Math.abs(c) ** exponent + Math.abs(s) ** exponent) ** (-1 / exponent);
  return [halfBreadth * c * out, middle + halfDepth * s * out];
}

/** Places moved to the nearest of a skin. */
export interface OnSkin {
  /** mm, [electrodes, 3] */
  readonly places: Float64Array;
  /** How far each was from the skin, mm, [electrodes] */
  readonly distances: Float64Array;
}

/** Moves places onto a skin. @param places mm, [electrodes, 3] */
export function projectOnSkin(skin: TriangleSurface, places: Float64Array): OnSkin {
  const tree = openTriangleTree(skin.points, skin.triangles);
  const out = new Float64Array(places.length);
  const distances = new Float64Array(places.length / 3);
  const nearest = new Float64Array(3);
  for (let at = 0; at < places.length; at += 3) {
    const [x, y, z] = [places[at], places[at + 1], places[at + 2]];
    tree.nearest(x, y, z, nearest);
    out.set(nearest, at);
    distances[at / 3] = Math.hypot(nearest[0] - x, nearest[1] - y, nearest[2] - z);
  }
  return { places: out, distances };
}

/** The nine electrodes moved onto a skin. */
export function standardOnSkin(
  skin: TriangleSurface,
  electrodes: Electrodes,
): { readonly electrodes: Electrodes; readonly distances: Readonly<Record<ElectrodeName, number>> } {
  const { places, distances } = projectOnSkin(skin, Float64Array.from(ELECTRODES.flatMap((name) => electrodes[name])));
  const of = <Value>(pick: (at: number) => Value) =>
    Object.fromEntries(ELECTRODES.map((name, at) => [name, pick(at)])) as Record<ElectrodeName, Value>;
  return {
    electrodes: of((at): Point => [places[3 * at], places[3 * at + 1], places[3 * at + 2]]),
    distances: of((at) => distances[at]),
  };
}

/** A skin, how it lies, and the height at which the heart's centre is. */
export interface SkinPlace {
  readonly skin: TriangleSurface;
  readonly frame: TorsoFrame;
  /** Centre of the LV's muscle in the mesh's frame, mm */
  readonly heartCentre: Point;
}

const COLUMNS = 16;
const ROWS = 8;
/** Heights of the lowest and the highest row above the heart's centre by the chest's breadth there: about from the waist to the armpits. Our choice. */
const LOWEST = -0.45;
const HIGHEST = 0.12;

/**
 * 128 electrodes around the chest: 8 rows at even heights, the highest first; 16 in each at even angles about the middle of the body at that height, the
 * first on the front's midline and on to the subject's left. Names `r1c1 … r8c16`; in the mesh's frame.
 *
 * @throws TwinError BadInput when the skin does not reach so far
 */
export function bodySurfaceMap(place: SkinPlace): ElectrodeSet {
  const skin = openSkin(place);
  const level = skin.heart[2];
  const breadth = skin.reach(level, 0) + skin.reach(level, Math.PI);
  const named: [string, Point][] = [];
  for (let row = 0; row < ROWS; row++) {
    const z = level + breadth * (HIGHEST + ((LOWEST - HIGHEST) * row) / (ROWS - 1));
    for (let column = 0; column < COLUMNS; column++) {
      const angle = -Math.PI / 2 + (2 * Math.PI * column) / COLUMNS;
      named.push([`r${row + 1}c${column + 1}`, skin.onSkin(z, angle)]);
    }
  }
  return setOf(named);
}

/** Electrodes keep this far from the ends of a skin that is cut short, mm. */
const FROM_ENDS = 12;

/**
 * The nine electrodes on any skin, where the statistical torso has them: heights over the heart's centre by the body's height, breadths by the body's there.
 * What would stand above or below the skin's ends stands near them.
 *
 * @throws TwinError BadInput when the skin does not reach round the heart
 */
export function electrodesOnSkin(place: SkinPlace, bodyHeight_mm: number): Electrodes {
  const skin = openSkin(place);
  const heightOf = (share: number) =>
    Math.min(Math.max(skin.heart[2] + share * bodyHeight_mm, skin.bottom + FROM_ENDS), skin.top - FROM_ENDS);
  const chest = ([share, height]: readonly [number, number]) => skin.onFront(heightOf(height), share);
  const v3 = ([0, 1] as const).map((at) => (CHEST.V2[at] + CHEST.V4[at]) / 2) as [number, number];
  return {
    RA: skin.onSkin(heightOf(ARM_HEIGHT), Math.PI),
    LA: skin.onSkin(heightOf(ARM_HEIGHT), 0),
    LL: chest(LEG),
    V1: chest(CHEST.V1),
    V2: chest(CHEST.V2),
    V3: chest(v3),
    V4: chest(CHEST.V4),
    V5: chest(CHEST.V5),
    V6: skin.onSkin(heightOf(V6_HEIGHT), 0),
  };
}

/** Where Frank's H is below the skin's upper end, by the height from V4 to there: at the nape. */
const NAPE = 0.12;

/**
 * Frank's electrodes: A, C, E, I and M on the left side, half way to the front, on the front, on the right side and on the back at V4's height, H on the
 * nape, F where the leg's electrode is; in the order of FRANK_ELECTRODES, in the mesh's frame.
 *
 * @throws TwinError BadInput when the skin does not reach so far
 */
export function frankElectrodes(place: SkinPlace, electrodes: Electrodes): ElectrodeSet {
  const skin = openSkin(place);
  const level = toTorso(place.frame, electrodes.V4)[2];
  const places: Readonly<Record<FrankElectrode, Point>> = {
    A: skin.onSkin(level, 0),
    C: skin.onSkin(level, -Math.PI / 4),
    E: skin.onSkin(level, -Math.PI / 2),
    F: electrodes.LL,
    H: skin.onSkin(skin.top - NAPE * (skin.top - level), Math.PI / 2),
    I: skin.onSkin(level, Math.PI),
    M: skin.onSkin(level, Math.PI / 2),
  };
  return setOf(FRANK_ELECTRODES.map((name) => [name, places[name]] as const));
}

/** A skin in its torso's frame, to be asked where it is in a direction. */
interface OpenSkin {
  readonly heart: Point;
  readonly top: number;
  readonly bottom: number;
  /** From the body's middle at a height to the skin, mm */
  reach(z: number, angle: number): number;
  /** In the mesh's frame */
  onSkin(z: number, angle: number): Point;
  /** On the front, at a share of the half breadth there to the left; in the mesh's frame */
  onFront(z: number, share: number): Point;
}

/** Half the slab in which the body's middle is looked for, mm: coarse skins have edges of some centimetres. */
const SLAB = 25;

function openSkin({ skin, frame, heartCentre }: SkinPlace): OpenSkin {
  const points = moveAll(skin.points, (place) => toTorso(frame, place));
  const tree = openTriangleTree(points, skin.triangles);
  let [bottom, top] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 2; at < points.length; at += 3) {
    bottom = Math.min(bottom, points[at]);
    top = Math.max(top, points[at]);
  }
  const middleAt = (z: number): Point => {
    const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < points.length; at += 3) {
      if (Math.abs(points[at + 2] - z) > SLAB) continue;
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], points[at + axis]);
        high[axis] = Math.max(high[axis], points[at + axis]);
      }
    }
    return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, z];
  };
  const cast = (from: Point, angle: number): number => {
    const reach = Number.isFinite(from[0])
      ? tree.castRay(...from, Math.cos(angle), Math.sin(angle), 0)
      : Number.POSITIVE_INFINITY;
    if (reach < Number.POSITIVE_INFINITY) return reach;
    throw new TwinError(
      'BadInput',
      `the skin has no place ${from[2].toFixed(0)} mm above its frame's origin in a direction where an electrode belongs; expected a torso from the waist to the armpits at least, and a frame with z to the head`,
    );
  };
  const on = (from: Point, angle: number): Point => {
    const reach = cast(from, angle);
    return toMesh(frame, [from[0] + reach * Math.cos(angle), from[1] + reach * Math.sin(angle), from[2]]);
  };
  return {
    heart: toTorso(frame, heartCentre),
    top,
    bottom,
    reach: (z, angle) => cast(middleAt(z), angle),
    onSkin: (z, angle) => on(middleAt(z), angle),
    onFront(z, share) {
      const [x, y] = middleAt(z);
      const half = cast([x, y, z], share < 0 ? Math.PI : 0);
      return on([x + share * half, y, z], -Math.PI / 2);
    },
  };
}

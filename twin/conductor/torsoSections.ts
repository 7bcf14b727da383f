import { TwinError } from '../errors.ts';
import type { BodyMeasures } from './torsoMeasures.ts';

/**
 * A horizontal section of a torso, mm: `|x/halfBreadth|^n + |(y − middle)/halfDepth|^n = 1`. Frame as in `twin/anatomy/torso.ts`: origin on the axis
 * at the height of the heart's centre, x to the subject's left, y to the back, z to the head.
 */
export interface Section {
  readonly halfBreadth: number;
  readonly halfDepth: number;
  readonly middle: number;
  readonly exponent: number;
}

/** A torso as sections from its lower end to the neck's stump. */
export interface TorsoShape {
  readonly bottom: number;
  readonly top: number;
  /** The section at a height, mm; beyond the ends the last one */
  at(z: number): Section;
  readonly measures: BodyMeasures;
}

/**
 * Heights by the body's, means of both sexes in ANSUR II: crotch, buttock, waist (omphalion), axilla, acromion; the neck's base is between suprasternale and
 * cervicale. The deltoids' level, and where the neck is cut, are our choice.
 */
const HEIGHT = {
  crotch: 0.481,
  hips: 0.508,
  waist: 0.6015,
  axilla: 0.759,
  deltoids: 0.793,
  acromion: 0.82,
  neckBase: 0.8425,
  neckCut: 0.88,
} as const;
/** The heart's centre stands 0.005 body heights below V1 and V2, and these at the height of men's nipples (ANSUR II's chest height, 0.735). */
const HEART_HEIGHT = 0.73;

/** Exponent of the chest's and shoulders' sections: our choice, between an ellipse and the waist's 2.5, which measures give. */
const CHEST_EXPONENT = 2.3;
/** The shoulders' depth by the chest's, where their girth would give less (heavy bodies). */
const LEAST_SHOULDER_DEPTH = 0.65;
/** Skin and muscle beside the shoulder bones, mm; depth of the shoulders' top by the deltoids'; how far the neck's back lies before the chest's, mm: our choice. */
const BESIDE_ACROMION = 12;
const ACROMION_DEPTH = 0.78;
const NECK_FORWARD = 25;

/** The sections of a body; its back is straight, as when lying. */
export function torsoShape(measures: BodyMeasures): TorsoShape {
  const { height, chestDepth } = measures;
  const back = chestDepth / 2;
  const chest = {
    halfBreadth: halfBreadthOf(measures.chestCircumference, chestDepth / 2, CHEST_EXPONENT),
    halfDepth: chestDepth / 2,
    exponent: CHEST_EXPONENT,
  };
  const waist = sectionOf(measures.waistBreadth, measures.waistDepth, measures.waistCircumference);
  const hips = sectionOf(measures.hipBreadth, measures.hipDepth, measures.hipCircumference);
  const halfDeltoids = measures.deltoidBreadth / 2;
  const deltoids = {
    halfBreadth: halfDeltoids,
    halfDepth: Math.min(
      0.95 * chest.halfDepth,
      Math.max(
        LEAST_SHOULDER_DEPTH * chest.halfDepth,
        halfBreadthOf(measures.shoulderCircumference, halfDeltoids, CHEST_EXPONENT),
      ),
    ),
    exponent: CHEST_EXPONENT,
  };
  const acromion = {
    halfBreadth: Math.min(measures.acromialBreadth / 2 + BESIDE_ACROMION, 0.97 * halfDeltoids),
    halfDepth: ACROMION_DEPTH * deltoids.halfDepth,
    exponent: 2.2,
  };
  const neckBase = round(measures.neckBaseCircumference);
  const neck = round(measures.neckCircumference);
  const levels: { z: number; section: Section }[] = [];
  const add = (level: keyof typeof HEIGHT | 'heart', shape: Omit<Section, 'middle'>, before = 0) => {
    const share = level === 'heart' ? HEART_HEIGHT : HEIGHT[level];
    levels.push({
      z: (share - HEART_HEIGHT) * height,
      section: { ...shape, middle: back - before - shape.halfDepth },
    });
  };
  add('crotch', { ...hips, halfBreadth: 0.97 * hips.halfBreadth, halfDepth: 0.88 * hips.halfDepth }, 6);
  add('hips', hips);
  add('waist', waist, 4);
  add('heart', chest);
  add('axilla', { ...chest, halfDepth: 0.97 * chest.halfDepth });
  add('deltoids', deltoids, 4);
  add('acromion', acromion, 12);
  add('neckBase', neckBase, NECK_FORWARD);
  add('neckCut', neck, NECK_FORWARD);
  const heights = levels.map(({ z }) => z);
  const curve = (key: keyof Section) =>
    monotoneCurve(
      heights,
      levels.map(({ section }) => section[key]),
    );
  const halfBreadth = curve('halfBreadth');
  const halfDepth = curve('halfDepth');
  const middle = curve('middle');
  const exponent = curve('exponent');
  return {
    bottom: heights[0],
    top: heights[heights.length - 1],
    at: (z) => ({ halfBreadth: halfBreadth(z), halfDepth: halfDepth(z), middle: middle(z), exponent: exponent(z) }),
    measures,
  };
}

const round = (circumference: number): Omit<Section, 'middle'> => ({
  halfBreadth: circumference / (2 * Math.PI),
  halfDepth: circumference / (2 * Math.PI),
  exponent: 2,
});

/** The section of measured breadth, depth and circumference; its exponent is what makes the three agree. */
function sectionOf(breadth: number, depth: number, circumference: number): Omit<Section, 'middle'> {
  const [halfBreadth, halfDepth] = [breadth / 2, depth / 2];
  const exponent = bisect(1.8, 4.5, (n) => circumferenceOf({ halfBreadth, halfDepth, exponent: n }) - circumference);
  return { halfBreadth, halfDepth, exponent };
}

/** The other half axis of a section whose circumference and one half axis are known. */
function halfBreadthOf(circumference: number, halfDepth: number, exponent: number): number {
  return bisect(
    0.3 * halfDepth,
    circumference / 2,
    (halfBreadth) => circumferenceOf({ halfBreadth, halfDepth, exponent }) - circumference,
  );
}

/** Points that a quarter of a section is measured by; the circumference is then short by under 0.1 %. */
const QUARTER = 32;

/** Circumference of a section, mm. */
export function circumferenceOf({
  halfBreadth: a,
  halfDepth: b,
  exponent,
}: Pick<Section, 'halfBreadth' | 'halfDepth' | 'exponent'>): number {
  let sum = 0;
  let [x0, y0] = [a, 0];
  for (let i = 1; i <= QUARTER; i++) {
    const angle = (Math.PI / 2) * (i / QUARTER);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const out = (c ** exponent + s ** exponent) ** (-1 / exponent);
    const [x, y] = [a * c * out, b * s * out];
    sum += Math.hypot(x - x0, y - y0);
    [x0, y0] = [x, y];
  }
  return 4 * sum;
}

/** How far out of a section a place is: 0 at its middle, 1 on the skin. */
export function outwardness({ halfBreadth, halfDepth, middle, exponent }: Section, x: number, y: number): number {
  return (Math.abs(x / halfBreadth) ** exponent + Math.abs((y - middle) / halfDepth) ** exponent) ** (1 / exponent);
}

/** Depth of the front of a section at a breadth, mm. */
export function frontAt({ halfBreadth, halfDepth, middle, exponent }: Section, x: number): number {
  return middle - halfDepth * Math.max(0, 1 - Math.abs(x / halfBreadth) ** exponent) ** (1 / exponent);
}

/** How far a place is outside the skin, and which way is out. */
export interface FromSkin {
  /** mm, negative inside; right to first order near the skin */
  readonly distance: number;
  /** Unit vector */
  readonly direction: readonly [number, number, number];
}

/** Step of the slopes, mm. */
const STEP = 0.5;

/** Distance from the skin as `(outwardness − 1) / |its slope|`. */
export function skinDistance(shape: TorsoShape, x: number, y: number, z: number): FromSkin {
  const section = shape.at(z);
  const here = outwardness(section, x, y);
  const dx = (outwardness(section, x + STEP, y) - outwardness(section, x - STEP, y)) / (2 * STEP);
  const dy = (outwardness(section, x, y + STEP) - outwardness(section, x, y - STEP)) / (2 * STEP);
  const dz = (outwardness(shape.at(z + STEP), x, y) - outwardness(shape.at(z - STEP), x, y)) / (2 * STEP);
  const slope = Math.hypot(dx, dy, dz) || 1 / section.halfDepth;
  return { distance: (here - 1) / slope, direction: [dx / slope, dy / slope, dz / slope] };
}

/** A torso stretched by factors, its heart's height staying where it is. */
export function stretched(shape: TorsoShape, by: { breadth: number; depth: number; height: number }): TorsoShape {
  const { measures } = shape;
  const girth = (by.breadth + by.depth) / 2;
  return {
    bottom: by.height * shape.bottom,
    top: by.height * shape.top,
    at(z) {
      const { halfBreadth, halfDepth, middle, exponent } = shape.at(z / by.height);
      return {
        halfBreadth: by.breadth * halfBreadth,
        halfDepth: by.depth * halfDepth,
        middle: by.depth * middle,
        exponent,
      };
    },
    measures: {
      ...measures,
      height: by.height * measures.height,
      chestCircumference: girth * measures.chestCircumference,
      chestDepth: by.depth * measures.chestDepth,
      chestBreadth: by.breadth * measures.chestBreadth,
      waistCircumference: girth * measures.waistCircumference,
      waistBreadth: by.breadth * measures.waistBreadth,
      waistDepth: by.depth * measures.waistDepth,
      hipCircumference: girth * measures.hipCircumference,
      hipBreadth: by.breadth * measures.hipBreadth,
      hipDepth: by.depth * measures.hipDepth,
      shoulderCircumference: girth * measures.shoulderCircumference,
      deltoidBreadth: by.breadth * measures.deltoidBreadth,
      acromialBreadth: by.breadth * measures.acromialBreadth,
      neckBaseCircumference: girth * measures.neckBaseCircumference,
      neckCircumference: girth * measures.neckCircumference,
    },
  };
}

function bisect(low: number, high: number, rising: (value: number) => number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (a + b) / 2;
    if (rising(middle) > 0) b = middle;
    else a = middle;
  }
  return (a + b) / 2;
}

/**
 * A smooth curve through points that nowhere overshoots them: cubic Hermite pieces whose slopes are the harmonic means of their neighbours' (Fritsch and
 * Butland, SIAM J Sci Stat Comput, 1984).
 */
export function monotoneCurve(at: readonly number[], values: readonly number[]): (place: number) => number {
  const last = at.length - 1;
  if (last < 1) throw new TwinError('BadInput', 'a curve needs two points');
  const secants = at.slice(1).map((next, i) => (values[i + 1] - values[i]) / (next - at[i]));
  const slopes = at.map((_, i) => {
    if (i === 0 || i === last) return 0;
    const [before, after] = [secants[i - 1], secants[i]];
    if (before * after <= 0) return 0;
    const [h0, h1] = [at[i] - at[i - 1], at[i + 1] - at[i]];
    const share = (h0 + 2 * h1) / (3 * (h0 + h1));
    return (before * after) / (share * after + (1 - share) * before);
  });
  return (place) => {
    if (place <= at[0]) return values[0];
    if (place >= at[last]) return values[last];
    let i = 0;
    while (place > at[i + 1]) i++;
    const h = at[i + 1] - at[i];
    const t = (place - at[i]) / h;
    const [t2, t3] = [t * t, t * t * t];
    return (
      values[i] * (2 * t3 - 3 * t2 + 1) +
      h * slopes[i] * (t3 - 2 * t2 + t) +
      values[i + 1] * (3 * t2 - 2 * t3) +
      h * slopes[i + 1] * (t3 - t2)
    );
  };
}

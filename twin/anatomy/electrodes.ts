import { z } from 'zod';
import { type Finding, TwinError } from '../errors.ts';
import { quote } from '../formats/asciiScanner.ts';
import { type LengthUnit, mmPer } from '../units.ts';
import { type Anatomy, ELECTRODES, type ElectrodeName, type Electrodes, type Point, type Surfaces } from './anatomy.ts';
import { evenDirections } from './enclosure.ts';
import { openTriangleTree } from './triangleTree.ts';

/** Other names of the limb electrodes (IEC 60601 and the clinic's habits). */
const ALIASES: Readonly<Record<string, ElectrodeName>> = {
  R: 'RA',
  L: 'LA',
  F: 'LL',
  LF: 'LL',
  C1: 'V1',
  C2: 'V2',
  C3: 'V3',
  C4: 'V4',
  C5: 'V5',
  C6: 'V6',
};
/** The right leg carries no signal of the 12 leads. */
const UNUSED = new Set(['RL', 'RF', 'N']);

const coordinates = z.tuple([z.number(), z.number(), z.number()]);
const electrodeFile = z.object({
  unit: z.enum(['um', 'mm', 'cm', 'm']),
  electrodes: z.record(z.string(), coordinates),
});

/**
 * Reads an electrode file: JSON `{"unit": "mm", "electrodes": {"LA": [x, y, z], …}}` in the frame of the mesh. `LF` and `F` are read as `LL`,
 * `C1 … C6` as `V1 … V6`; `RL` is ignored, as are other keys beside these two.
 *
 * @throws TwinError BadInput when it is not such a file, an electrode is missing, named twice or unknown
 */
export function readElectrodes(bytes: Uint8Array, fileName: string): Electrodes {
  const { unit, electrodes } = parse(bytes, fileName);
  const found: Partial<Record<ElectrodeName, Point>> = {};
  for (const [written, place] of Object.entries(electrodes)) {
    const upper = written.trim().toUpperCase();
    if (UNUSED.has(upper)) continue;
    const name = ALIASES[upper] ?? ELECTRODES.find((known) => known === upper);
    if (name === undefined) {
      throw refuse(
        fileName,
        `electrode ${quote(written)} is not known; expected ${ELECTRODES.join(', ')} (and RL, which is not used)`,
      );
    }
    if (found[name] !== undefined)
      throw refuse(fileName, `electrode ${name} is given twice, the second time as ${quote(written)}`);
    found[name] = scaled(place, unit);
  }
  const { RA, LA, LL, V1, V2, V3, V4, V5, V6 } = found;
  if (!RA || !LA || !LL || !V1 || !V2 || !V3 || !V4 || !V5 || !V6) {
    const missing = ELECTRODES.filter((name) => found[name] === undefined);
    throw refuse(
      fileName,
      `electrodes ${missing.join(', ')} are missing; a 12-lead ECG needs ${ELECTRODES.join(', ')}`,
    );
  }
  return { RA, LA, LL, V1, V2, V3, V4, V5, V6 };
}

function parse(bytes: Uint8Array, fileName: string): z.infer<typeof electrodeFile> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    // JSON.parse says the place; a path or stack would say nothing more.
    throw refuse(fileName, `not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = electrodeFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(
    fileName,
    `${issue.path.map((part) => String(part).slice(0, 40)).join('.') || 'the file'}: ${issue.message}; expected {"unit": "mm", "electrodes": {"LA": [x, y, z], …}}`,
  );
}

function scaled([x, y, z]: Point, unit: LengthUnit): Point {
  return [x * mmPer[unit], y * mmPer[unit], z * mmPer[unit]];
}

function refuse(fileName: string, what: string): TwinError {
  return new TwinError('BadInput', `${fileName}: ${what}`, { file: fileName });
}

/** Nearest and farthest that an electrode of an adult can be from the heart's surface, mm: a chest wall is over 10 mm, an arm's electrode under 600. */
const NEAREST_mm = 10;
const FARTHEST_mm = 600;

/**
 * Holds electrodes against the heart: none inside it, in its cavities, or nearer than 10 mm or farther than 600 mm from its surface, no two at one
 * place; and warns when their left and right, or above and below, do not lie as the heart does. On a torso model a heart that comes nearer than 10 mm
 * is large for the body and is only doubted.
 *
 * @throws TwinError BadInput naming the electrode, its distance, and what was expected
 */
export function checkElectrodes(
  points: Float64Array,
  surfaces: Surfaces,
  electrodes: Electrodes,
  origin: Anatomy['origin']['electrodes'] = 'file',
): Finding[] {
  const { lvEndo, rvEndo, epi, base } = surfaces;
  const surface = new Uint32Array(lvEndo.length + rvEndo.length + epi.length + base.length);
  let at = 0;
  for (const part of [lvEndo, rvEndo, epi, base]) {
    surface.set(part, at);
    at += part.length;
  }
  const tree = openTriangleTree(points, surface);
  const directions = evenDirections();
  const heart = centreOf(points, epi);
  const near: string[] = [];
  const advice =
    origin === 'file'
      ? 'Check the unit and the frame of the electrodes.'
      : "The torso of this sex, height and weight does not hold this heart: check them and the mesh's unit, or give electrodes.";
  for (const [index, name] of ELECTRODES.entries()) {
    const [x, y, z] = electrodes[name];
    const distance = tree.distanceFrom(x, y, z);
    const where = `electrode ${name} at (${[x, y, z].map((value) => value.toFixed(1)).join(', ')}) mm`;
    if (!(distance <= FARTHEST_mm)) {
      throw misplaced(
        `${where} is ${distance.toFixed(0)} mm from the heart, whose centre is at (${heart.map((value) => value.toFixed(1)).join(', ')}) mm; expected at most ${FARTHEST_mm} mm. ${advice}`,
      );
    }
    let hits = 0;
    for (let i = 0; i < directions.length; i += 3) {
      if (tree.castRay(x, y, z, directions[i], directions[i + 1], directions[i + 2]) < Number.POSITIVE_INFINITY) hits++;
    }
    if (hits > directions.length / 5) {
      throw misplaced(`${where} lies inside the heart; expected it on the skin. ${advice}`);
    }
    if (distance < NEAREST_mm && origin === 'torso-model') near.push(`${name} ${distance.toFixed(1)} mm`);
    else if (distance < NEAREST_mm) {
      throw misplaced(
        `${where} is ${distance.toFixed(1)} mm from the heart; expected at least ${NEAREST_mm} mm, as through a chest wall. ${advice}`,
      );
    }
    for (const other of ELECTRODES.slice(0, index)) {
      if (Math.hypot(...[0, 1, 2].map((axis) => electrodes[name][axis] - electrodes[other][axis])) < 1) {
        throw misplaced(`${where} is at the same place as ${other}; expected one place for each.`);
      }
    }
  }
  const findings = doubts(points, surfaces, electrodes);
  if (near.length === 0) return findings;
  const message = `The heart is large for the torso of the subject's sex, height and weight: it comes as near to the chest electrodes as ${near.join(', ')}; amplitudes there are too high.`;
  return [...findings, { code: 'heart-large-for-torso', severity: 'warning', message, count: near.length }];
}

/** The LV lies left of the RV, and the apex below the base: electrodes that say otherwise are in another frame, mirrored or swapped. */
function doubts(points: Float64Array, { lvEndo, rvEndo, base, epi }: Surfaces, electrodes: Electrodes): Finding[] {
  const findings: Finding[] = [];
  const { RA, LA, LL } = electrodes;
  const arms: Point = [(RA[0] + LA[0]) / 2, (RA[1] + LA[1]) / 2, (RA[2] + LA[2]) / 2];
  if (dot(minus(LA, RA), minus(centreOf(points, lvEndo), centreOf(points, rvEndo))) <= 0) {
    findings.push({
      code: 'electrodes-left-right-doubtful',
      severity: 'warning',
      message:
        'From RA to LA one goes from the LV to the RV; expected the LV on the side of the left arm. Check for swapped arms, a mirrored frame, or swapped ventricle tags.',
    });
  }
  if (dot(minus(arms, LL), minus(centreOf(points, base), centreOf(points, epi))) <= 0) {
    findings.push({
      code: 'electrodes-up-down-doubtful',
      severity: 'warning',
      message:
        "From LL to the arms one goes from the heart's base to its apex; expected the base on the side of the arms. Check the frame of the electrodes.",
    });
  }
  return findings;
}

function centreOf(points: Float64Array, triangles: Uint32Array): Point {
  let [x, y, z] = [0, 0, 0];
  for (const node of triangles) {
    x += points[3 * node];
    y += points[3 * node + 1];
    z += points[3 * node + 2];
  }
  return [x / triangles.length, y / triangles.length, z / triangles.length];
}

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const misplaced = (message: string): TwinError => new TwinError('BadInput', message);

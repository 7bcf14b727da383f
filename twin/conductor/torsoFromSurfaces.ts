import type { Electrodes, Point } from '../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { RawSurface } from '../formats/surfaceFormat.ts';
import { type LengthUnit, mmPer } from '../units.ts';
import { standardOnSkin } from './skinElectrodes.ts';
import { closeSurface } from './torsoGates.ts';
import type { TorsoModel, TriangleSurface } from './torsoModel.ts';
import { isInside, surfaceVolume_mm3 } from './torsoSurface.ts';

/** A surface of a file and the file's name. */
export interface NamedSurface {
  readonly name: string;
  readonly raw: RawSurface;
}

/** A torso's surfaces by their roles, all in one unit and in the frame of the heart's mesh. */
export interface TorsoFiles {
  readonly skin: NamedSurface;
  /** Any number of lungs in any number of files */
  readonly lungs?: readonly NamedSurface[];
  readonly blood?: readonly NamedSurface[];
  /** `auto`: the only one in which the skin is as large as a torso */
  readonly unit?: LengthUnit | 'auto';
}

/** A torso's longest extent, mm: from a child's chest to an adult with head and thighs. */
const SMALLEST_mm = 250;
const LARGEST_mm = 1200;
/** Share of an inner surface's nodes that may lie outside the skin: where they were drawn apart. */
const ASTRAY = 0.02;

/**
 * A torso of surfaces from files: gates and repairs of each (`closeSurface`), their unit, one skin and all lungs and blood inside it.
 *
 * @throws TwinError BadInput naming the file
 */
export function torsoFromSurfaces({ skin, lungs = [], blood = [], unit = 'auto' }: TorsoFiles): TorsoModel {
  const findings: Finding[] = [];
  const mmPerUnit = mmPer[unit === 'auto' ? (skin.raw.unit ?? plausibleUnit(skin)) : unit];
  const close = ({ name, raw }: NamedSurface): readonly TriangleSurface[] => {
    const closed = closeSurface(raw, { name, mmPerUnit });
    findings.push(...closed.findings);
    return closed.parts;
  };
  const [outer, ...others] = close(skin);
  checkExtent(skin.name, outer);
  if (others.length > 0) {
    const litres = others.reduce((sum, part) => sum + surfaceVolume_mm3(part), 0) / 1e6;
    findings.push({
      code: 'skin-in-parts',
      severity: 'warning',
      message: `${skin.name}: beside the skin ${others.length} further surfaces (${litres.toFixed(2)} L) were left out; give lungs and blood as files of their own.`,
      count: others.length,
    });
  }
  const within = (files: readonly NamedSurface[]): TriangleSurface[] =>
    files.flatMap((file) => {
      const parts = close(file);
      for (const part of parts) checkWithin(file.name, part, outer);
      return parts;
    });
  return { skin: outer, lungs: within(lungs), blood: within(blood), origin: 'file', findings };
}

function extentOf({ points }: Pick<RawSurface, 'points'>): number {
  let extent = 0;
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = axis; at < points.length; at += 3) {
      low = Math.min(low, points[at]);
      high = Math.max(high, points[at]);
    }
    extent = Math.max(extent, high - low);
  }
  return extent;
}

function plausibleUnit({ name, raw }: NamedSurface): LengthUnit {
  const extent = extentOf(raw);
  const units: readonly LengthUnit[] = ['um', 'mm', 'cm', 'm'];
  const unit = units.find((each) => extent * mmPer[each] >= SMALLEST_mm && extent * mmPer[each] <= LARGEST_mm);
  if (unit) return unit;
  throw new TwinError(
    'BadInput',
    `${name}: the surface is ${extent.toPrecision(4)} long; in no unit (um, mm, cm, m) is that a torso of ${SMALLEST_mm}–${LARGEST_mm} mm; give the unit or the skin of the trunk`,
    { file: name },
  );
}

function checkExtent(name: string, skin: TriangleSurface): void {
  const extent = extentOf(skin);
  if (extent >= SMALLEST_mm && extent <= LARGEST_mm) return;
  throw new TwinError(
    'BadInput',
    `${name}: the skin is ${extent.toFixed(0)} mm long; expected ${SMALLEST_mm}–${LARGEST_mm} mm; check its unit`,
    { file: name },
  );
}

function checkWithin(name: string, inner: TriangleSurface, skin: TriangleSurface): void {
  const { outside, of, first } = countOutside(inner.points, skin);
  if (outside <= ASTRAY * of) return;
  throw new TwinError(
    'BadInput',
    `${name}: ${outside} of ${of} nodes looked at lie outside the skin, the first at (${first.map((value) => value.toFixed(1)).join(', ')}) mm; expected lungs and blood inside it, in one unit and frame with it`,
    { file: name },
  );
}

/** Nodes that are looked at in a mesh or surface. */
const LOOKED_AT = 250;

function countOutside(points: Float64Array, skin: TriangleSurface): { outside: number; of: number; first: Point } {
  const nodes = points.length / 3;
  const of = Math.min(nodes, LOOKED_AT);
  let outside = 0;
  let first: Point = [0, 0, 0];
  for (let i = 0; i < of; i++) {
    const at = 3 * Math.floor((i * nodes) / of);
    const [x, y, z] = [points[at], points[at + 1], points[at + 2]];
    if (isInside(skin, x, y, z)) continue;
    if (outside === 0) first = [x, y, z];
    outside++;
  }
  return { outside, of, first };
}

/** From here an electrode is told of, and from there a chest electrode is refused, mm from the skin. */
const TOLD_mm = 10;
const REFUSED_mm = 60;
/** Share of the heart that may lie in lungs drawn over it. */
const HEART_IN_LUNGS = 0.02;

/**
 * Holds a given torso against heart and electrodes: the heart inside the skin, chest electrodes near it.
 *
 * @param points of the heart's mesh, mm, [nodes, 3]
 * @returns the electrodes on the skin, and what is doubtful
 * @throws TwinError BadInput when heart or electrodes do not belong to the skin, which mostly is another unit or frame
 */
export function checkTorso(
  { skin, lungs }: Pick<TorsoModel, 'skin' | 'lungs'>,
  points: Float64Array,
  electrodes: Electrodes,
): { readonly electrodes: Electrodes; readonly findings: readonly Finding[] } {
  const { outside, of, first } = countOutside(points, skin);
  if (outside > 0) {
    throw new TwinError(
      'BadInput',
      `the heart does not lie inside the torso's skin: ${outside} of ${of} nodes looked at are outside, the first at (${first.map((value) => value.toFixed(1)).join(', ')}) mm; expected both in one unit and frame`,
    );
  }
  const findings: Finding[] = [];
  let covered = 0;
  for (let i = 0; i < of; i++) {
    const at = 3 * Math.floor((i * (points.length / 3)) / of);
    if (lungs.some((lung) => isInside(lung, points[at], points[at + 1], points[at + 2]))) covered++;
  }
  if (covered > HEART_IN_LUNGS * of) {
    findings.push({
      code: 'heart-in-lungs',
      severity: 'warning',
      message: `${((100 * covered) / of).toFixed(0)} % of the heart lie inside the lungs' surfaces; they count as heart. Check that lungs and heart are of one breath.`,
      count: covered,
    });
  }
  const onSkin = standardOnSkin(skin, electrodes);
  const all = Object.entries(onSkin.distances);
  const lost = all.find(([name, distance]) => name.startsWith('V') && distance > REFUSED_mm);
  if (lost) {
    throw new TwinError(
      'BadInput',
      `electrode ${lost[0]} is ${lost[1].toFixed(0)} mm from the torso's skin; expected at most ${REFUSED_mm} mm; check the unit and the frame of electrodes and torso`,
    );
  }
  const far = all.filter(([, distance]) => distance > TOLD_mm);
  if (far.length > 0) {
    findings.push({
      code: 'electrodes-moved-to-skin',
      severity: 'repaired',
      message: `Electrodes were moved onto the torso's skin, by mm: ${far.map(([name, distance]) => `${name} ${distance.toFixed(0)}`).join(', ')}.`,
      count: far.length,
    });
  }
  return { electrodes: onSkin.electrodes, findings };
}

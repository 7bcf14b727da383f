import { TwinError } from '../../errors.ts';
import { type LengthUnit, mLFromMm3, mmPer } from '../../units.ts';
import { tetVolume } from '../volume.ts';
import { type Gate, type MeshDraft, withFinding } from './gate.ts';

/** Every unit that a mesh may be in, from small to large. */
const UNITS: readonly LengthUnit[] = ['um', 'mm', 'cm', 'm'];

/** Bounds on the bounding box's diagonal and on the volume of muscle. */
interface Plausible {
  readonly diagonal_mm: readonly [number, number];
  readonly volume_mL: readonly [number, number];
}
/** Ventricles or whole hearts of a person, from a newborn's to a dilated one. The bounds lie less than a factor of ten apart, so one unit at most fits. */
const HEART: Plausible = { diagonal_mm: [35, 340], volume_mL: [8, 1500] };
/** Anything that could be meant: blocks and wedges of tissue too. */
const TISSUE: Plausible = { diagonal_mm: [10, 500], volume_mL: [0.1, 3000] };

/** The size of a mesh in each unit tells which one it is in; a declared unit in which no heart is that large is refused. Points become mm. */
export const lengthUnit: Gate = (draft) => {
  const size = measure(draft);
  const declared = draft.settings.unit === 'auto' ? draft.raw.unit : draft.settings.unit;
  if (declared === undefined) return inferUnit(draft, size);
  if (!fits(size, declared, TISSUE)) {
    const others = UNITS.filter((unit) => fits(size, unit, TISSUE)).map((unit) => `${unit} (${describe(size, unit)})`);
    const said = draft.settings.unit === 'auto' ? 'which the format implies' : 'which the study declares';
    const advice =
      others.length > 0
        ? `it would fit in ${others.join(' or ')}: set the anatomy's unit in the study`
        : 'it fits in no unit';
    const message = `${draft.settings.name}: in ${declared}, ${said}, the mesh is ${describe(size, declared)}, which is no heart; ${advice}`;
    throw new TwinError('BadInput', message, { file: draft.settings.name, declared });
  }
  return inMm(draft, declared);
};

function inferUnit(draft: MeshDraft, size: Size): MeshDraft {
  const hearts = UNITS.filter((unit) => fits(size, unit, HEART));
  const candidates = hearts.length > 0 ? hearts : UNITS.filter((unit) => fits(size, unit, TISSUE));
  const [unit] = candidates;
  if (unit === undefined || candidates.length > 1) {
    const found = unit
      ? `could be in ${candidates.map((candidate) => `${candidate} (${describe(size, candidate)})`).join(' or ')}`
      : `is no heart in any unit (${describe(size, 'mm')} if in mm)`;
    const message = `${draft.settings.name}: the format states no unit and the mesh ${found}; set the anatomy's unit in the study`;
    throw new TwinError('BadInput', message, { file: draft.settings.name });
  }
  return withFinding(inMm(draft, unit), {
    code: 'unit-inferred',
    severity: 'warning',
    message: `the format states no unit; ${unit} was taken, in which the mesh is ${describe(size, unit)}`,
  });
}

interface Size {
  readonly diagonal: number;
  readonly volume: number;
}

/** Diagonal of the box around all nodes in use, and volume of muscle, in the file's unit. */
function measure({ points, tets }: MeshDraft): Size {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const node of tets) {
    for (let axis = 0; axis < 3; axis++) {
      const value = points[node * 3 + axis] as number;
      if (value < (low[axis] as number)) low[axis] = value;
      if (value > (high[axis] as number)) high[axis] = value;
    }
  }
  let volume = 0;
  for (let tet = 0; tet < tets.length / 4; tet++) volume += Math.abs(tetVolume({ points, tets }, tet));
  return { diagonal: Math.hypot(...high.map((value, axis) => value - (low[axis] as number))), volume };
}

const diagonal_mm = ({ diagonal }: Size, unit: LengthUnit): number => diagonal * mmPer[unit];
const volume_mL = ({ volume }: Size, unit: LengthUnit): number => mLFromMm3(volume * mmPer[unit] ** 3);
const isWithin = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most;

const fits = (size: Size, unit: LengthUnit, bounds: Plausible): boolean =>
  isWithin(diagonal_mm(size, unit), bounds.diagonal_mm) && isWithin(volume_mL(size, unit), bounds.volume_mL);

const describe = (size: Size, unit: LengthUnit): string =>
  `${diagonal_mm(size, unit).toPrecision(3)} mm across with ${volume_mL(size, unit).toPrecision(3)} mL of muscle`;

function inMm(draft: MeshDraft, unit: LengthUnit): MeshDraft {
  const scale = mmPer[unit];
  return { ...draft, unit, points: scale === 1 ? draft.points : draft.points.map((value) => value * scale) };
}

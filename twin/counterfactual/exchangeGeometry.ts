import { type Anatomy, ELECTRODES, type Electrodes, type Point } from '../anatomy/anatomy.ts';
import { standardSet } from '../anatomy/electrodeSet.ts';
import { poseOfMesh, rotate } from '../anatomy/torso.ts';
import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import { heartSize_mm } from './heartSize.ts';
import { fitRigidMap, moveRigidly } from './rigidFit.ts';

/** One person's geometry, taken apart into what is exchanged. */
export interface Geometry {
  readonly anatomy: Anatomy;
  /** Linear size (`heartSize_mm`) */
  readonly size_mm: number;
  /** Centre of gravity of the LV's muscle, mm, in the frame of the mesh */
  readonly centre: Point;
  /** Turns the standard heart's axes into the mesh's (`poseOf`), [9] row-major */
  readonly axes: readonly number[];
}

/** @throws TwinError BadAnatomy when a ventricle is missing */
export function openGeometry(anatomy: Anatomy): Geometry {
  const { centre, rotation } = poseOfMesh(
    anatomy.mesh,
    findLvAxis(anatomy.mesh.points, anatomy.surfaces.lvEndo).direction,
  );
  return { anatomy, size_mm: heartSize_mm(anatomy), centre, axes: rotation };
}

/** Places about a centre, made larger: `c + s (x − c)`. @param places mm, [places, 3] */
export const enlarge = (places: Float64Array, centre: Point, factor: number): Float64Array =>
  factor === 1 ? places : places.map((x, at) => centre[at % 3] + factor * (x - centre[at % 3]));

/**
 * A person's heart at another size: the mesh made larger about its centre, `s = L_size / L_shape`, with all depths. Fibres, regions and ventricular coordinates are
 * the same. At its own size it is the very heart.
 */
export function heartAtSize({ anatomy, size_mm, centre }: Geometry, to_mm: number): Anatomy {
  const factor = to_mm / size_mm;
  if (factor === 1) return anatomy;
  return {
    ...anatomy,
    mesh: { ...anatomy.mesh, points: enlarge(anatomy.mesh.points, centre, factor) },
    endocardialDistance: anatomy.endocardialDistance.map((distance) => factor * distance),
  };
}

/**
 * Electrodes of one person's torso about another's heart that lies in it as a third's does, in the frame of the heart's mesh. With T the rigid map that brings
 * the torso's nine electrodes nearest to those of the person whose position it is (`fitRigidMap`), c the centres and R the axes of hearts,
 *
 *     e' = c_shape + R_shape R_positionᵀ (T(e) − c_position)
 *
 * which is the same as moving the heart, and leaves its mesh, and with it its activation, untouched. Where all three are one person, these are the person's electrodes.
 */
export function exchangeElectrodes(shape: Geometry, position: Geometry, torso: Geometry): Electrodes {
  const { electrodes } = torso.anatomy;
  const isAtHome = torso === position;
  if (isAtHome && shape === position) return electrodes;
  const map = isAtHome
    ? undefined
    : fitRigidMap(standardSet(electrodes).places, standardSet(position.anatomy.electrodes).places);
  const move = (electrode: Point): Point => {
    const placed = map === undefined ? electrode : moveRigidly(map, electrode);
    return shape === position ? placed : ontoShape(shape, position, placed);
  };
  return Object.fromEntries(ELECTRODES.map((name) => [name, move(electrodes[name])])) as unknown as Electrodes;
}

function ontoShape(shape: Geometry, position: Geometry, place: Point): Point {
  const [ox, oy, oz] = position.centre;
  const r = position.axes;
  const transposed = [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]];
  const standard = rotate(transposed, [place[0] - ox, place[1] - oy, place[2] - oz]);
  const [x, y, z] = rotate(shape.axes, standard);
  return [shape.centre[0] + x, shape.centre[1] + y, shape.centre[2] + z];
}

import type { Anatomy, ElectrodeName, Point } from '../../twin/anatomy/anatomy.ts';
import { bodyAxes } from '../../twin/anatomy/bodyAxes.ts';
import { setOf } from '../../twin/anatomy/electrodeSet.ts';
import { regionCentroid } from '../../twin/anatomy/torso.ts';
import { findLvAxis } from '../../twin/anatomy/ventricleAxis.ts';
import { heartToElectrodes_mm } from '../../twin/conductor/torsoHeartPose.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { tetVolumes } from '../../twin/mesh/volume.ts';
import { enclosedVolume_mL } from '../../twin/metrics/cavityVolume.ts';
import { ventricleOfTets } from '../../twin/metrics/ventricles.ts';
import { degrees, MYOCARDIAL_DENSITY_g_mL, mLFromMm3 } from '../../twin/units.ts';

const PRECORDIAL: readonly ElectrodeName[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** What of an anatomy the emulator's inputs are read off. */
export type MeasuredAnatomy = Pick<Anatomy, 'mesh' | 'surfaces' | 'coordinates' | 'electrodes'>;

/**
 * A heart's numbers in the order of ANATOMY_INPUTS: those of the metrics of the same names, and the long axis from base to apex among the electrodes,
 *
 *     azimuth = atan2(a · front, a · left),   elevation = asin(a · head),   roll: the RV's direction about the axis, 0 towards the right
 *
 * @throws TwinError BadAnatomy where the LV has no opening
 */
export function anatomyInputs(anatomy: MeasuredAnatomy): Float64Array {
  const { mesh, surfaces, electrodes } = anatomy;
  const ventricles = ventricleOfTets(anatomy);
  const volumes = tetVolumes(mesh);
  let lv = 0;
  let rv = 0;
  for (let tet = 0; tet < volumes.length; tet++) {
    if (ventricles[tet] === REGION.rv) rv += volumes[tet];
    else lv += volumes[tet];
  }
  const lvVolume_mL = enclosedVolume_mL(mesh.points, surfaces.lvEndo);
  const axis = findLvAxis(mesh.points, surfaces.lvEndo);
  const distances = heartToElectrodes_mm(anatomy, setOf(PRECORDIAL.map((name) => [name, electrodes[name]])));
  return Float64Array.from([
    MYOCARDIAL_DENSITY_g_mL * mLFromMm3(lv),
    lvVolume_mL,
    lvVolume_mL / mLFromMm3((Math.PI / 6) * axis.length_mm ** 3),
    MYOCARDIAL_DENSITY_g_mL * mLFromMm3(rv),
    enclosedVolume_mL(mesh.points, surfaces.rvEndo),
    ...distances,
    ...directions(anatomy, axis.direction),
  ]);
}

/** Azimuth, elevation and roll, degrees. @param toBase  unit vector */
function directions({ mesh, electrodes }: MeasuredAnatomy, toBase: Point): [number, number, number] {
  const { left, back, head } = bodyAxes(electrodes);
  const toApex: Point = [-toBase[0], -toBase[1], -toBase[2]];
  const lvCentre = regionCentroid(mesh, REGION.lv);
  const rvCentre = regionCentroid(mesh, REGION.rv);
  const toRv = across([rvCentre[0] - lvCentre[0], rvCentre[1] - lvCentre[1], rvCentre[2] - lvCentre[2]], toApex);
  const right = across([-left[0], -left[1], -left[2]], toApex);
  const turned = cross(right, toRv);
  return [
    degrees(Math.atan2(-dot(toApex, back), dot(toApex, left))),
    degrees(Math.asin(Math.max(-1, Math.min(1, dot(toApex, head))))),
    degrees(Math.atan2(dot(turned, toApex), dot(right, toRv))),
  ];
}

/** The part of a vector at right angles to a unit vector. */
function across(vector: Point, axis: Point): Point {
  const along = dot(vector, axis);
  return [vector[0] - along * axis[0], vector[1] - along * axis[1], vector[2] - along * axis[2]];
}

const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

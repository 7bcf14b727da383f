import type { Point } from '../anatomy/anatomy.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import { type Finding, TwinError } from '../errors.ts';
import { boundaryTriangles } from '../mesh/faces.ts';
import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';
import { checkConductivity, checkHeartInside, checkSkin, heartOutside } from './checkConductor.ts';
import { type ConductorShape, meshConductor } from './conductorMesh.ts';
import type { ConductorSettings } from './conductorSettings.ts';
import { electrodeCurrents, placeOnSkin } from './electrodesOnSkin.ts';
import { openInterpolator } from './interpolation.ts';
import { openClosedSurface } from './signedDistance.ts';
import { solveElectrodes } from './solveElectrodes.ts';
import { assembleStiffness } from './stiffness.ts';
import { isLungAt, isMuscleAt, paintTissue, tissueTensors } from './tissueTensors.ts';
import type { ConductorConductivity, TorsoModel } from './torsoModel.ts';

/** A heart in its body, and where it is listened to. */
export interface ConductorInput {
  readonly heart: TetMesh;
  /** Muscle that conducts beside the ventricles: the atria */
  readonly extraMuscle?: TetMesh;
  readonly torso: TorsoModel;
  /** mm, at least two */
  readonly electrodes: readonly Point[];
  /** For messages, in the order of the electrodes; their numbers where absent */
  readonly names?: readonly string[];
  readonly conductivity: ConductorConductivity;
  readonly settings: ConductorSettings;
}

/** Lead fields of a body, and what was done for them. */
export interface ConductorFields {
  /** 1/(S/m · mm), [heart nodes, electrodes] */
  readonly fields: Float64Array;
  /** At the nodes of the extra muscle, where there is some, [nodes, electrodes] */
  readonly extraFields?: Float64Array;
  readonly findings: readonly Finding[];
  readonly report: ConductorReport;
}

/** Size and convergence of a solution. */
export interface ConductorReport {
  readonly nodes: number;
  readonly tets: number;
  /** Most of any block of right sides */
  readonly iterations: number;
  /** Largest ‖r‖ / ‖b‖ of any right side */
  readonly residual: number;
  /** Distance by which each electrode was moved to the skin, mm, [electrodes] */
  readonly moved_mm: readonly number[];
}

/**
 * Lead field of every electrode in a body of finite size and several tissues, by linear finite elements:
 *
 *     ∇·(σ ∇Z_e) = δ(x − e) − (1/E) Σ_i δ(x − e_i) inside,   σ ∂Z_e/∂n = 0 on the skin
 *
 * with σ the bulk (intracellular and extracellular) conductivity in muscle and the tissue's own elsewhere: a unit current is drawn at the electrode
 * and returned equally at all E, which every lead (a difference of electrodes) is blind to, as it is to the constant that makes each field's
 * mean zero over the heart's nodes. Sign and unit are those of `electrodeFields` in twin/ecg/leadField.ts. Equations, accuracy and sources: docs/lead-field.md.
 *
 * @throws TwinError BadAnatomy when the skin is not closed, the heart reaches out of it, or an electrode is more than 30 mm from it; NoConvergence
 */
export function conductorFields(input: ConductorInput): ConductorFields {
  const { heart, extraMuscle, torso, conductivity, settings } = input;
  const { muscle, skin, skinPoints, placed, findings } = openBody(input);
  const tissue = paintTissue(heart, extraMuscle, torso);
  const lungs = torso.lungs.map(openClosedSurface);
  const shape = shapeOf(skinPoints, muscle, placed.places, settings);
  const fitted = meshConductor(
    { ...shape, skin, lungs, isLung: isLungAt(tissue), walls: muscle.map(wallsOf), isMuscle: isMuscleAt(tissue) },
    settings,
  );
  const { mesh } = fitted;
  const tensors = tissueTensors(fitted, tissue, muscle, conductivity);
  const targets = muscle.map((part) => ({
    interpolator: openInterpolator(mesh, part.points),
    points: nodeCount(part),
  }));
  for (const [at, { interpolator }] of targets.entries()) checkLocated(muscle[at], interpolator.outside);
  const matrix = assembleStiffness(mesh, tensors);
  const solved = solveElectrodes(matrix, electrodeCurrents(mesh, placed.places), settings.tolerance, targets);
  return {
    fields: solved.fields[0],
    ...(extraMuscle === undefined ? {} : { extraFields: solved.fields[1] }),
    findings,
    report: {
      nodes: mesh.points.length / 3,
      tets: mesh.tets.length / 4,
      iterations: solved.iterations,
      residual: solved.residual,
      moved_mm: placed.moved_mm,
    },
  };
}

/** What `conductorFields` would refuse or find before it meshes anything. @throws TwinError BadAnatomy as `conductorFields` */
export const checkConductor = (input: ConductorInput): readonly Finding[] => openBody(input).findings;

function openBody({ heart, extraMuscle, torso, electrodes, conductivity, names }: ConductorInput) {
  checkConductivity(conductivity);
  if (electrodes.length < 2) {
    throw new TwinError('BadAnatomy', `a lead needs two electrodes; found ${electrodes.length}`);
  }
  const muscle = extraMuscle === undefined ? [heart] : [heart, extraMuscle];
  const checked = checkSkin(torso.skin);
  const skin = openClosedSurface(checked.skin);
  for (const part of muscle) checkHeartInside(skin, part);
  const placed = placeOnSkin(skin, electrodes, names ?? electrodes.map((_, at) => String(at + 1)));
  const findings = [...checked.findings, ...placed.findings];
  return { muscle, skin, skinPoints: checked.skin.points, placed, findings };
}

/** The boundary of muscle as a closed surface. */
const wallsOf = ({ points, tets }: TetMesh) =>
  openClosedSurface({ points, triangles: boundaryTriangles(tets, points.length / 3) });

function shapeOf(
  skinPoints: Float64Array,
  muscle: readonly TetMesh[],
  places: readonly Point[],
  settings: ConductorSettings,
): Pick<ConductorShape, 'box' | 'muscle' | 'electrodes'> {
  const distances = muscle.map(({ points, tets }) => {
    const tree = openTriangleTree(points, boundaryTriangles(tets, points.length / 3));
    return ([x, y, z]: Point) => tree.distanceFrom(x, y, z);
  });
  const electrodes = places.map((place) => {
    const distance_mm = Math.min(...distances.map((distance) => distance(place)));
    return { place, edge_mm: Math.max(settings.heartEdge_mm, distance_mm / settings.electrodeEdges) };
  });
  const min: [number, number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max: [number, number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < skinPoints.length; at++) {
    const axis = at % 3;
    min[axis] = Math.min(min[axis], skinPoints[at]);
    max[axis] = Math.max(max[axis], skinPoints[at]);
  }
  const nodes = Float64Array.from(muscle.flatMap(({ points, tets }) => [...usedPlaces(points, tets)]));
  return { box: { min, max }, muscle: nodes, electrodes };
}

/** Places of the nodes that tetrahedra use, mm, [nodes, 3]. */
export function usedPlaces(points: Float64Array, tets: Uint32Array): Float64Array {
  const isUsed = new Uint8Array(points.length / 3);
  for (const node of tets) isUsed[node] = 1;
  return points.filter((_, at) => isUsed[Math.floor(at / 3)] === 1);
}

function checkLocated({ tets }: TetMesh, outside: readonly number[]): void {
  if (outside.length === 0) return;
  const lost = new Set(outside);
  let used = 0;
  for (const node of new Set(tets)) if (lost.has(node)) used++;
  if (used > 0) throw heartOutside(`${used} of its nodes lie outside`);
}

import type { SyntheticPerson } from '../../cohorts/population/people.ts';
import { meshInTorso, meshWithFibres, placeHeart, toTorso } from '../../cohorts/population/placedHeart.ts';
import { type Anatomy, type AnatomySettings, DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import { parametricFibres } from '../../twin/anatomy/parametricFibres.ts';
import { heartOfSize, meshParametricHeart, type ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { openTriangleTree } from '../../twin/anatomy/triangleTree.ts';
import type { Backend } from '../../twin/backend.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import type { ActivationParameters, TissueConductivity } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openProjection, projectEcg } from '../../twin/ecg/projection.ts';
import { type Locator, locateTet, openLocator } from '../../twin/eikonal/locate.ts';
import type { Observation } from '../../twin/ensemble/leadSystem.ts';
import type { TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { BODY_SURFACE_ELECTRODES, bodySurfaceElectrodes, bodySurfaceVectors } from './bodySurface.ts';
import { type Law, plantByLaw } from './laws.ts';

/** One heart with a beat whose activation is known. */
export interface Truth {
  readonly name: string;
  readonly law: Law;
  /** The mesh that is fitted */
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  /** Planted activation at the fitted mesh's nodes, ms after the beat's QRS onset, [nodes] */
  readonly activation_ms: Float64Array;
  readonly planted: ActivationParameters;
  /** The same activation as 128 electrodes see it */
  readonly bodySurface: Observation;
}

/** Clock of the simulated ECG, ms. */
const CLOCK = { start_ms: -40, interval_ms: 2, samples: 140 } as const;
/** White noise on every lead, mV: a median beat's. */
const NOISE_mV = 0.005;
const MARGIN_ms = 10;

/** How the world that makes an ECG differs from the model that is fitted to it, beside its finer mesh. */
export interface World {
  /** Helix angles of its fibres on endocardium and epicardium, degrees */
  readonly helix_deg?: AnatomySettings['helix_deg'];
  readonly conductivity?: TissueConductivity;
  /** Factor on the conduction velocities of each tetrahedron, from a mesh in the heart's own frame, [tets] */
  readonly speed?: (heart: ParametricHeart, mesh: TetMesh) => Float32Array;
}

/** A truth on a mesh of `truthEdge_mm`, and the same heart to be fitted on one of `edge_mm`. */
export async function makeTruth(
  law: Law,
  person: SyntheticPerson,
  edges: { readonly edge_mm: number; readonly truthEdge_mm: number },
  backend: Backend,
  world: World = {},
): Promise<Truth> {
  const heart = heartOfSize(person);
  const plain = meshParametricHeart(heart, edges.truthEdge_mm);
  const fine = { ...plain, fibres: parametricFibres(heart, plain, world.helix_deg ?? DEFAULT_ANATOMY.helix_deg) };
  const placement = placeHeart(person, fine);
  const inside = openLocator(fine);
  const barycentric = new Float64Array(4);
  const own = plantByLaw(law, person, heart, (x, y, z) => locateTet(inside, x, y, z, barycentric) >= 0);
  const planted = { ...own, pmjPositions: toTorso(placement, own.pmjPositions) };
  const speed = world.speed?.(heart, fine);
  const mesh = { ...meshInTorso(fine, placement), ...(speed === undefined ? {} : { speed }) };
  const conductivity = world.conductivity ?? DEFAULT_CALIBRATION.conductivity;
  const open = await backend.open({
    mesh,
    leadVectors: homogeneousLeadVectors(mesh, placement.electrodes, conductivity),
    leads: LEADS,
    window: CLOCK,
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { activation_ms, ecg_mV } = await open.solve(planted);
  await open.close();
  const electrodes = bodySurfaceElectrodes(person);
  const vectorsOf = (of: { readonly mesh: TetMesh }) =>
    bodySurfaceVectors(of.mesh, electrodes, DEFAULT_CALIBRATION.conductivity);
  const surface = projectEcg(
    openProjection({
      leadVectors: vectorsOf({ mesh }),
      leads: BODY_SURFACE_ELECTRODES,
      window: CLOCK,
      actionPotential: VENTRICULAR_UPSTROKE,
    }),
    activation_ms,
  );
  const noise = openRandom(person.seed, 'noise');
  const noisy = ecg_mV.map((value) => value + NOISE_mV * noise.normal());
  const { onset_ms, offset_ms } = delineateQrs(noisy, CLOCK.samples, LEADS, CLOCK.interval_ms);
  const first = Math.max(0, Math.floor((onset_ms - MARGIN_ms) / CLOCK.interval_ms));
  const last = Math.min(CLOCK.samples, Math.ceil((offset_ms + MARGIN_ms) / CLOCK.interval_ms) + 1);
  const fit = meshInTorso(meshWithFibres(heart, edges.edge_mm), placement);
  const anatomy = prepareAnatomy({
    raw: {
      points: fit.points,
      unit: 'mm',
      tets: fit.tets,
      tags: Int32Array.from(fit.regions),
      fibres: fit.fibres,
      pointData: {},
      cellData: {},
    },
    name: person.subject,
    electrodes: placement.electrodes,
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, unit: 'mm' },
  });
  const shift = CLOCK.start_ms + onset_ms;
  const window = {
    interval_ms: CLOCK.interval_ms,
    qrsOnset_ms: onset_ms - first * CLOCK.interval_ms,
    qrsOffset_ms: offset_ms - first * CLOCK.interval_ms,
    isCalibrated: true,
  };
  const perElectrode = 1 / Math.sqrt(BODY_SURFACE_ELECTRODES);
  return {
    name: `${law} ${person.subject}`,
    law,
    anatomy,
    beat: {
      ...window,
      voltage_mV: noisy.slice(first * LEADS, last * LEADS),
      findings: [],
    },
    bodySurface: {
      ...window,
      leads: BODY_SURFACE_ELECTRODES,
      voltage_mV: surface
        .slice(first * BODY_SURFACE_ELECTRODES, last * BODY_SURFACE_ELECTRODES)
        .map((value) => value + NOISE_mV * noise.normal()),
      vectorsOf,
      weigh: (out) => {
        for (let at = 0; at < out.length; at++) out[at] *= perElectrode;
      },
    },
    activation_ms: readAt(openLocator(mesh), activation_ms, anatomy.mesh.points).map((time) => time - shift),
    planted: { ...planted, pmjTimes_ms: planted.pmjTimes_ms.map((time) => time - shift) },
  };
}

/** Values of a mesh's nodes at any places: linear inside its tetrahedra, at the foot on its boundary outside. */
export function readAt(locator: Locator, values: Float64Array, places: Float64Array): Float64Array {
  const { points, tets } = locator.mesh;
  const { triangles } = findBoundary(locator.mesh);
  const tree = openTriangleTree(points, triangles);
  const barycentric = new Float64Array(4);
  const foot = new Float64Array(3);
  return Float64Array.from({ length: places.length / 3 }, (_, at) => {
    const [x, y, z] = places.subarray(3 * at, 3 * at + 3);
    const tet = locateTet(locator, x, y, z, barycentric);
    let sum = 0;
    if (tet >= 0) {
      for (let corner = 0; corner < 4; corner++) sum += barycentric[corner] * values[tets[4 * tet + corner]];
      return sum;
    }
    const triangle = tree.nearest(x, y, z, foot);
    let weights = 0;
    for (let corner = 0; corner < 3; corner++) {
      const node = triangles[3 * triangle + corner];
      const [nx, ny, nz] = points.subarray(3 * node, 3 * node + 3);
      const weight = 1 / (Math.hypot(nx - foot[0], ny - foot[1], nz - foot[2]) + 1e-6);
      sum += weight * values[node];
      weights += weight;
    }
    return sum / weights;
  });
}

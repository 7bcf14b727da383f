import type { VentricularCoordinates } from '../../twin/anatomy/anatomy.ts';
import type { ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openProjection, projectEcg } from '../../twin/ecg/projection.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { ariFields, repolarisationTimes } from '../../twin/repolarisation/ariFields.ts';
import { openDownstroke } from '../../twin/repolarisation/downstroke.ts';
import { REPOLARISATION_PARAMETERS, type RepolarisationParameters } from '../../twin/repolarisation/repolarisation.ts';
import type { SyntheticPerson } from './people.ts';
import type { SimulatedBeat } from './recording.ts';

/**
 * Mean and spread between people of what is planted: ours, none of it the middle of a calibration's prior, chosen so that T waves are upright where
 * they are in health. The downstroke's spread is relative.
 */
const PLANTED: Readonly<Record<keyof RepolarisationParameters, { readonly mean: number; readonly sd: number }>> = {
  ari_ms: { mean: 250, sd: 10 },
  apicobasal_ms: { mean: 24, sd: 8 },
  transmural_ms: { mean: -8, sd: 3 },
  interventricular_ms: { mean: -10, sd: 6 },
  anteroposterior_ms: { mean: 0, sd: 6 },
  coupling: { mean: -1.5, sd: 0.15 },
  downstroke_ms: { mean: 85, sd: 0.08 },
};

/** Repolarisation parameters of a person; women's mean ARI is longer by what their sex brings. */
export function plantRepolarisation(person: SyntheticPerson): RepolarisationParameters {
  const random = openRandom(person.seed, 'repolarisation');
  const drawn = REPOLARISATION_PARAMETERS.map((name) => {
    const { mean, sd } = PLANTED[name];
    const z = random.normal();
    if (name === 'downstroke_ms') return [name, mean * Math.exp(sd * z)];
    return [name, mean + sd * z + (name === 'ari_ms' ? person.ariDelay_ms : 0)];
  });
  return Object.fromEntries(drawn) as RepolarisationParameters;
}

/** From before the QRS to where the longest T wave has ended, ms after QRS onset. */
const START_ms = -20;
const INTERVAL_ms = 0.5;
const SAMPLES = 1341;

/**
 * The noise-free beat of a heart with its T wave: upstrokes as they were activated, downstrokes by the planted parameters over coordinates that are read
 * off the heart's closed form. Those differ from the ones that a calibration finds on its own mesh by solving for them.
 *
 * @param mesh  in the heart's own frame
 * @param leadVectors  [nodes, 8]
 */
export function simulateBeat(
  heart: ParametricHeart,
  mesh: TetMesh,
  leadVectors: Float32Array,
  activation_ms: Float64Array,
  parameters: RepolarisationParameters,
): SimulatedBeat {
  const window = { start_ms: START_ms, interval_ms: INTERVAL_ms, samples: SAMPLES };
  const model = { leadVectors, leads: LEADS, window, actionPotential: VENTRICULAR_UPSTROKE };
  const fields = ariFields({ mesh, coordinates: closedFormCoordinates(heart, mesh) }, activation_ms);
  const front = repolarisationTimes(activation_ms, fields, parameters);
  const down = projectEcg(openDownstroke(model, parameters.downstroke_ms).projection, front);
  const up = projectEcg(openProjection(model), activation_ms);
  return { voltage_mV: up.map((value, at) => value - down[at]), start_ms: START_ms, interval_ms: INTERVAL_ms };
}

/** Points of the middle of the LV's wall between which lengths from apex to base are measured. */
const ARCS = 400;

/**
 * Ventricular coordinates of an idealised heart: apicobasal by length along the middle of the LV's wall from apex to base plane at a node's height, transmural by
 * depth in the wall of the node's ventricle, rotational about the long axis, transventricular by region.
 */
export function closedFormCoordinates(
  heart: ParametricHeart,
  { points, tets, regions }: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
): VentricularCoordinates {
  const nodes = points.length / 3;
  const { lvShort, lvLong, lvWall, rvWall, base } = heart.dimensions;
  const right = new Float64Array(nodes);
  const around = new Float64Array(nodes);
  for (let corner = 0; corner < tets.length; corner++) {
    around[tets[corner]]++;
    if (regions[corner >> 2] === REGION.rv) right[tets[corner]]++;
  }
  const transventricular = right.map((count, node) => (2 * count > around[node] ? 1 : 0));
  const long = lvLong + lvWall / 2;
  const lengthTo = openArc(lvShort + lvWall / 2, long, base);
  const onNodes = (value: (x: number, y: number, z: number, node: number) => number) =>
    Float64Array.from({ length: nodes }, (_, node) =>
      value(points[3 * node], points[3 * node + 1], points[3 * node + 2], node),
    );
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return {
    apicobasal: onNodes((_x, _y, z) => lengthTo(z)),
    transmural: onNodes((x, y, z, node) =>
      within(transventricular[node] === 1 ? heart.rvEndo(x, y, z) / rvWall : heart.lvEndo(x, y, z) / lvWall),
    ),
    rotational: onNodes((x, y) => Math.atan2(-y, -x)),
    transventricular,
  };
}

/** Share of the way along an ellipse's meridian from its lower pole to a height below `base`, for any height. */
function openArc(short: number, long: number, base: number): (z: number) => number {
  const highest = Math.acos(-base / long);
  const lengths = new Float64Array(ARCS + 1);
  for (let arc = 1; arc <= ARCS; arc++) {
    const angle = ((arc - 0.5) / ARCS) * highest;
    lengths[arc] = lengths[arc - 1] + Math.hypot(short * Math.cos(angle), long * Math.sin(angle));
  }
  return (z) => {
    const angle = Math.acos(Math.min(1, Math.max(-1, -z / long)));
    const place = Math.min((angle / highest) * ARCS, ARCS);
    const below = Math.min(ARCS - 1, Math.floor(place));
    return (lengths[below] + (place - below) * (lengths[below + 1] - lengths[below])) / lengths[ARCS];
  };
}

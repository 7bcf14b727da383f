import type { Anatomy } from '../anatomy/anatomy.ts';
import type { ElectrodeSet, LeadSet } from '../anatomy/electrodeSet.ts';
import { VENTRICULAR_UPSTROKE } from '../calibrate/calibrateLevel.ts';
import type { TissueConductivity, Twin } from '../calibrate/twin.ts';
import { conductorFields } from '../conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from '../conductor/conductorSettings.ts';
import type { ConductorConductivity } from '../conductor/torsoModel.ts';
import { nodeCount } from '../mesh/tetMesh.ts';
import { openDownstroke } from '../repolarisation/downstroke.ts';
import type { Beat } from './beat.ts';
import { leadVectors } from './leadField.ts';
import { LEADS } from './leads.ts';
import { openProjection, projectEcg } from './projection.ts';

/** A twin whose potentials are wanted elsewhere than at its own nine electrodes. */
export interface SurfaceEcgInput {
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly twin: Twin;
  readonly conductivity: TissueConductivity;
  /** Of the body; unused where the anatomy has none around it */
  readonly conductor: ConductorConductivity | undefined;
}

/** Simulated leads on the beat's clock. */
export interface SurfaceEcg {
  readonly names: readonly string[];
  /** Time of the first sample after QRS onset */
  readonly start_ms: number;
  readonly interval_ms: number;
  /** mV, [samples, leads] */
  readonly voltage_mV: Float64Array;
}

/**
 * What a twin's waves give on any leads over any electrodes: the QRS, and on to the T wave where the twin has one. In the twin's own body where it has
 * one, otherwise in the infinite homogeneous medium.
 *
 * @throws TwinError as `conductorFields`
 */
export function surfaceEcg(input: SurfaceEcgInput, set: ElectrodeSet, leads: LeadSet): SurfaceEcg {
  const { anatomy, beat, twin, conductivity } = input;
  const count = leads.names.length;
  const fields = mixed(fieldsOf(input, set), set.names.length, leads.weights, count);
  const samples = (beat.qrst ?? beat).voltage_mV.length / LEADS;
  const start_ms = -beat.qrsOnset_ms;
  const heart = {
    leadVectors: leadVectors(anatomy.mesh, fields, conductivity, count),
    leads: count,
    window: { start_ms, interval_ms: beat.interval_ms, samples },
    actionPotential: VENTRICULAR_UPSTROKE,
  };
  const voltage_mV = projectEcg(openProjection(heart), twin.activation_ms);
  const { repolarisation } = twin;
  if (repolarisation !== undefined) {
    const { projection } = openDownstroke(heart, repolarisation.parameters.downstroke_ms);
    const recovered = projectEcg(projection, repolarisation.repolarisation_ms);
    for (let at = 0; at < voltage_mV.length; at++) voltage_mV[at] -= recovered[at];
  }
  for (let at = 0; at < voltage_mV.length; at++) voltage_mV[at] *= twin.gain;
  return { names: leads.names, start_ms, interval_ms: beat.interval_ms, voltage_mV };
}

/** Potentials of a unit current drawn at each electrode, as `electrodeFields`, [nodes, electrodes]. */
function fieldsOf({ anatomy, conductivity, conductor }: SurfaceEcgInput, set: ElectrodeSet): Float64Array {
  const { mesh, atria, torso } = anatomy;
  const { places, names } = set;
  if (torso !== undefined && conductor !== undefined) {
    return conductorFields({
      heart: mesh,
      ...(atria === undefined ? {} : { extraMuscle: atria.mesh }),
      torso,
      electrodes: names.map((_, at) => [places[3 * at], places[3 * at + 1], places[3 * at + 2]]),
      names,
      conductivity: conductor,
      settings: DEFAULT_CONDUCTOR_SETTINGS,
    }).fields;
  }
  const nodes = nodeCount(mesh);
  const scale = -1 / (4 * Math.PI * conductivity.torso_S_m);
  return Float64Array.from({ length: nodes * names.length }, (_, at) => {
    const [node, electrode] = [3 * Math.floor(at / names.length), 3 * (at % names.length)];
    const apart = [0, 1, 2].map((axis) => mesh.points[node + axis] - places[electrode + axis]);
    return scale / Math.hypot(...apart);
  });
}

/** @returns [nodes, leads] */
function mixed(fields: Float64Array, electrodes: number, weights: Float64Array, leads: number): Float64Array {
  const nodes = fields.length / electrodes;
  const out = new Float64Array(nodes * leads);
  for (let node = 0; node < nodes; node++) {
    for (let lead = 0; lead < leads; lead++) {
      let sum = 0;
      for (let e = 0; e < electrodes; e++) sum += weights[lead * electrodes + e] * fields[node * electrodes + e];
      out[node * leads + lead] = sum;
    }
  }
  return out;
}

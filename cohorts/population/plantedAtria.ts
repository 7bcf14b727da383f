import { DEFAULT_ANATOMY, type Electrodes } from '../../twin/anatomy/anatomy.ts';
import { meshParametricHeart, type ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { findSurfaces } from '../../twin/anatomy/surfaces.ts';
import { ATRIUM } from '../../twin/atria/atria.ts';
import { openAtrialActivation } from '../../twin/atria/atrialWave.ts';
import {
  LA_PER_LV_VOLUME,
  type ParametricAtria,
  parametricAtria,
  RA_PER_LV_VOLUME,
} from '../../twin/atria/parametricAtria.ts';
import { parametricAtrialFibres } from '../../twin/atria/parametricAtrialFibres.ts';
import { pBounds } from '../../twin/atria/pBounds.ts';
import { prepareAtria } from '../../twin/atria/prepareAtria.ts';
import { ATRIAL_UPSTROKE } from '../../twin/atria/pWave.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openProjection, projectEcg } from '../../twin/ecg/projection.ts';
import type { TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import type { SyntheticPerson } from './people.ts';
import { type HeartPlacement, meshInTorso } from './placedHeart.ts';
import type { SimulatedBeat } from './recording.ts';

/** Tags of a synthetic four-chamber file. */
export const CHAMBER_TAGS = { lv: 1, rv: 2, la: 4, ra: 5 } as const;

/** Thickness of the walls, mm; ours, so that meshes of 2 mm carry them. Longer edges pierce them. */
const WALL_mm = 3;
const LONGEST_EDGE_mm = 2;
/** The mesh that the P wave is computed on is finer, as the ventricles' is, mm. */
const LONGEST_TRUTH_EDGE_mm = 1.5;
/** Population medians and relative spreads of what is planted, none of it the middle of a fit's prior; times in ms. All ours. */
const VELOCITY = { fibre_mm_ms: 1.05, transverse_mm_ms: 0.55, spread: 0.07 } as const;
const BACHMANN = { factor: 1.7, spread: 0.1 } as const;
const START = { mean_ms: -168, sd_ms: 14 } as const;
const AMPLITUDE = { factor: 1.5, spread: 0.15 } as const;
const VOLUME_SPREAD = 0.12;

/** What is known of a synthetic person's atria. */
export interface AtrialTruth {
  readonly laVolume_mL: number;
  readonly raVolume_mL: number;
  readonly atrialFibreVelocity_mm_ms: number;
  readonly atrialTransverseVelocity_mm_ms: number;
  readonly bachmannFactor: number;
  /** When the wave leaves the sinus node, ms after QRS onset of the model's clock (the first junction) */
  readonly sinusStart_ms: number;
  /** First to last activated node */
  readonly atrialActivation_ms: number;
  /** Where the noise-free P wave is seen (`pBounds`), on the same clock */
  readonly pOnset_ms: number;
  readonly pOffset_ms: number;
}

/** Atria of a person: the mesh of their file and the P wave of a finer one. */
export interface PlantedAtria {
  /** In the heart's frame; regions of CHAMBER_TAGS */
  readonly mesh: TetMesh;
  readonly pWave: SimulatedBeat;
  readonly truth: AtrialTruth;
}

/** Sampling of the simulated P wave, ms; that of the simulated beat. */
const INTERVAL_ms = 0.5;
const LEAD_IN_ms = 20;

/**
 * Makes a person's atria: sizes, velocities and the time of their start are drawn; the wave is solved on a finer mesh of the same shape than the file's, with fibres
 * in closed form.
 *
 * @param ventricles  any mesh of the heart in its own frame, for telling which way up it is
 */
export function plantAtria(
  person: SyntheticPerson,
  heart: ParametricHeart,
  ventricles: TetMesh,
  placement: HeartPlacement,
  edges: { readonly edge_mm: number; readonly truthEdge_mm: number },
): PlantedAtria {
  const random = openRandom(person.seed, 'atria');
  const spread = (share: number) => Math.exp(share * random.normal());
  const laVolume_mL = LA_PER_LV_VOLUME * person.lvEdv_mL * spread(VOLUME_SPREAD);
  const raVolume_mL = RA_PER_LV_VOLUME * person.lvEdv_mL * spread(VOLUME_SPREAD);
  const velocity = person.velocityFactor * spread(VELOCITY.spread);
  const bachmannFactor = BACHMANN.factor * spread(BACHMANN.spread);
  const sinusStart_ms = START.mean_ms + START.sd_ms * random.normal();
  const amplitude = AMPLITUDE.factor * spread(AMPLITUDE.spread);
  const velocities = {
    fibre_mm_ms: velocity * VELOCITY.fibre_mm_ms,
    transverse_mm_ms: velocity * VELOCITY.transverse_mm_ms,
  };

  const shape = parametricAtria(heart.dimensions, { laVolume_mL, raVolume_mL, wall_mm: WALL_mm });
  const fine = meshOf(shape, Math.min(edges.truthEdge_mm, LONGEST_TRUTH_EDGE_mm));
  const atria = prepareAtria(
    { ...fine, unit: 'mm', tags: Int32Array.from(fine.regions), pointData: {}, cellData: {} },
    {
      ventricles: { mesh: ventricles, surfaces: findSurfaces(ventricles).surfaces },
      unit: 'mm',
      name: 'synthetic heart',
      settings: { ...DEFAULT_ANATOMY, regions: { la: [ATRIUM.la], ra: [ATRIUM.ra] }, fibres: 'file' },
    },
  );
  const sinceStart_ms = openAtrialActivation(atria, { la: velocities, ra: velocities })(bachmannFactor);
  const activation_ms = sinceStart_ms.map((time) => sinusStart_ms + time);
  const pWave = simulateP(meshInTorso(atria.mesh, placement), placement.electrodes, activation_ms, amplitude);
  const bounds = pBounds(pWave.voltage_mV, pWave);
  const file = meshOf(shape, Math.min(edges.edge_mm, LONGEST_EDGE_mm));
  return {
    mesh: { ...file, regions: file.regions.map((side) => (side === ATRIUM.ra ? CHAMBER_TAGS.ra : CHAMBER_TAGS.la)) },
    pWave,
    truth: {
      laVolume_mL: round(laVolume_mL),
      raVolume_mL: round(raVolume_mL),
      atrialFibreVelocity_mm_ms: round(velocities.fibre_mm_ms),
      atrialTransverseVelocity_mm_ms: round(velocities.transverse_mm_ms),
      bachmannFactor: round(bachmannFactor),
      sinusStart_ms: round(sinusStart_ms),
      atrialActivation_ms: round(
        sinceStart_ms.reduce((most, time) => Math.max(most, time), 0) -
          sinceStart_ms.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY),
      ),
      pOnset_ms: round(bounds.onset_ms),
      pOffset_ms: round(bounds.offset_ms),
    },
  };
}

const round = (value: number): number => Number(value.toFixed(4));

function meshOf(shape: ParametricAtria, edge_mm: number): TetMesh {
  const mesh = meshParametricHeart(shape, edge_mm);
  return { ...mesh, fibres: parametricAtrialFibres(shape, mesh) };
}

/** From before the wave's start to the QRS. */
function simulateP(
  mesh: TetMesh,
  electrodes: Electrodes,
  activation_ms: Float64Array,
  amplitude: number,
): SimulatedBeat {
  const first = activation_ms.reduce((least, time) => Math.min(least, time), 0);
  const start_ms = INTERVAL_ms * Math.floor((first - LEAD_IN_ms) / INTERVAL_ms);
  const samples = Math.round(-start_ms / INTERVAL_ms) + 1;
  const projection = openProjection({
    leadVectors: homogeneousLeadVectors(mesh, electrodes, DEFAULT_CALIBRATION.conductivity),
    leads: LEADS,
    window: { start_ms, interval_ms: INTERVAL_ms, samples },
    actionPotential: ATRIAL_UPSTROKE,
  });
  const voltage_mV = projectEcg(projection, activation_ms).map((value) => amplitude * value);
  return { voltage_mV, start_ms, interval_ms: INTERVAL_ms };
}

/** A beat with its P wave before it, both on one clock of the beat's interval. */
export function withPWave(beat: SimulatedBeat, pWave: SimulatedBeat): SimulatedBeat {
  const lead = Math.round((beat.start_ms - pWave.start_ms) / beat.interval_ms) * LEADS;
  const voltage_mV = new Float64Array(lead + beat.voltage_mV.length);
  voltage_mV.set(beat.voltage_mV, lead);
  for (let at = 0; at < Math.min(voltage_mV.length, pWave.voltage_mV.length); at++)
    voltage_mV[at] += pWave.voltage_mV[at];
  return { voltage_mV, start_ms: pWave.start_ms, interval_ms: beat.interval_ms };
}

/** Two meshes in one, sharing nothing: the fibrous ring lies between them. */
export function joinMeshes(one: TetMesh, other: TetMesh): TetMesh {
  const points = new Float64Array(one.points.length + other.points.length);
  points.set(one.points);
  points.set(other.points, one.points.length);
  const tets = new Uint32Array(one.tets.length + other.tets.length);
  tets.set(one.tets);
  tets.set(
    other.tets.map((node) => node + one.points.length / 3),
    one.tets.length,
  );
  const regions = new Uint8Array(one.regions.length + other.regions.length);
  regions.set(one.regions);
  regions.set(other.regions, one.regions.length);
  const fibres = new Float64Array(one.fibres.length + other.fibres.length);
  fibres.set(one.fibres);
  fibres.set(other.fibres, one.fibres.length);
  return { points, tets, regions, fibres };
}

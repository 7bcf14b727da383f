import { ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import { heartOfSize } from '../../twin/anatomy/parametricHeart.ts';
import { chestCircumference, torsoOf } from '../../twin/anatomy/torso.ts';
import type { Backend } from '../../twin/backend.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { delineateT } from '../../twin/ecg/delineateT.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { locateTet, openLocator } from '../../twin/eikonal/locate.ts';
import { TwinError } from '../../twin/errors.ts';
import { writeCarp } from '../../twin/formats/carp.ts';
import { writeEcgCsv } from '../../twin/formats/ecgCsv.ts';
import { writeWfdb } from '../../twin/formats/wfdbWrite.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import type { RepolarisationParameters } from '../../twin/repolarisation/repolarisation.ts';
import type { SyntheticPerson } from './people.ts';
import { meshInTorso, meshWithFibres, placeHeart, torsoBody, toTorso } from './placedHeart.ts';
import { type AtrialTruth, joinMeshes, plantAtria, withPWave } from './plantedAtria.ts';
import { type PlantedFunction, plantFunction } from './plantedFunction.ts';
import { plantRepolarisation, simulateBeat } from './plantedRepolarisation.ts';
import { DEFAULT_RECORDING, type RecordingSettings, recordBeats, type SimulatedBeat } from './recording.ts';

/** A file that does not exist yet: a path relative to the cohort's folder, with '/', and its bytes. */
export interface FileToWrite {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface SynthesisSettings {
  /** Mean edge of the mesh in the files, mm. */
  readonly edge_mm: number;
  /** Mean edge of the mesh that the ECG is computed on, mm: finer, so that nobody fits a model to itself. */
  readonly truthEdge_mm: number;
  readonly ecgFormat: 'wfdb' | 'csv';
  readonly recording: RecordingSettings;
  /** Four-chamber files, and a P wave before every QRS; the ventricles and their QRS stay the same */
  readonly atria: boolean;
}

export const DEFAULT_SYNTHESIS: SynthesisSettings = {
  edge_mm: 3,
  truthEdge_mm: 2,
  ecgFormat: 'wfdb',
  recording: DEFAULT_RECORDING,
  atria: false,
};

/** What is known of a synthetic person and must not be told to the pipeline. Places in the frame of the files, mm. */
export interface PersonTruth {
  readonly subject: string;
  readonly sex: string;
  readonly lvMass_g: number;
  readonly lvEdv_mL: number;
  readonly chestCircumference_mm: number;
  readonly lvFibreVelocity_mm_ms: number;
  readonly lvTransverseVelocity_mm_ms: number;
  readonly rvFibreVelocity_mm_ms: number;
  readonly rvTransverseVelocity_mm_ms: number;
  readonly front_mm_ms: number;
  /** First to last activated node of the finer mesh */
  readonly totalActivationTime_ms: number;
  readonly lvActivationTime_ms: number;
  readonly rvActivationTime_ms: number;
  /** On all leads of the noise-free ECG, by the same rule as on recordings */
  readonly qrsDuration_ms: number;
  /** QRS onset to T end of the noise-free ECG, by the same rule as on recordings */
  readonly qtInterval_ms: number;
  /** Planted repolarisation, as in `RepolarisationParameters` */
  readonly ariMean_ms: number;
  readonly ariApicobasal_ms: number;
  readonly ariTransmural_ms: number;
  readonly ariInterventricular_ms: number;
  readonly ariAnteroposterior_ms: number;
  readonly ariCoupling: number;
  readonly downstroke_ms: number;
  readonly truthEdge_mm: number;
  readonly truthNodes: number;
  /** Place of the latest node, mm */
  readonly latestPlace: readonly number[];
  /** mm, [pmjs][3], and ms, [pmjs] */
  readonly pmjPositions: readonly (readonly number[])[];
  readonly pmjTimes_ms: readonly number[];
  readonly atria?: AtrialTruth;
}

export interface SyntheticSubject {
  /** Below a folder of the subject's name */
  readonly files: readonly FileToWrite[];
  readonly truth: PersonTruth;
}

/** Above this edge the RV's 4 mm wall gets holes; below the other nobody has the memory, mm. */
const LONGEST_EDGE_mm = 3.2;
const SHORTEST_EDGE_mm = 0.5;

/** Clock of the simulated QRS, ms: fine enough that reading it between samples is exact to 0.1 µV. */
const WINDOW = { start_ms: -20, interval_ms: 0.5, samples: 441 } as const;

/**
 * One synthetic person as ordinary files (CARP mesh in µm, electrodes as JSON in mm, ECG), with the truth apart. Both meshes are made from
 * the same implicit shape; the ECG comes from the finer one with the planted function, by the volume conductor that the calibration assumes by default
 * (conductivities of `DEFAULT_CALIBRATION`), then gets beats, T waves and noise.
 *
 * @throws TwinError BadInput when no heart of the family has the person's sizes, BadStudy for edge lengths outside 0.5–3.2 mm
 */
export async function synthesizePerson(
  person: SyntheticPerson,
  backend: Backend,
  settings: Partial<SynthesisSettings> = {},
): Promise<SyntheticSubject> {
  const all = { ...DEFAULT_SYNTHESIS, ...settings };
  const { edge_mm, truthEdge_mm, ecgFormat, recording } = all;
  checkEdges(edge_mm, truthEdge_mm);
  const heart = heartOfSize(person);
  const fine = meshWithFibres(heart, truthEdge_mm);
  const placement = placeHeart(person, fine);
  const locator = openLocator(fine);
  const barycentric = new Float64Array(4);
  const planted = plantFunction(person, heart, (x, y, z) => locateTet(locator, x, y, z, barycentric) >= 0);

  const fineInTorso = meshInTorso(fine, placement);
  const pmjPositions = toTorso(placement, planted.pmjPositions);
  const leadVectors = homogeneousLeadVectors(fineInTorso, placement.electrodes, DEFAULT_CALIBRATION.conductivity);
  const open = await backend.open({
    mesh: fineInTorso,
    leadVectors,
    leads: LEADS,
    window: WINDOW,
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { activation_ms, ecg_mV } = await open.solve({ ...planted, pmjPositions });
  await open.close();

  const repolarisation = plantRepolarisation(person);
  const beat = simulateBeat(heart, fine, leadVectors, activation_ms, repolarisation);
  const ventricles = meshWithFibres(heart, edge_mm);
  const atria = all.atria ? plantAtria(person, heart, ventricles, placement, all) : undefined;
  const ecg = recordBeats(atria ? withPWave(beat, atria.pWave) : beat, recording, openRandom(person.seed, 'recording'));
  const mesh = meshInTorso(atria ? joinMeshes(ventricles, atria.mesh) : ventricles, placement);
  const carp = writeCarp({ points: mesh.points, tets: mesh.tets, tags: mesh.regions, fibres: mesh.fibres });
  const electrodes = Object.fromEntries(
    ELECTRODES.map((name) => [name, placement.electrodes[name].map((value) => Number(value.toFixed(2)))]),
  );
  const ecgFiles =
    ecgFormat === 'csv'
      ? [{ path: 'ecg.csv', bytes: writeEcgCsv(ecg) }]
      : Object.entries(writeWfdb(ecg, 'ecg')).map(([end, bytes]) => ({ path: `ecg.${end}`, bytes }));
  const elem = person.isBroken ? carp.elem.slice(0, Math.floor(0.6 * carp.elem.length)) : carp.elem;
  const files = [
    { path: 'heart.pts', bytes: carp.pts },
    { path: 'heart.elem', bytes: elem },
    ...(carp.lon ? [{ path: 'heart.lon', bytes: carp.lon }] : []),
    { path: 'electrodes.json', bytes: jsonBytes({ unit: 'mm', electrodes }) },
    ...ecgFiles,
  ];
  return {
    files: files.map(({ path, bytes }) => ({ path: `${person.subject}/${path}`, bytes })),
    truth: {
      ...truthOf(person, fineInTorso, { ...planted, pmjPositions }, activation_ms, ecg_mV, truthEdge_mm),
      ...truthOfRepolarisation(repolarisation, beat, ecg_mV),
      ...(atria && { atria: atria.truth }),
    },
  };
}

/** @throws TwinError BadStudy for an edge that no synthetic heart can have */
export function checkEdges(...edges_mm: readonly number[]): void {
  if (edges_mm.every((edge) => edge >= SHORTEST_EDGE_mm && edge <= LONGEST_EDGE_mm)) return;
  throw new TwinError(
    'BadStudy',
    `synthetic hearts: found edge lengths of ${edges_mm.join(' and ')} mm, expected ${SHORTEST_EDGE_mm} to ${LONGEST_EDGE_mm} mm; longer edges pierce the right ventricle's wall`,
    { edges_mm },
  );
}

function truthOf(
  person: SyntheticPerson,
  mesh: TetMesh,
  planted: PlantedFunction,
  activation_ms: Float64Array,
  ecg_mV: Float64Array,
  truthEdge_mm: number,
): Omit<PersonTruth, keyof RepolarisationTruth> {
  const { onset_ms, offset_ms } = delineateQrs(ecg_mV, WINDOW.samples, LEADS, WINDOW.interval_ms);
  const latest = latestNode(activation_ms, mesh);
  const timeOf = (region: number) => activation_ms[latestNode(activation_ms, mesh, region)];
  return {
    subject: person.subject,
    sex: person.sex,
    lvMass_g: round(person.lvMass_g),
    lvEdv_mL: round(person.lvEdv_mL),
    chestCircumference_mm: round(chestCircumference(torsoOf(torsoBody(person)))),
    lvFibreVelocity_mm_ms: round(planted.lv.fibre_mm_ms),
    lvTransverseVelocity_mm_ms: round(planted.lv.transverse_mm_ms),
    rvFibreVelocity_mm_ms: round(planted.rv.fibre_mm_ms),
    rvTransverseVelocity_mm_ms: round(planted.rv.transverse_mm_ms),
    front_mm_ms: round(planted.front_mm_ms),
    totalActivationTime_ms: round(activation_ms[latest] - activation_ms.reduce((least, time) => Math.min(least, time))),
    lvActivationTime_ms: round(timeOf(REGION.lv)),
    rvActivationTime_ms: round(timeOf(REGION.rv)),
    qrsDuration_ms: round(offset_ms - onset_ms),
    truthEdge_mm,
    truthNodes: activation_ms.length,
    latestPlace: [...mesh.points.subarray(3 * latest, 3 * latest + 3)].map(round),
    pmjPositions: Array.from(planted.pmjTimes_ms, (_, pmj) =>
      [...planted.pmjPositions.subarray(3 * pmj, 3 * pmj + 3)].map(round),
    ),
    pmjTimes_ms: [...planted.pmjTimes_ms].map(round),
  };
}

type RepolarisationTruth = Pick<
  PersonTruth,
  'qtInterval_ms' | 'downstroke_ms' | Extract<keyof PersonTruth, `ari${string}`>
>;

/** @param ecg_mV  the QRS alone, on WINDOW */
function truthOfRepolarisation(
  parameters: RepolarisationParameters,
  { voltage_mV, start_ms, interval_ms }: SimulatedBeat,
  ecg_mV: Float64Array,
): RepolarisationTruth {
  const qrs = delineateQrs(ecg_mV, WINDOW.samples, LEADS, WINDOW.interval_ms);
  const onset_ms = WINDOW.start_ms + qrs.onset_ms;
  const offset_ms = WINDOW.start_ms + qrs.offset_ms;
  const t = delineateT(standardLeads(voltage_mV), TWELVE, interval_ms, offset_ms - start_ms);
  return {
    qtInterval_ms: round(t === undefined ? Number.NaN : start_ms + t.end_ms - onset_ms),
    ariMean_ms: round(parameters.ari_ms),
    ariApicobasal_ms: round(parameters.apicobasal_ms),
    ariTransmural_ms: round(parameters.transmural_ms),
    ariInterventricular_ms: round(parameters.interventricular_ms),
    ariAnteroposterior_ms: round(parameters.anteroposterior_ms),
    ariCoupling: round(parameters.coupling),
    downstroke_ms: round(parameters.downstroke_ms),
  };
}

const round = (value: number): number => Number(value.toFixed(4));

/** The node that is activated last, of all or of one region's tetrahedra. */
function latestNode(activation_ms: Float64Array, { tets, regions }: TetMesh, region?: number): number {
  let latest = tets[0];
  let time = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < tets.length; at++) {
    if (region !== undefined && regions[at >> 2] !== region) continue;
    if (activation_ms[tets[at]] > time) {
      latest = tets[at];
      time = activation_ms[latest];
    }
  }
  return latest;
}

/** JSON with a line end, in the order of the object's own keys. */
export const jsonBytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);

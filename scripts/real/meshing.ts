import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceBackend } from '../../backends/reference.ts';
import { type Anatomy, DEFAULT_ANATOMY, type Electrodes, type Surfaces } from '../../twin/anatomy/anatomy.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { type AnatomyInput, prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { findLvAxis } from '../../twin/anatomy/ventricleAxis.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { bringIntoLayer, type PmjLayer } from '../../twin/calibrate/pmjLayer.ts';
import { placePmjs } from '../../twin/calibrate/startPmjs.ts';
import { DEFAULT_VELOCITY } from '../../twin/calibrate/twin.ts';
import { delineateQrs } from '../../twin/ecg/delineate.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { voxelVolume_mm3 } from '../../twin/images/affine.ts';
import { growWalls } from '../../twin/images/grownWalls.ts';
import { heartFromLabels, type LabelledHeart } from '../../twin/images/heartFromLabels.ts';
import { TISSUES } from '../../twin/images/labelImage.ts';
import { levelSetsOf } from '../../twin/images/levelSets.ts';
import { readLabelImage } from '../../twin/images/readLabelImage.ts';
import { countVoxels } from '../../twin/images/tissueImage.ts';
import { tissuesOf } from '../../twin/images/tissuesOf.ts';
import { dihedralSpread } from '../../twin/mesh/quality.ts';
import { meshMaterials } from '../../twin/meshing/meshMaterials.ts';
import { meshToTissues } from '../meshToTissues.ts';
import type { CheckResult } from './checkResult.ts';

const TAGS = { lv: [1], rv: [2] };
const EDGE_mm = 2;
const LAYER_mm = 2.5;
const SPEED_mm_ms = 2;
const ACTION_POTENTIAL = { rest_mV: -85, peak_mV: 30, riseTime_ms: 1 };
const SAMPLES = 200;

/** A real heart's mesh made a label map and meshed again: volumes, angles, seconds, and the QRS of the same Purkinje–muscle junctions in both. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const own = readHeart(dataFolder);
  const layer = layerOf(own);
  const placed = placePmjs(own, layer, 300, 1);
  const pmjs = { positions: placed.positions, times_ms: placed.timesOf(0, SPEED_mm_ms) };
  const beat = await qrsOf(own, pmjs);
  const results: CheckResult[] = MASKS.map((mask) => meshMask(dataFolder, mask));
  for (const { name, voxel, correlation, qrs_ms } of MAPS) {
    const map = mapOf(own, voxel);
    const started = process.cpuUsage();
    const heart = heartFromLabels(map, { edge_mm: EDGE_mm });
    const used = process.cpuUsage(started);
    results.push(meshed(`dti004 ${name}`, heart, (used.user + used.system) / 1e6));
    const again = prepare(heart.ventricles, heart.surfaces, own.electrodes);
    results.push(compare(`dti004 ${name}`, beat, await qrsOf(again, pmjs), correlation, qrs_ms));
  }
  return results;
}

/** Along the map's axes: what is asked of an even map, and of a stack of thick slices, whose base and apex are guesses. */
const MAPS = [
  { name: 'from a map of 1 mm', voxel: [1, 1, 1], correlation: 0.98, qrs_ms: 2 },
  { name: 'from slices of 8 mm', voxel: [1.5, 1.5, 8], correlation: 0.9, qrs_ms: 8 },
] as const;

/** Real label maps whose organs are meshed as they are: labels, and the edge length. */
const MASKS = [
  { file: 'heart.nii.gz', edge_mm: 4, labels: [1] },
  // Liver, colon, spleen, kidneys, stomach, lungs, aorta, veins, vertebra and muscles, which touch.
  { file: 'example_seg.nii.gz', edge_mm: 5, labels: [5, 20, 1, 2, 3, 4, 6, 11, 14, 52, 63, 64, 30, 86] },
] as const;

/** The organs stand in for tissues: the mesher knows only that materials have names. */
function meshMask(dataFolder: string, { file, edge_mm, labels }: (typeof MASKS)[number]): CheckResult {
  const bytes = readFileSync(join(dataFolder, 'labels', file));
  const image = readLabelImage(file, bytes, () => undefined);
  const table = Object.fromEntries(labels.map((label, at) => [TISSUES[at], [label]]));
  const map = tissuesOf(image, table, { name: file });
  const voxel_mm3 = voxelVolume_mm3(map.affine);
  const volumes_mm3 = [...countVoxels(map).subarray(1)].map((count) => count * voxel_mm3);
  const started = process.cpuUsage();
  const mesh = meshMaterials(growWalls(levelSetsOf(map), [], undefined), { edge_mm, volumes_mm3 });
  const used = process.cpuUsage(started);
  const angles = dihedralSpread(mesh);
  const worst = Math.max(...volumes_mm3.map((volume, at) => Math.abs(100 * (mesh.volumes_mm3[at] / volume - 1))));
  return {
    name: `${file}: every label within 3 %, no dihedral angle below 8°`,
    passed: worst < 3 && angles.least >= 8,
    detail: `${labels.length} labels, ${(volumes_mm3.reduce((sum, volume) => sum + volume, 0) / 1000).toFixed(1)} mL, worst ${worst.toFixed(2)} %; ${angles.least.toFixed(1)}–${angles.greatest.toFixed(1)}°, ${mesh.tets.length / 4} tetrahedra, ${((used.user + used.system) / 1e6).toFixed(1)} s`,
  };
}

function readHeart(dataFolder: string): Anatomy {
  const folder = join(dataFolder, 'hearts', 'dti004');
  const read = (name: string) => readFileSync(join(folder, name));
  const electrodes = readElectrodes(read('electrodes_mm.json'), 'electrodes_mm.json');
  return prepare(
    readMesh('dti004.pts', read('dti004.pts'), (name) => read(name)),
    undefined,
    electrodes,
  );
}

function prepare(raw: AnatomyInput['raw'], surfaces: Surfaces | undefined, electrodes: Electrodes): Anatomy {
  return prepareAnatomy({
    raw,
    ...(surfaces ? { image: { surfaces, blood: [], findings: [] } } : {}),
    name: 'dti004',
    electrodes,
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, regions: TAGS, fibres: 'rule' },
  });
}

/** The heart in voxels whose third axis is its long axis, as short-axis slices are planned. */
export function mapOf({ mesh, surfaces }: Anatomy, voxel: readonly [number, number, number]) {
  const [ax, ay, az] = findLvAxis(mesh.points, surfaces.lvEndo).direction;
  const side = Math.hypot(az, ax);
  const [ux, uz] = [az / side, -ax / side];
  const axes = [
    [ux, 0, uz],
    [ay * uz, az * ux - ax * uz, -ay * ux],
    [ax, ay, az],
  ];
  const low = [0, 0, 0];
  const size: [number, number, number] = [0, 0, 0];
  for (const [at, axis] of axes.entries()) {
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let node = 0; node < mesh.points.length; node += 3) {
      const height = axis[0] * mesh.points[node] + axis[1] * mesh.points[node + 1] + axis[2] * mesh.points[node + 2];
      least = Math.min(least, height);
      greatest = Math.max(greatest, height);
    }
    low[at] = least - 2 * voxel[at];
    size[at] = Math.ceil((greatest - least) / voxel[at]) + 4;
  }
  const affine = [0, 1, 2].flatMap((row) => [
    ...axes.map((axis, at) => voxel[at] * axis[row]),
    axes.reduce((sum, axis, at) => sum + low[at] * axis[row], 0),
  ]);
  return meshToTissues(mesh, surfaces, affine, size);
}

const layerOf = ({ mesh, endocardialDistance }: Anatomy): PmjLayer => ({
  locator: openLocator(mesh),
  endocardialDistance,
  layer_mm: LAYER_mm,
});

async function qrsOf(
  anatomy: Anatomy,
  { positions, times_ms }: { readonly positions: Float64Array; readonly times_ms: Float64Array },
): Promise<Float64Array> {
  const open = await referenceBackend.open({
    mesh: anatomy.mesh,
    leads: LEADS,
    leadVectors: homogeneousLeadVectors(anatomy.mesh, anatomy.electrodes, DEFAULT_CALIBRATION.conductivity),
    window: { start_ms: -20, interval_ms: 1, samples: SAMPLES },
    actionPotential: ACTION_POTENTIAL,
  });
  const { ecg_mV } = await open.solve({
    pmjPositions: bringIntoLayer(layerOf(anatomy), positions),
    pmjTimes_ms: times_ms,
    lv: DEFAULT_VELOCITY,
    rv: DEFAULT_VELOCITY,
  });
  await open.close();
  return standardLeads(ecg_mV);
}

function meshed(name: string, heart: LabelledHeart, seconds: number): CheckResult {
  const angles = dihedralSpread(heart.ventricles);
  const worst = Math.max(...heart.report.map(({ error_percent }) => Math.abs(error_percent || 0)));
  const volumes = heart.report.map(
    ({ tissue, map_mL, mesh_mL }) => `${tissue} ${map_mL.toFixed(1)} → ${mesh_mL.toFixed(1)} mL`,
  );
  return {
    name: `${name}: every label within 3 %, no dihedral angle below 8°`,
    passed: worst < 3 && angles.least >= 8,
    detail: `${volumes.join(', ')}; ${angles.least.toFixed(1)}–${angles.greatest.toFixed(1)}°, ${heart.ventricles.tets.length / 4} tetrahedra, ${seconds.toFixed(1)} s`,
  };
}

function compare(name: string, own: Float64Array, other: Float64Array, least: number, most_ms: number): CheckResult {
  const correlation = correlationOf(own, other);
  const duration = (ecg: Float64Array) => {
    const { onset_ms, offset_ms } = delineateQrs(ecg, SAMPLES, TWELVE, 1);
    return offset_ms - onset_ms;
  };
  const [before, after] = [duration(own), duration(other)];
  return {
    name: `${name}: the same junctions give the QRS of the original mesh`,
    passed: correlation >= least && Math.abs(after - before) <= most_ms,
    detail: `correlation ${correlation.toFixed(4)}, QRS ${before.toFixed(1)} → ${after.toFixed(1)} ms`,
  };
}

function correlationOf(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let at = 0; at < a.length; at++) {
    ab += (a[at] - ma) * (b[at] - mb);
    aa += (a[at] - ma) ** 2;
    bb += (b[at] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

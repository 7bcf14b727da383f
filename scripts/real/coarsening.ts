import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Anatomy, DEFAULT_ANATOMY, ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import { coarsenHeart } from '../../twin/anatomy/coarsen.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { placeElectrodes, poseOfMesh } from '../../twin/anatomy/torso.ts';
import { findLvAxis } from '../../twin/anatomy/ventricleAxis.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { dihedralSpread, edgeLengths } from '../../twin/mesh/quality.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../../twin/mesh/volume.ts';
import type { CheckResult } from './checkResult.ts';

/** Coarse levels and modelled electrodes of a real heart against its own mesh and its own electrodes. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const folder = join(dataFolder, 'hearts', 'dti004');
  const read = (name: string) => readFileSync(join(folder, name));
  const anatomy = prepareAnatomy({
    raw: readMesh('dti004.pts', read('dti004.pts'), (name) => read(name)),
    name: 'dti004.pts',
    electrodes: readElectrodes(read('electrodes_mm.json'), 'electrodes_mm.json'),
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] } },
  });
  return [checkLevel(anatomy, 3, 0.15), checkLevel(anatomy, 2, 0.02), checkTorso(anatomy)];
}

/** @param rvLoss share of the RV's volume that may be lost: its wall is thinner than two edges of 3 mm */
function checkLevel(anatomy: Anatomy, edge_mm: number, rvLoss: number): CheckResult {
  const started = performance.now();
  const { mesh } = coarsenHeart(anatomy, edge_mm);
  const seconds = (performance.now() - started) / 1000;
  const change = (region: number) => muscleVolume_mL(mesh, region) / muscleVolume_mL(anatomy.mesh, region) - 1;
  const lv = change(REGION.lv);
  const rv = change(REGION.rv);
  const edge = edgeLengths(mesh).mean;
  const angles = dihedralSpread(mesh);
  return {
    name: `dti004 at ${edge_mm} mm keeps its ventricles and has no sliver`,
    passed:
      Math.abs(lv) < 0.02 &&
      Math.abs(rv) < rvLoss &&
      Math.abs(edge / edge_mm - 1) < 0.05 &&
      angles.least > 10.7 &&
      angles.greatest < 164.8,
    detail: `LV ${(100 * lv).toFixed(1)} %, RV ${(100 * rv).toFixed(1)} %, edge ${edge.toFixed(2)} mm, dihedral ${angles.least.toFixed(1)}–${angles.greatest.toFixed(1)}°, ${mesh.points.length / 3} nodes, ${seconds.toFixed(1)} s`,
  };
}

/** The heart's owner is not described: a man of 175 cm and 75 kg is assumed. */
function checkTorso({ mesh, surfaces, electrodes }: Anatomy): CheckResult {
  const axis = findLvAxis(mesh.points, surfaces.lvEndo);
  const placed = placeElectrodes({ sex: 'male', height_cm: 175, weight_kg: 75 }, poseOfMesh(mesh, axis.direction));
  const away = ELECTRODES.map((name) => Math.hypot(...electrodes[name].map((value, at) => value - placed[name][at])));
  return {
    name: 'modelled electrodes of dti004 lie near its own',
    passed: away.every((distance) => distance < 70),
    detail: ELECTRODES.map((name, at) => `${name} ${away[at].toFixed(0)} mm`).join(', '),
  };
}

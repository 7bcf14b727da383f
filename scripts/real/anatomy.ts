import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Anatomy, type AnatomySettings, DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { splitVentricles } from '../../twin/anatomy/regions.ts';
import { TwinError } from '../../twin/errors.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL, tetVolumes } from '../../twin/mesh/volume.ts';
import { checkAgainstAuthors, readAuthors } from './anatomy/authorsCoordinates.ts';
import { checkLeaps, checkOwnFibres } from './anatomy/ownFibres.ts';
import type { CheckResult } from './checkResult.ts';

/** Anatomy of the real hearts against what their authors found, and the refusal of a block. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return [...checkDti(dataFolder), ...checkCrt(dataFolder), checkBlock(dataFolder)];
}

function checkDti(dataFolder: string): CheckResult[] {
  const folder = join(dataFolder, 'hearts', 'dti004');
  const started = performance.now();
  const anatomy = prepare(folder, 'dti004', { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] } });
  const seconds = (performance.now() - started) / 1000;
  const { mesh, surfaces } = anatomy;
  const lv = muscleVolume_mL(mesh, REGION.lv);
  const rv = muscleVolume_mL(mesh, REGION.rv);
  const endo = JSON.parse(readFileSync(join(folder, 'endo_nodes.json'), 'utf8'));
  const lvDice = dice(surfaces.lvEndo, endo.lv_endo);
  const rvDice = dice(surfaces.rvEndo, endo.rv_endo);
  const fields = solveHarmonicFields(mesh, surfaces);
  const split = splitVentricles(mesh, fields);
  const volumes = tetVolumes(mesh);
  let outsideSeptum = 0;
  let agreed = 0;
  for (let tet = 0; tet < volumes.length; tet++) {
    const corners = mesh.tets.subarray(4 * tet, 4 * tet + 4);
    const epi = corners.reduce((sum, node) => sum + fields.epi[node] / 4, 0);
    if (epi < 0.05) continue;
    outsideSeptum += volumes[tet];
    if (split[tet] === mesh.regions[tet]) agreed += volumes[tet];
  }
  const result = (name: string, passed: boolean, detail: string): CheckResult => ({
    name: `dti004 ${name}`,
    passed,
    detail,
  });
  return [
    result(
      'volumes of LV and RV muscle',
      Math.abs(lv - 70.816) < 1e-3 && Math.abs(rv - 36.351) < 1e-3,
      `${lv.toFixed(3)} and ${rv.toFixed(3)} mL of 70.816 and 36.351`,
    ),
    result(
      'endocardia as the authors named them',
      lvDice > 0.99 && rvDice > 0.98,
      `overlap (Dice) LV ${lvDice.toFixed(4)}, RV ${rvDice.toFixed(4)}`,
    ),
    ...[
      ...checkAgainstAuthors(anatomy, fields, readAuthors(folder)),
      ...checkOwnFibres(mesh, fields),
      checkLeaps(anatomy, fields),
    ].map(({ name, passed, detail }) => result(name, passed, detail)),
    result(
      'ventricles split by geometry outside the septum',
      agreed / outsideSeptum > 0.95,
      `${((100 * agreed) / outsideSeptum).toFixed(2)} % of volume as tagged; the tags cut the septum in two, the split gives it to the LV`,
    ),
    result(
      'no doubt about a sound heart',
      anatomy.findings.every(({ code }) => !/doubtful|reversed|hollow/.test(code)),
      anatomy.findings.map(({ code }) => code).join(', ') || 'no findings',
    ),
    result('is prepared in seconds', seconds < 60, `${seconds.toFixed(1)} s`),
  ];
}

function checkCrt(dataFolder: string): CheckResult[] {
  const anatomy = prepare(join(dataFolder, 'hearts', 'crtdemo'), 'crtdemo', DEFAULT_ANATOMY);
  const volume = muscleVolume_mL(anatomy.mesh);
  const lv = muscleVolume_mL(anatomy.mesh, REGION.lv);
  const leaps = checkLeaps(anatomy, solveHarmonicFields(anatomy.mesh, anatomy.surfaces));
  const codes = anatomy.findings.map(({ code }) => code);
  return [
    {
      name: 'crtdemo volume of muscle',
      passed: Math.abs(volume - 226.52) < 1e-3,
      detail: `${volume.toFixed(3)} of 226.520 mL, ${lv.toFixed(1)} of them LV by geometry`,
    },
    {
      name: 'crtdemo fibres turn against the human helix, and that is said',
      passed: codes.includes('fibre-helix-reversed'),
      detail: codes.join(', '),
    },
    { ...leaps, name: `crtdemo ${leaps.name}` },
  ];
}

function checkBlock(dataFolder: string): CheckResult {
  const name = 'a block passes as mesh and is refused as heart';
  try {
    prepare(join(dataFolder, 'hostile', '68_healthy_control'), 'mesh', {
      ...DEFAULT_ANATOMY,
      regions: { lv: [1], rv: [2] },
    });
    return { name, passed: false, detail: 'was accepted' };
  } catch (error) {
    const passed = error instanceof TwinError && error.code === 'BadAnatomy';
    return { name, passed, detail: error instanceof Error ? error.message : String(error) };
  }
}

function prepare(folder: string, name: string, settings: AnatomySettings): Anatomy {
  const read = (file: string): Uint8Array | undefined => {
    try {
      return readFileSync(join(folder, file));
    } catch {
      // A file that is not there is for the reader to judge.
      return undefined;
    }
  };
  const raw = readMesh(`${name}.pts`, read(`${name}.pts`) ?? new Uint8Array(), read);
  const electrodes = read('electrodes_mm.json');
  return prepareAnatomy({
    raw,
    name: `${name}.pts`,
    electrodes: electrodes && readElectrodes(electrodes, 'electrodes_mm.json'),
    body: undefined,
    settings,
  });
}

function dice(triangles: Uint32Array, nodes: readonly number[]): number {
  const found = new Set(triangles);
  return (2 * nodes.filter((node) => found.has(node)).length) / (found.size + nodes.length);
}

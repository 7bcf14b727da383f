import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { DEFAULT_VELOCITY } from '../../twin/calibrate/twin.ts';
import { solveFromNodes } from '../../twin/eikonal/solve.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { encodePng } from '../../twin/render/png.ts';
import { type ActivationScene, renderActivation } from '../../twin/render/renderActivation.ts';
import type { CheckResult } from './checkResult.ts';

/** Draws a real heart, its wave started on parts of both endocardia. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const scene = realScene(dataFolder);
  const started = performance.now();
  const picture = renderActivation(scene);
  const png = encodePng(picture);
  const seconds = (performance.now() - started) / 1000;
  let coloured = 0;
  for (let at = 0; at < picture.rgb.length; at += 3) {
    const [red, green, blue] = picture.rgb.subarray(at, at + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 20) coloured++;
  }
  const share = coloured / (picture.width * picture.height);
  return [
    {
      name: 'dti004: four views of a real heart fill the picture',
      passed: share > 0.25 && share < 0.7,
      detail: `${Math.round(100 * share)} % of ${picture.width} × ${picture.height} coloured, ${png.length} bytes, ${seconds.toFixed(2)} s`,
    },
  ];
}

/** dti004 with a wave that starts on every 400th node of both endocardia, the RV 5 ms later. */
export function realScene(dataFolder: string): ActivationScene {
  const folder = join(dataFolder, 'hearts', 'dti004');
  const read = (name: string): Uint8Array | undefined => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  const raw = readMesh('dti004.pts', read('dti004.pts') ?? new Uint8Array(), read);
  const anatomy = prepareAnatomy({
    raw,
    name: 'dti004.pts',
    electrodes: readElectrodes(readFileSync(join(folder, 'electrodes_mm.json')), 'electrodes_mm.json'),
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] } },
  });
  const { lvEndo, rvEndo } = anatomy.surfaces;
  const nodes: number[] = [];
  const times: number[] = [];
  for (const [surface, time] of [
    [lvEndo, 0],
    [rvEndo, 5],
  ] as const) {
    for (let at = 0; at < surface.length; at += 1200) {
      nodes.push(surface[at]);
      times.push(time);
    }
  }
  const activation_ms = solveFromNodes(
    anatomy.mesh,
    { lv: DEFAULT_VELOCITY, rv: DEFAULT_VELOCITY },
    Uint32Array.from(nodes),
    Float64Array.from(times),
  );
  return { mesh: anatomy.mesh, surfaces: anatomy.surfaces, activation_ms };
}

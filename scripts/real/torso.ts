import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnatomySettings, DEFAULT_ANATOMY, ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { fitTorso } from '../../twin/conductor/torsoFit.ts';
import { checkTorso, torsoFromSurfaces } from '../../twin/conductor/torsoFromSurfaces.ts';
import { heartInTorso } from '../../twin/conductor/torsoHeartPose.ts';
import { surfaceVolume_mm3 } from '../../twin/conductor/torsoSurface.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { writeStl } from '../../twin/formats/stl.ts';
import { readSurface } from '../../twin/formats/surface.ts';
import { mLFromMm3 } from '../../twin/units.ts';
import type { CheckResult } from './checkResult.ts';

/** Torsos through the electrodes of the real hearts, and the same torsos through files. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return [
    ...checkHeart(dataFolder, 'dti004', { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] } }, 4),
    ...checkHeart(dataFolder, 'crtdemo', DEFAULT_ANATOMY, 8),
  ];
}

function checkHeart(dataFolder: string, name: string, settings: AnatomySettings, most_mm: number): CheckResult[] {
  const folder = join(dataFolder, 'hearts', name);
  const electrodes = readElectrodes(readFileSync(join(folder, 'electrodes_mm.json')), 'electrodes_mm.json');
  const raw = readMesh(`${name}.pts`, readFileSync(join(folder, `${name}.pts`)), (beside) =>
    readFileSync(join(folder, beside)),
  );
  const heart = prepareAnatomy({ raw, name, electrodes, body: undefined, settings });
  const started = process.cpuUsage().user;
  const { torso, distances, factors, electrodes: onSkin } = fitTorso({ heart, electrodes });
  const seconds = (process.cpuUsage().user - started) / 1e6;
  const chest = Math.max(...ELECTRODES.filter((each) => each.startsWith('V')).map((each) => distances[each]));
  const list = ELECTRODES.map((each) => `${each} ${distances[each].toFixed(1)}`).join(', ');
  const pose = heartInTorso(heart, torso);
  const litres = [torso.skin, ...torso.lungs].map((part) => (surfaceVolume_mm3(part) / 1e6).toFixed(2)).join(' + ');
  const blood = torso.blood.map((part) => mLFromMm3(surfaceVolume_mm3(part)).toFixed(0)).join(' and ');
  const file = {
    name: 'skin.stl',
    raw: readSurface('skin.stl', writeStl(torso.skin.points, torso.skin.triangles)),
  };
  const again = torsoFromSurfaces({ skin: file });
  const held = checkTorso({ ...again, lungs: torso.lungs }, heart.mesh.points, onSkin);
  const worst = Math.max(...Object.entries(held.electrodes).map(([each, place]) => distanceTo(place, onSkin, each)));
  return [
    {
      name: `${name}: the skin passes within ${most_mm} mm of V1–V6`,
      passed: chest <= most_mm,
      detail: `mm: ${list}; factors ${Object.values(factors)
        .map((factor) => factor.toFixed(2))
        .join(' ')}; ${seconds.toFixed(1)} CPU s`,
    },
    {
      name: `${name}: skin, lungs and blood are as large as people's`,
      passed: torso.lungs.every((lung) => surfaceVolume_mm3(lung) > 0.8e6) && surfaceVolume_mm3(torso.skin) > 2.5e7,
      detail: `${litres} L, blood ${blood} mL`,
    },
    {
      name: `${name}: the apex points to the left, the front and the feet`,
      passed: Math.abs(pose.azimuth_deg - 45) < 45 && pose.elevation_deg < 10,
      detail: `azimuth ${pose.azimuth_deg.toFixed(0)}°, elevation ${pose.elevation_deg.toFixed(0)}°, roll ${pose.roll_deg.toFixed(0)}°, ${pose.leftward.toFixed(2)} leftward, ${pose.backward.toFixed(2)} backward`,
    },
    {
      name: `${name}: the skin comes back from a file and holds heart, lungs apart from it, and electrodes`,
      passed: worst < 0.01 && again.findings.length === 0 && held.findings.length === 0,
      detail: `electrodes within ${worst.toExponential(1)} mm`,
    },
  ];
}

function distanceTo(place: readonly number[], electrodes: Readonly<Record<string, readonly number[]>>, name: string) {
  return Math.hypot(...place.map((value, axis) => value - electrodes[name][axis]));
}

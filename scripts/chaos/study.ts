import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRandom } from '../../twin/random.ts';
import { writeSmallPopulation } from '../smallPopulation.ts';
import type { PlantedHeart } from './plantedScience.ts';

/** A study on disk, and how many rows its table must have. */
export interface ChaosStudy {
  readonly path: string;
  readonly name: string;
  readonly rows: number;
}

const NAME = 'chaos';

/** Subjects whose files say how their work goes: most end well, some are refused, some need another seed, one row is no subject's. */
export function writePlantedStudy(folder: string, size: number, seed: number): ChaosStudy {
  const random = openRandom(seed, 'planted subjects');
  mkdirSync(folder, { recursive: true });
  const rows: string[] = [];
  for (let index = 0; index < size; index++) {
    const subject = `s${String(index).padStart(4, '0')}`;
    const fail = index % 20 === 7 ? 'BadAnatomy' : index % 20 === 13 ? 'NoConvergence' : undefined;
    const heart: PlantedHeart = {
      value: 50 + Math.floor(100 * random.uniform()),
      iterations: 3 + Math.floor(4 * random.uniform()),
      pause_ms: 20 + Math.floor(60 * random.uniform()),
      ...(fail === undefined ? {} : { fail }),
    };
    writeFileSync(join(folder, `${subject}.heart`), JSON.stringify(heart));
    writeFileSync(join(folder, `${subject}.ecg`), index % 20 === 17 ? '' : subject);
    const sex = index % 2 === 0 ? 'female' : 'male';
    rows.push(`${subject},${sex},${40 + (index % 40)},170,70,${subject}.heart,${subject}.ecg`);
  }
  rows.push(`missing,male,50,170,70,none.heart,s0000.ecg`);
  const header = 'subject,sex,age_y,height_cm,weight_kg,anatomy,ecg';
  writeFileSync(join(folder, 'subjects.csv'), `${[header, ...rows].join('\n')}\n`);
  const path = join(folder, 'study.yaml');
  writeFileSync(path, `name: ${NAME}\nsheet: subjects.csv\n`);
  return { path, name: NAME, rows: rows.length };
}

/** A small population with real files, for the real science. */
export async function writeRealStudy(folder: string, size: number, seed: number): Promise<ChaosStudy> {
  const path = await writeSmallPopulation({ out: folder, name: NAME, size, seed, broken: 1 });
  return { path, name: NAME, rows: size + 1 };
}

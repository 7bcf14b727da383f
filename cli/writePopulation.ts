import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { writeWhole } from '../activities/writeWhole.ts';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { samplePopulation } from '../cohorts/population/people.ts';
import { populationFiles, truthFiles } from '../cohorts/population/populationFiles.ts';
import type { FileToWrite, PersonTruth } from '../cohorts/population/synthesizePerson.ts';
import { TwinError } from '../twin/errors.ts';

export interface PopulationOptions {
  readonly out: string;
  readonly name: string;
  readonly size: number;
  readonly seed: number;
  readonly femaleShare: number;
  readonly sexEffect: number;
  readonly broken: number;
  readonly edge: number;
  readonly truthEdge: number;
  readonly ecg: 'wfdb' | 'csv';
  readonly tell: (line: string) => void;
}

/** Says what a cohort's folder holds; written last, so that a folder without it is not whole. */
const NOTE = 'synthetic.json';

/**
 * Writes a synthetic cohort into a folder, one person a core at a time. A folder that holds the same cohort already is left as it is.
 *
 * @throws TwinError BadStudy when the folder holds something else
 */
export async function writePopulation(options: PopulationOptions): Promise<{ made: number; found: number }> {
  const { out, tell } = options;
  const { tell: _, out: __, ...facts } = options;
  const note = canonicalJson(facts, 2);
  const before = existsSync(join(out, NOTE)) ? readFileSync(join(out, NOTE), 'utf8') : undefined;
  if (before === note) return { made: 0, found: options.size + options.broken };
  if (
    before !== undefined ||
    (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, 'study.yaml')))
  ) {
    throw new TwinError('BadStudy', `${out}: holds something else than this cohort; name another folder, or remove it`);
  }

  const population = {
    size: options.size,
    seed: options.seed,
    femaleShare: options.femaleShare,
    sexEffectOnVelocity: options.sexEffect,
    broken: options.broken,
  };
  const settings = { edge_mm: options.edge, truthEdge_mm: options.truthEdge, ecgFormat: options.ecg };
  const people = samplePopulation(population);
  const write = async (files: readonly FileToWrite[]) => {
    for (const { path, bytes } of files) await writeWhole(join(out, path), bytes);
  };
  await write(populationFiles(people, options.name, settings));
  const pool = new Piscina({ filename: fileURLToPath(new URL('./synthesisThread.ts', import.meta.url)) });
  const truths: PersonTruth[] = [];
  let made = 0;
  try {
    await Promise.all(
      people.map(async (person, index) => {
        const { files, truth } = await pool.run({ person, settings });
        await write(files);
        truths[index] = truth;
        made++;
        if (made % 10 === 0 || made === people.length) tell(`  ${made}/${people.length} people`);
      }),
    );
  } finally {
    await pool.close({ force: true });
  }
  await write(truthFiles(truths, population));
  await write([{ path: NOTE, bytes: new TextEncoder().encode(note) }]);
  return { made, found: 0 };
}

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { writeWhole } from '../activities/stores/writeWhole.ts';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { DEFAULT_POPULATION, type PopulationSettings, samplePopulation } from '../cohorts/population/people.ts';
import { populationFiles, truthFiles } from '../cohorts/population/populationFiles.ts';
import { checkEdges, type FileToWrite, type PersonTruth } from '../cohorts/population/synthesizePerson.ts';
import { TwinError } from '../twin/errors.ts';
import type { SynthesisAnswer } from './synthesisThread.ts';

export interface PopulationOptions {
  readonly out: string;
  readonly name: string;
  readonly size: number;
  readonly seed: number;
  readonly femaleShare: number;
  readonly sexEffect: number;
  readonly ariEffect: number;
  readonly broken: number;
  readonly edge: number;
  readonly truthEdge: number;
  readonly ecg: 'wfdb' | 'csv';
  /** Four-chamber files with P waves; absent is without */
  readonly atria?: boolean;
  /** Whether women's hearts, and bodies, are their own or drawn as men's; absent is their own */
  readonly sizeEffect?: boolean;
  readonly torsoEffect?: boolean;
  /** Share of the people whose files are broken, and by what; absent is nobody's */
  readonly brokenShare?: number;
  readonly brokenBy?: PopulationSettings['brokenBy'];
  /** Whether people smoke and move stands in the sheet; absent is not */
  readonly lifestyle?: boolean;
  /** Effect of smoking on velocity; absent is none */
  readonly smokingEffect?: number;
  readonly tell: (line: string) => void;
}

/** Says what a cohort's folder holds; written last, so that a folder without it is not whole. */
const NOTE = 'synthetic.json';
/** The same while the folder is being filled: only a folder that Twinfold began is ever written into again. */
const BEGUN = 'synthetic.begun.json';

/**
 * Writes a synthetic cohort into a folder, one person a core at a time. A folder that holds the same cohort already is left as it is.
 *
 * @throws TwinError BadStudy when the folder holds something else, or a setting is out of range
 */
export async function writePopulation(options: PopulationOptions): Promise<{ made: number; found: number }> {
  const { out, tell } = options;
  const { tell: _, out: __, ...facts } = options;
  const note = canonicalJson(facts, 2);
  const noteOf = (name: string) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : undefined);
  const before = noteOf(NOTE) ?? noteOf(BEGUN);
  if (noteOf(NOTE) === note) return { made: 0, found: options.size + options.broken };
  if (before === undefined ? existsSync(out) && readdirSync(out).length > 0 : before !== note) {
    throw new TwinError('BadStudy', `${out}: holds something else than this cohort; name another folder, or remove it`);
  }

  const population = {
    size: options.size,
    seed: options.seed,
    femaleShare: options.femaleShare,
    sexEffectOnVelocity: options.sexEffect,
    sexEffectOnAri_ms: options.ariEffect,
    broken: options.broken,
    ...furtherSettings(options),
  };
  const settings = {
    edge_mm: options.edge,
    truthEdge_mm: options.truthEdge,
    ecgFormat: options.ecg,
    atria: options.atria ?? false,
  };
  checkEdges(settings.edge_mm, settings.truthEdge_mm);
  const people = samplePopulation(population);
  const write = async (files: readonly FileToWrite[]) => {
    for (const { path, bytes } of files) await writeWhole(join(out, path), bytes);
  };
  const begun = { path: BEGUN, bytes: new TextEncoder().encode(note) };
  await write([begun]);
  await write(populationFiles(people, options.name, settings));
  const pool = new Piscina({ filename: fileURLToPath(new URL('./synthesisThread.ts', import.meta.url)) });
  const truths: PersonTruth[] = [];
  let made = 0;
  try {
    await Promise.all(
      people.map(async (person, index) => {
        const answer: SynthesisAnswer = await pool.run({ person, settings });
        if ('refused' in answer) throw new TwinError('BadStudy', answer.refused);
        const { files, truth } = answer;
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
  await write([{ ...begun, path: NOTE }]);
  rmSync(join(out, BEGUN));
  return { made, found: 0 };
}

/** Settings that say something else than the default: a cohort without them keeps the bytes of its notes. */
function furtherSettings(options: PopulationOptions): Partial<PopulationSettings> {
  const further = {
    sizeEffect: options.sizeEffect ?? DEFAULT_POPULATION.sizeEffect,
    torsoEffect: options.torsoEffect ?? DEFAULT_POPULATION.torsoEffect,
    brokenShare: options.brokenShare ?? DEFAULT_POPULATION.brokenShare,
    brokenBy: options.brokenBy ?? DEFAULT_POPULATION.brokenBy,
    lifestyle: options.lifestyle ?? DEFAULT_POPULATION.lifestyle,
    smokingEffectOnVelocity: options.smokingEffect ?? DEFAULT_POPULATION.smokingEffectOnVelocity,
  };
  const isOther = ([name, value]: [string, unknown]) => value !== DEFAULT_POPULATION[name as keyof PopulationSettings];
  return Object.fromEntries(Object.entries(further).filter(isOther));
}

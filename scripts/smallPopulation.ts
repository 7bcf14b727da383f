import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PopulationOptions, writePopulation } from '../cli/writePopulation.ts';

/** Coarse and short, where what is looked at is not how well twins fit. */
const SETTINGS = 'calibration:\n  pmjs: 60\n  maxIterations: 8\n';
const EDGE_mm = 3.2;

/**
 * Writes people with coarse hearts, half of them women, and no effect of sex but on recovery.
 *
 * @param settings  YAML at the end of the study file; a calibration of some seconds where it is not said
 * @returns the study file
 */
export async function writeSmallPopulation(
  options: Pick<PopulationOptions, 'out' | 'name' | 'size'> & Partial<PopulationOptions>,
  settings = SETTINGS,
): Promise<string> {
  const usual = { seed: 1, femaleShare: 0.5, sexEffect: 0, ariEffect: 10, broken: 0 };
  const coarse = { edge: EDGE_mm, truthEdge: EDGE_mm, ecg: 'wfdb', tell: () => undefined } as const;
  await writePopulation({ ...usual, ...coarse, ...options });
  const study = join(options.out, 'study.yaml');
  appendFileSync(study, settings);
  return study;
}

import { DEFAULT_POPULATION, type PopulationSettings } from '../population/people.ts';

/** A population whose truth is known, and what is asked of it. */
export interface Scenario {
  readonly name: string;
  /** In words of the report */
  readonly title: string;
  readonly population: PopulationSettings;
}

const scenario = (name: string, title: string, planted: Partial<PopulationSettings>): Scenario => ({
  name,
  title,
  population: { ...DEFAULT_POPULATION, ...planted },
});

/** Share of files that are missing where some are: enough to bias, few enough to happen. */
const MISSING = 0.2;

/** Every population that the analyses are held against, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('size', 'smaller hearts and torsos, one function', {}),
  scenario('slower', 'women conduct 3 % slower', { sexEffectOnVelocity: -0.03 }),
  scenario('faster', 'women conduct 3 % faster', { sexEffectOnVelocity: 0.03 }),
  scenario('torso', 'hearts of one size, torsos differ, one function', { sizeEffect: false }),
  scenario('heart', 'torsos of one size, hearts differ, one function', { torsoEffect: false }),
  scenario('function', 'hearts and torsos of one size, women conduct 3 % slower', {
    sizeEffect: false,
    torsoEffect: false,
    sexEffectOnVelocity: -0.03,
  }),
  scenario('nothing', 'no difference between the sexes', { sizeEffect: false, torsoEffect: false }),
  scenario('missing', 'women conduct 3 % slower; a fifth of the files are broken, whosever they are', {
    sexEffectOnVelocity: -0.03,
    brokenShare: MISSING,
  }),
  scenario('missingBySize', 'women conduct 3 % slower; a fifth of the files are broken, rather those of big hearts', {
    sexEffectOnVelocity: -0.03,
    brokenShare: MISSING,
    brokenBy: 'size',
  }),
  scenario('missingBySex', 'women conduct 3 % slower; a fifth of the files are broken, rather those of women', {
    sexEffectOnVelocity: -0.03,
    brokenShare: MISSING,
    brokenBy: 'sex',
  }),
];

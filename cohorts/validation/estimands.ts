import { COLUMN } from '../analyses/columns.ts';
import { AS_FAST, withFront } from '../analyses/functionGap.ts';
import type { TruthName } from './truth.ts';

/** A number of an answer that is held against the truth: where its record is found, and what it should say. */
export interface ValidatedEstimand {
  /** Letter of the question in the report */
  readonly question: 'a' | 'b' | 'c' | 'd';
  readonly title: string;
  readonly analysis: string;
  readonly estimand: string;
  readonly outcome: string;
  /** As in the record */
  readonly by: string;
  readonly unit: string;
  readonly truth: TruthName;
  /** What its interval is asked to exclude: no effect, or for a share all of the gap */
  readonly none: 0 | 1;
}

const HEART = 'LV mass and volume';
const ALL = 'all together';

const of = (
  question: ValidatedEstimand['question'],
  title: string,
  [analysis, estimand, outcome, by]: readonly [string, string, string, string],
  truth: TruthName,
  [unit, none]: readonly [string, 0 | 1] = ['ms', 0],
): ValidatedEstimand => ({ question, title, analysis, estimand, outcome, by, unit, truth, none });

const share = ['1', 1] as const;
const ratio = ['1', 0] as const;
const recorded = COLUMN.qrsRecorded;

/** Every number that is validated, in the order of the report. */
export const ESTIMANDS: readonly ValidatedEstimand[] = [
  of('a', 'gap of recorded QRS', ['regressionShare', 'gap', recorded, ''], 'gap'),
  of('a', 'gap of the twins’ QRS', ['regressionShare', 'gap', COLUMN.qrsSimulated, ''], 'gap'),
  of('a', 'explained by LV mass', ['regressionShare', 'explained', recorded, 'LV mass'], 'explainedByMass'),
  of('a', 'explained by LV mass and volume', ['regressionShare', 'explained', recorded, HEART], 'explainedByHeart'),
  of('a', 'explained by all sizes', ['regressionShare', 'explained', recorded, ALL], 'explainedByAll'),
  of('a', 'share of LV mass and volume', ['regressionShare', 'share', recorded, HEART], 'shareOfHeart', share),
  of('a', 'share of all sizes', ['regressionShare', 'share', recorded, ALL], 'shareOfAll', share),
  of(
    'a',
    'mediated by LV mass and volume, slopes by sex: direct',
    ['mediation', 'direct', recorded, `${HEART}; slopes by sex`],
    'directPastHeart',
  ),
  ...(['lvFibreVelocity', 'lvTransverseVelocity', 'rvFibreVelocity', 'rvTransverseVelocity'] as const).map((name) =>
    of('b', `calibrated ${wordsOf(name)}`, ['velocityBySex', 'relative', COLUMN[name], ''], 'velocity', ratio),
  ),
  of('c', 'anatomy under one function', ['sameFunction', 'anatomy', recorded, AS_FAST], 'anatomy'),
  of('c', 'function, what is left', ['sameFunction', 'function', recorded, AS_FAST], 'function'),
  of('c', 'share of anatomy', ['sameFunction', 'share', recorded, AS_FAST], 'shareOfAnatomy', share),
  ...(['lawFront', 'slowFront'] as const).map((front) =>
    of('c', `anatomy, ${withFront(front)}`, ['sameFunction', 'anatomy', recorded, withFront(front)], 'anatomy'),
  ),
  of('d', 'QRS by LV mass', ['indexedQrs', 'relative', recorded, 'by LV mass'], 'indexedByMass', ratio),
  of(
    'd',
    'QRS by the cube root of LV volume',
    ['indexedQrs', 'relative', recorded, 'by the cube root of LV volume'],
    'indexedByVolume',
    ratio,
  ),
  of('d', 'QRS by height', ['indexedQrs', 'relative', recorded, 'by height'], 'indexedByHeight', ratio),
];

function wordsOf(
  name: 'lvFibreVelocity' | 'lvTransverseVelocity' | 'rvFibreVelocity' | 'rvTransverseVelocity',
): string {
  return `${name.slice(0, 2).toUpperCase()} velocity ${name.includes('Fibre') ? 'along' : 'across'} fibres`;
}

import { fisherExact, permutationTest } from '../statistics/exactTests.ts';
import { standardisedDifference, summarise } from '../statistics/twoGroups.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, Undetermined } from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from './table.ts';

const TRAITS = [COLUMN.age, COLUMN.height, COLUMN.weight, COLUMN.bodySurface] as const;
/** A standardised difference beyond this is commonly called imbalance (Austin, Stat Med 28:3083–3107, 2009). */
const IMBALANCE = 0.1;
const SIGNIFICANT = 0.05;
/** Fewer quarantined subjects than this cannot show a bias unless it is extreme. */
const FEW = 10;
/** Fewer than this are not compared at all: their spread is unknown, and a single odd one would be called a bias. */
const FEWEST = 5;

/** One trait of quarantined against finished subjects. */
export interface TraitBalance {
  readonly trait: string;
  readonly quarantined: { readonly n: number; readonly mean: number };
  readonly finished: { readonly n: number; readonly mean: number };
  /** In units of the average spread; quarantined − finished. */
  readonly standardisedDifference: number;
  readonly p_value: number;
}

export interface QuarantineBias extends AnalysisResult {
  readonly quarantined: number;
  readonly finished: number;
  readonly sex:
    | {
        readonly quarantined: { readonly women: number; readonly men: number };
        readonly finished: { readonly women: number; readonly men: number };
        readonly p_value: number;
      }
    | Undetermined;
  readonly traits: readonly (TraitBalance | (Undetermined & { readonly trait: string }))[];
  /** One sentence for the reader. */
  readonly verdict: string;
}

/** Are the subjects without a twin a biased sample of those asked for? (docs/analyses.md#quarantine-bias) */
export const quarantineBias: Analysis<QuarantineBias> = {
  name: 'quarantineBias',
  run(table, settings) {
    const finished = finishedRows(table);
    const quarantined = finished.filter((isFinished) => !isFinished).length;
    const sex = sexBalance(table, finished);
    const traits = TRAITS.map((trait) => traitBalance(table, finished, trait, settings));
    return {
      title: 'Who is missing',
      question: 'Are the quarantined subjects a biased sample by sex, age or size?',
      definition:
        'Sex by Fisher’s exact test; age, height, weight and body surface area by standardised differences with permutation tests. Heart size is not known of a subject without a twin.',
      assumptions: [
        'Subjects fail independently of each other.',
        'No test of a few subjects can show that there is no bias: the counts stand beside the p values, and fewer than 5 are not compared.',
      ],
      estimates: [],
      quarantined,
      finished: table.rows - quarantined,
      sex,
      traits,
      verdict: verdictOf(quarantined, table.rows - quarantined, sex, traits),
    };
  },
};

function sexBalance(table: ColumnTable, finished: readonly boolean[]): QuarantineBias['sex'] {
  const sexes = sexesOf(table);
  const count = (sex: 'female' | 'male', isFinished: boolean) =>
    sexes.filter((value, row) => value === sex && finished[row] === isFinished).length;
  const out = { women: count('female', false), men: count('male', false) };
  const kept = { women: count('female', true), men: count('male', true) };
  if (out.women + out.men === 0) return { undetermined: 'no quarantined subject has a known sex' };
  if (kept.women + kept.men === 0) return { undetermined: 'no finished subject has a known sex' };
  if (out.women + out.men < FEWEST) return { undetermined: tooFew(out.women + out.men, 'sex') };
  return { quarantined: out, finished: kept, p_value: fisherExact(out.women, out.men, kept.women, kept.men) };
}

function traitBalance(
  table: ColumnTable,
  finished: readonly boolean[],
  trait: string,
  { seed }: AnalysisSettings,
): QuarantineBias['traits'][number] {
  const values = numbersOf(table, trait);
  const of = (isFinished: boolean) =>
    Array.from(values).filter((value, row) => finished[row] === isFinished && !Number.isNaN(value));
  const [out, kept] = [of(false), of(true)];
  if (out.length === 0) return { trait, undetermined: `no quarantined subject has a known ${labelOf(trait)}` };
  if (out.length < FEWEST) return { trait, undetermined: tooFew(out.length, labelOf(trait)) };
  if (kept.length < 2) return { trait, undetermined: `fewer than 2 finished subjects have a known ${labelOf(trait)}` };
  const [a, b] = [summarise(out), summarise(kept)];
  return {
    trait,
    quarantined: { n: a.n, mean: a.mean },
    finished: { n: b.n, mean: b.mean },
    standardisedDifference: standardisedDifference(out, kept),
    p_value: permutationTest(out, kept, seed),
  };
}

const tooFew = (n: number, trait: string) =>
  `too few to tell: ${n} quarantined ${n === 1 ? 'subject has' : 'subjects have'} a known ${trait}, ${FEWEST} are needed`;

function verdictOf(
  quarantined: number,
  finished: number,
  sex: QuarantineBias['sex'],
  traits: QuarantineBias['traits'],
): string {
  const total = quarantined + finished;
  if (quarantined === 0) return `All ${total} subjects have a twin: nobody is missing.`;
  const share = `${quarantined} of ${total} subjects ${quarantined === 1 ? 'has' : 'have'} no twin`;
  if (quarantined < FEWEST) return `${share}: too few to tell whether they differ from the others.`;
  const suspects: string[] = [];
  if (!('undetermined' in sex) && sex.p_value < SIGNIFICANT) suspects.push('sex');
  for (const balance of traits) {
    if ('undetermined' in balance) continue;
    if (balance.p_value < SIGNIFICANT && Math.abs(balance.standardisedDifference) > IMBALANCE) {
      suspects.push(labelOf(balance.trait));
    }
  }
  if (suspects.length > 0) {
    return `${share}, and they differ from the others in ${suspects.join(', ')}: the answers below describe those who could be twinned, not all.`;
  }
  return quarantined < FEW
    ? `${share}; nothing sets them apart, but so few could hardly show it.`
    : `${share}; they do not differ from the others by more than chance in sex, age or body size.`;
}

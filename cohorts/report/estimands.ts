import type { EstimateRecord } from '../analyses/analysis.ts';
import { COLUMN, labelOf } from '../analyses/columns.ts';
import { AS_FAST, withFront } from '../analyses/functionGap.ts';
import type { CohortAnswers } from '../analyses/index.ts';
import { OUTCOMES } from '../analyses/sexSize.ts';
import { percent, withInterval } from './numbers.ts';

/** One answer to the question how much of the sex gap is size, with the definition that it belongs to. */
export interface EstimandLine {
  /** Letter of the definition in docs/analyses.md */
  readonly definition: 'gap' | 'a' | 'b' | 'c' | 'd' | 'e';
  readonly group: string;
  readonly label: string;
  readonly unit: 'ms' | '%';
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Estimate and interval in words */
  readonly note: string;
  readonly women: number;
  readonly men: number;
  /** Whether it says how much of the gap is heart or body size: such answers can agree or not */
  readonly isSizePart: boolean;
}

/** The QRS duration that the report leads with: the recorded one where it has an answer. */
export function leadingOutcome(records: readonly EstimateRecord[]): string {
  return OUTCOMES.find((outcome) => records.some((record) => isGap(record, outcome))) ?? COLUMN.qrsSimulated;
}

const isGap = ({ analysis, estimand, outcome }: EstimateRecord, wanted: string): boolean =>
  analysis === 'regressionShare' && estimand === 'gap' && outcome === wanted;

/** All definitions' answers about the QRS duration that the report leads with, in their order; those without an answer are not there. */
export function estimandLines(analyses: CohortAnswers): EstimandLine[] {
  const records: readonly EstimateRecord[] = Object.values(analyses).flatMap(({ estimates }) => [...estimates]);
  const outcome = leadingOutcome(records);
  const find = (analysis: string, estimand: string, wanted: string) =>
    records.filter(
      (record) =>
        record.analysis === analysis &&
        record.estimand === estimand &&
        record.outcome === wanted &&
        Number.isFinite(record.estimate),
    );
  const name = labelOf(outcome);
  const same = find('sameFunction', 'anatomy', outcome);
  const swaps = find('factorialSwap', 'shapley', COLUMN.qrsSimulated);
  const sizes = swaps.filter(({ by }) => by === HEART_SIZE);
  return [
    ...find('regressionShare', 'gap', outcome).map((record) => line('gap', 'The gap', `${name}, men − women`, record)),
    ...find('regressionShare', 'explained', outcome).map((record) =>
      line('a', '(a) goes with size, by regression on', record.by, record, true),
    ),
    ...find('mediation', 'indirect', outcome)
      .filter(({ by }) => by.startsWith('LV mass; '))
      .map((record) =>
        line('a', '(a) goes through LV mass, by mediation with', record.by.replace('LV mass; ', ''), record, true),
      ),
    ...find('matchedSize', 'explained', outcome).map((record) =>
      line('a', '(a) gone between women and men matched on size', record.by, record, true),
    ),
    ...same
      .filter(({ by }) => by === AS_FAST || by === withFront('lawFront'))
      .map((record) => line('c', '(c) anatomy alone, one function in every heart', record.by, record)),
    ...swaps
      .filter(({ by }) => !sizes.some((size) => size.by === by))
      .map((record) => line('e', E_GROUP, record.by, record))
      .toSpliced(0, 0, ...sizes.map((record) => line('e', E_GROUP, record.by, record, true))),
    ...find('indexedQrs', 'relative', outcome).map((record) =>
      line('d', '(d) QRS for its size, women over men − 1', record.by, record),
    ),
  ];
}

/** As the analysis names it (`SWAP_LABELS`). */
const HEART_SIZE = 'heart size';
const E_GROUP = '(e) exchanged between women and men, Shapley’s mean over all orders (simulated)';

function line(
  definition: EstimandLine['definition'],
  group: string,
  label: string,
  record: EstimateRecord,
  isSizePart = false,
): EstimandLine {
  const { estimate, low, high, women, men } = record;
  const common = { definition, group, label, women, men, isSizePart };
  if (record.unit === '1') {
    const [middle, least, most] = [100 * estimate, 100 * low, 100 * high];
    return { ...common, unit: '%', estimate: middle, low: least, high: most, note: percent(record, 1) };
  }
  return { ...common, unit: 'ms', estimate, low, high, note: withInterval(record, 'ms', 1) };
}

/** Whether the definitions that say how much of the gap is size say the same. */
export interface Agreement {
  readonly least: EstimandLine;
  readonly most: EstimandLine;
  /** All intervals share at least one value. */
  readonly doOverlap: boolean;
  /** Some interval is wider than the gap itself: overlapping then says little. */
  readonly isLoose: boolean;
  readonly answers: number;
}

/** Undefined with fewer than two such answers. */
export function agreementOf(lines: readonly EstimandLine[]): Agreement | undefined {
  const gap = lines.find(({ definition }) => definition === 'gap');
  const parts = lines.filter(({ isSizePart, unit }) => isSizePart && unit === 'ms');
  const [first] = parts;
  if (gap === undefined || first === undefined || parts.length < 2) return undefined;
  const least = parts.reduce((low, part) => (part.estimate < low.estimate ? part : low), first);
  const most = parts.reduce((high, part) => (part.estimate > high.estimate ? part : high), first);
  return {
    least,
    most,
    doOverlap: Math.max(...parts.map(({ low }) => low)) <= Math.min(...parts.map(({ high }) => high)),
    isLoose: parts.some(({ low, high }) => high - low > Math.abs(gap.estimate)),
    answers: parts.length,
  };
}

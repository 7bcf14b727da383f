import { contractionFigure } from '../../cohorts/report/figures/contractionDots.ts';
import { estimandFigure } from '../../cohorts/report/figures/estimandForest.ts';
import { histogramFigure } from '../../cohorts/report/figures/fitHistogram.ts';
import { coverageFigure } from '../../cohorts/report/figures/groupCoverage.ts';
import { balanceFigure } from '../../cohorts/report/figures/quarantineBalance.ts';
import { recordForest } from '../../cohorts/report/figures/recordForest.ts';
import { scatterFigure } from '../../cohorts/report/figures/sizeScatter.ts';
import { flowFigure } from '../../cohorts/report/figures/subjectFlow.ts';
import { swapBars } from '../../cohorts/report/figures/swapBars.ts';
import { traitCurves } from '../../cohorts/report/figures/traitCurves.ts';
import { waterfallFigure } from '../../cohorts/report/figures/waterfall.ts';
import type { Html } from '../../cohorts/report/html.ts';
import {
  contractions,
  coverage,
  curveOutcome,
  estimandLinesFixed,
  flow,
  quarantine,
  records,
  scatterPoints,
  swapOutcome,
  trait,
  waterfall,
} from './figureInputs.ts';

/** Every figure with a fixed input: what the snapshots hold. */
export const FIGURES: Readonly<Record<string, () => Html>> = {
  estimands: () => estimandFigure(estimandLinesFixed),
  waterfall: () => waterfallFigure(waterfall),
  scatter: () => scatterFigure({ outcome: 'qrsDuration_ms', points: scatterPoints(40) }),
  flow: () => flowFigure(flow),
  swap: () => swapBars(swapOutcome),
  curves: () => traitCurves([curveOutcome], trait),
  contraction: () => contractionFigure(contractions),
  coverage: () => coverageFigure(coverage),
  quarantine: () => balanceFigure(quarantine),
  records: () => recordForest('records', 'Some estimates', records),
  fit: () => histogramFigure(Array.from({ length: 60 }, (_, at) => 0.985 + 0.0002 * ((at * 7) % 60))),
};

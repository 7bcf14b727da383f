import type { AgeAndBody } from '../../analyses/ageAndBody.ts';
import type { ContractionBySex } from '../../analyses/contraction.ts';
import type { FactorialSwap } from '../../analyses/factorialSwap.ts';
import type { Mediation } from '../../analyses/mediation.ts';
import type { Representation } from '../../analyses/representation.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { contractionDots } from '../figures/contractionDots.ts';
import { coverageFigure } from '../figures/groupCoverage.ts';
import { recordForest } from '../figures/recordForest.ts';
import { swapBars } from '../figures/swapBars.ts';
import { traitCurves } from '../figures/traitCurves.ts';
import { html } from '../html.ts';
import { bullets, preamble } from '../markup.ts';
import { capital } from '../numbers.ts';
import { estimateTable, verdictOf, whyNot } from './generic.ts';
import type { Page } from './page.ts';

/** Outcomes of exchanged twins that get a figure; the others stand in the table. */
const SWAPS_DRAWN = ['qrsDuration_ms', 'qtInterval_ms'];

/** Estimand (e): bars of each exchanged factor and their interactions. */
export function factorialSwapPage(answer: FactorialSwap): Page {
  const known = answer.outcomes.flatMap((outcome) => (isUndetermined(outcome) ? [] : [outcome]));
  const drawn = known.filter(({ outcome }) => SWAPS_DRAWN.includes(outcome));
  return {
    id: 'factorialSwap',
    title: answer.title,
    short: '(e) Parts exchanged',
    body: html`${preamble(answer)}${drawn.map(swapBars)}${estimateTable('factorialSwap', answer.title, answer.estimates)}${whyNot(answer)}`,
  };
}

/** How much goes by way of size: of each set of mediators the indirect part, as the models differ. */
export function mediationPage(answer: Mediation): Page {
  const outcome = answer.estimates[0]?.outcome;
  const drawn = answer.estimates.filter(
    (record) => record.estimand === 'indirect' && record.outcome === outcome && !record.by.includes(';'),
  );
  const variants = answer.estimates.filter(
    ({ estimand, outcome: of, by }) => estimand === 'indirect' && of === outcome && /^(LV mass|all together);/.test(by),
  );
  return {
    id: 'mediation',
    title: answer.title,
    short: '(a) By way of size',
    body: html`${preamble(answer)}${recordForest('mediation-forest', 'What goes by way of size', [...drawn, ...variants])}${estimateTable('mediation', answer.title, answer.estimates)}${whyNot(answer)}`,
  };
}

/** Curves along age and body mass. */
export function ageAndBodyPage(answer: AgeAndBody): Page {
  const known = answer.answers.flatMap((found) => (isUndetermined(found) ? [] : [found]));
  const traits = [...new Set(known.map(({ trait }) => trait))];
  return {
    id: 'ageAndBody',
    title: answer.title,
    body: html`${preamble(answer)}${traits.map((trait) => traitCurves(known, trait))}${estimateTable('ageAndBody', answer.title, answer.estimates)}${
      answer.leftOut.length > 0 ? html`<p>${answer.leftOut.map(capital).join('; ')}.</p>` : ''
    }${whyNot(answer)}`,
  };
}

/** What the ECGs say of each parameter. */
export function contractionPage(answer: ContractionBySex): Page {
  return {
    id: 'contractions',
    title: answer.title,
    short: 'What an ECG says',
    body: html`${preamble(answer)}${contractionDots(answer)}${estimateTable('contraction', answer.title, answer.estimates)}${whyNot(answer)}`,
  };
}

/** Who has a twin, and whom the cohort speaks for. */
export function representationPage(answer: Representation): Page {
  const sentences = [...answer.underRepresented, ...answer.tooSmall];
  return {
    id: 'representation',
    title: answer.title,
    short: 'Representation',
    body: html`${preamble(answer)}${verdictOf(answer)}${coverageFigure(answer.columns)}${sentences.length > 0 ? bullets(sentences.map((sentence) => capital(sentence))) : ''}${estimateTable('representation', answer.title, answer.estimates)}${whyNot(answer)}`,
  };
}

import type { AnalysisResult } from '../../analyses/analysis.ts';
import type { CohortAnswers } from '../../analyses/index.ts';
import type { ReportInput } from '../reportInput.ts';
import { ageAndBodyPage, contractionPage, factorialSwapPage, mediationPage, representationPage } from './drawn.ts';
import { genericPage } from './generic.ts';
import { indexedQrsPage } from './indexedQrs.ts';
import type { Page } from './page.ts';
import { quarantineBiasPage } from './quarantineBias.ts';
import { regressionSharePage } from './regressionShare.ts';
import { velocityBySexPage } from './velocityBySex.ts';

/** Analyses with a page of their own; every other one gets the page that serves all. */
const pages: { readonly [Name in keyof CohortAnswers]?: (answer: CohortAnswers[Name], input: ReportInput) => Page } = {
  regressionShare: regressionSharePage,
  velocityBySex: velocityBySexPage,
  indexedQrs: indexedQrsPage,
  quarantineBias: quarantineBiasPage,
  mediation: mediationPage,
  factorialSwap: factorialSwapPage,
  ageAndBody: ageAndBodyPage,
  contraction: contractionPage,
  representation: representationPage,
};

/** Of pages without one of their own, what the contents call them. */
const SHORT: Readonly<Record<string, string>> = {
  posteriorVelocity: '(b) Without the prior',
  repolarisationBySex: '(b) Repolarisation',
  qtBySex: '(b) QT and T wave',
  sameFunction: '(c) One function in all',
  matchedSize: 'Matched on size',
  sensitivity: 'What it hangs on',
  lifestyle: 'Lifestyle',
  propagated: 'Uncertainty of twins',
};

/** A page for each answer, in the order of the registry of analyses. */
export function analysisPages(input: ReportInput): Page[] {
  return Object.entries(input.analyses).map(([name, answer]) => pageOf(name as keyof CohortAnswers, answer, input));
}

function pageOf<Name extends keyof CohortAnswers>(name: Name, answer: CohortAnswers[Name], input: ReportInput): Page {
  const own = pages[name];
  const common: AnalysisResult = answer;
  return own === undefined ? genericPage(name, common, SHORT[name]) : own(answer, input);
}

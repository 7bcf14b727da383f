import { COLUMN, labelOf } from '../analyses/columns.ts';
import type { Decomposition, OutcomeShare } from '../analyses/regressionShare.ts';
import { isUndetermined } from '../statistics/leastSquares.ts';
import { type Agreement, agreementOf, type EstimandLine, estimandLines } from './estimands.ts';
import { type Html, html } from './html.ts';
import { format, percent, withInterval } from './numbers.ts';
import type { ReportInput } from './reportInput.ts';

/** Rows for each coefficient from which all size factors together carry the headline; with fewer, LV mass alone does. */
const ROWS_PER_COEFFICIENT = 10;

/** The decomposition that the headline quotes: chosen by the number of rows, never by its result. */
export function headlineParts({ decompositions, rows }: OutcomeShare): Decomposition | undefined {
  const known = decompositions.flatMap((parts) => (isUndetermined(parts) ? [] : [parts]));
  const [all] = known;
  const enough = all !== undefined && rows.women + rows.men >= ROWS_PER_COEFFICIENT * (all.factors.length + 2);
  return enough ? all : (known.find(({ factors }) => factors.length === 1) ?? all);
}

/** The answer in a few sentences: the gap and its part that goes with size; what the other definitions say and whether they agree; what it rests on. */
export function headline({ analyses, manifest }: ReportInput): Html {
  const { outcomes } = analyses.regressionShare;
  const level = `${Math.round(100 * manifest.bootstrap.level)} %`;
  const known = outcomes.flatMap((outcome) => (isUndetermined(outcome) ? [] : [outcome]));
  const [first] = outcomes;
  const [lead] = known;
  if (lead === undefined) {
    const reason = first && isUndetermined(first) ? first.undetermined : 'the table has no QRS duration';
    return html`<p class="answer">No answer about sex and size can be given: ${reason}.</p>`;
  }
  const lines = estimandLines(analyses);
  const others = lead.isGapClear ? definitionSentences(lines) : [];
  const agreement = lead.isGapClear ? agreementOf(lines) : undefined;
  return html`${leadSentence(lead)}
${others.length > 0 ? html`<p>${others.join(' ')}</p>` : ''}
${agreement ? html`<p><b>${verdictOn(agreement)}</b> ${reasonsOf(agreement)}</p>` : ''}
${known.slice(1).map((outcome) => html`<p>${secondSentence(outcome)}</p>`)}
<p>${velocitySentence(analyses.velocityBySex.velocities)}</p>
<p class="rests">Brackets are ${level} bootstrap intervals. The share is a regression’s: it is the part of the gap that <em>goes with</em> size in a straight line, and the effect of size only if nothing else that shapes the QRS differs along with it. ${analyses.quarantineBias.verdict}</p>`;
}

/** What the definitions beside the regression say, a sentence each; those without an answer are silent. */
function definitionSentences(lines: readonly EstimandLine[]): string[] {
  const of = (letter: EstimandLine['definition']) => lines.filter(({ definition }) => definition === letter);
  const sentences: string[] = [];
  for (const { note } of of('c').slice(0, 1)) {
    sentences.push(`With one function in every heart, anatomy alone makes ${note} of the gap (c).`);
  }
  const swaps = of('e');
  if (swaps.length > 0) {
    const parts = swaps.slice(0, SWAPS_TOLD).map(({ label, note }) => `${label} ${note}`);
    sentences.push(`Exchanged between women’s and men’s twins, ${parts.join(', ')} (e).`);
  }
  const mass = of('d').find(({ label }) => label === 'by LV mass');
  if (mass !== undefined) {
    const longer =
      mass.low > 0
        ? 'women’s QRS is the longer'
        : mass.high < 0
          ? 'men’s QRS is the longer'
          : 'neither is clearly longer';
    sentences.push(`Divided by LV mass, ${longer}: ${mass.note} (d).`);
  }
  return sentences;
}

/** The five factors; groups of them stand in the figure. */
const SWAPS_TOLD = 5;

function verdictOn({ doOverlap, isLoose, answers }: Agreement): string {
  if (!doOverlap) return `The ${answers} answers to how much of the gap is size do not agree.`;
  return isLoose
    ? `The ${answers} answers to how much of the gap is size do not contradict each other, but their intervals are too wide for that to mean much.`
    : `The ${answers} answers to how much of the gap is size agree within their intervals.`;
}

function reasonsOf({ least, most, doOverlap }: Agreement): string {
  const range = `They run from ${least.note} (${least.definition}, ${least.label}) to ${most.note} (${most.definition}, ${most.label}).`;
  return doOverlap
    ? range
    : `${range} They ask different questions of the same people: each measure of size stands for more or less of what differs along with it.`;
}

function leadSentence(outcome: OutcomeShare): Html {
  const gap = withInterval(outcome.gap, 'ms', 1);
  const { women, men } = outcome.rows;
  const whom = `${women} women and ${men} men`;
  const parts = headlineParts(outcome);
  if (!outcome.isGapClear) {
    return html`<p class="answer">In ${whom} the ${labelOf(outcome.outcome)} of men minus that of women is <b>${gap}</b>: this cohort cannot tell the gap from none, so no share of it is attributed to size.</p>`;
  }
  const who = outcome.gap.estimate > 0 ? 'Men’s' : 'Women’s';
  const than = outcome.gap.estimate > 0 ? 'women’s' : 'men’s';
  const size = `${format(Math.abs(outcome.gap.estimate), 1)} ms (${ends(outcome)})`;
  const first = html`${who} ${labelOf(outcome.outcome)} is <b>${size}</b> longer than ${than} (${whom})`;
  if (!parts) return html`<p class="answer">${first}. What part of it goes with size cannot be said.</p>`;
  return html`<p class="answer">${first}. ${nameOf(parts)} ${parts.factors.length > 1 ? 'go' : 'goes'} with <b>${withInterval(parts.explained, 'ms', 1)}</b> of the gap (men − women), a share of <b>${percent(parts.share)}</b>; ${withInterval(parts.unexplained, 'ms', 1)} stay unexplained.${isOpen(parts) ? ` ${OPEN}` : ''}</p>`;
}

/** The gap's interval in the direction in which it is told. */
function ends({ gap }: OutcomeShare): string {
  const [low, high] = gap.estimate > 0 ? [gap.low, gap.high] : [-gap.high, -gap.low];
  return `${format(low, 1)} to ${format(high, 1)}`;
}

function secondSentence(outcome: OutcomeShare): string {
  const parts = headlineParts(outcome);
  const gap = `For the ${labelOf(outcome.outcome)} the gap is ${withInterval(outcome.gap, 'ms', 1)}`;
  if (!outcome.isGapClear) return `${gap}, which may be none.`;
  if (!parts) return `${gap}.`;
  return `${gap}, of which ${percent(parts.share)} goes with ${nameOf(parts, true)}.${isOpen(parts) ? ` ${OPEN}` : ''}`;
}

/** Whether the share's interval holds both nothing and everything: then the cohort has not answered. */
const isOpen = ({ share }: Decomposition): boolean => share.low <= 0 && share.high >= 1;
const OPEN = 'An interval from none of the gap to all of it says that this cohort is too small for the question.';

function nameOf({ factors, label }: Decomposition, isInside = false): string {
  const words =
    factors.length > 2
      ? `the ${factors.length} size measures together`
      : factors.length > 1
        ? label
        : labelOf(factors[0] ?? '');
  return isInside ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

function velocitySentence(velocities: ReportInput['analyses']['velocityBySex']['velocities']): string {
  const lv = velocities.find(({ velocity }) => velocity === COLUMN.lvFibreVelocity);
  if (!lv) return '';
  if (isUndetermined(lv)) return `Conduction velocity by sex: ${lv.undetermined}.`;
  const isClear = lv.relative.low > 0 || lv.relative.high < 0;
  const difference = `The calibrated LV conduction velocity along fibres differs by ${percent(lv.relative, 1)} (women − men)`;
  const hidden = isUndetermined(lv.shrinkage) || lv.shrinkage.canHide;
  if (isClear) return `${difference}.`;
  return hidden
    ? `${difference}: no difference is seen, but the calibration’s prior is strong enough to hide one.`
    : `${difference}: no difference is seen.`;
}

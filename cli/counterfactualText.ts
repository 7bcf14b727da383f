import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';

/** Where a run's counterfactual twins stand, in a line. */
export function describeCounterfactuals({
  phase,
  items,
  done,
  failed,
  cached,
  running,
}: CounterfactualProgress): string {
  if (phase !== 'simulating') return `counterfactual twins: ${phase}`;
  const parts = [`counterfactual twins: ${done + failed}/${items} hearts and pairs`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (cached > 0) parts.push(`${cached} found from before`);
  if (running > 0) parts.push(`${running} under way`);
  return parts.join(' · ');
}

/** What was simulated. */
export function counterfactualSentence({ references, pairs, done, failed, cached }: CounterfactualResult): string {
  const made = done + failed - cached;
  const work = made === 0 ? 'nothing was computed: all was there from before' : `${made} simulated, ${cached} found`;
  const lost = failed > 0 ? `; ${failed} could not be simulated, the column "finding" says why` : '';
  return `${references} hearts under the reference function, ${pairs} pairs put together in 32 ways: ${work}${lost}`;
}

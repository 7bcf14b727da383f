import type { CohortProgress } from '../workflows/messages.ts';

/** Where a cohort stands, in a line: counts, stages, rate and time to go. */
export interface ProgressLine {
  /** @param now_ms  a clock that only goes forward */
  describe(progress: CohortProgress, now_ms: number): string;
}

/** Rates are taken over what this process has seen, without what was found rather than made. */
export function openProgressLine(): ProgressLine {
  let first: { readonly at_ms: number; readonly ended: number } | undefined;
  return {
    describe(progress, now_ms) {
      const { subjects, done, cached, quarantined, running, phase } = progress;
      const ended = done + quarantined;
      first ??= { at_ms: now_ms, ended };
      const minutes = (now_ms - first.at_ms) / 60_000;
      const rate = minutes > 0.05 ? (ended - first.ended) / minutes : 0;
      const parts = [`${ended}/${subjects} subjects`];
      if (quarantined > 0) parts.push(`${quarantined} quarantined`);
      if (cached > 0) parts.push(`${cached} found from before`);
      const stages = (['prepare', 'calibrate', 'measure'] as const).filter((stage) => running[stage] > 0);
      if (stages.length > 0) parts.push(stages.map((stage) => `${stage} ${running[stage]}`).join(' '));
      if (rate > 0 && ended < subjects)
        parts.push(`${rate.toFixed(1)}/min`, `${duration((subjects - ended) / rate)} to go`);
      if (phase !== 'building') parts.push(phase);
      return parts.join(' · ');
    },
  };
}

function duration(minutes: number): string {
  if (minutes < 1) return `${Math.max(1, Math.round(minutes * 60))} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return `${(minutes / 60).toFixed(1)} h`;
}

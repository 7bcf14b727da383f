import { JOBS, type JobName } from './jobs/index.ts';

// A job's own process: it gets one job by message, answers it, and ends.
process.once('message', async ({ name, input }: { name: JobName; input: never }) => {
  try {
    const answer = await JOBS[name](input);
    process.send?.({ answer, peakMemory_MB: process.resourceUsage().maxRSS / 1e3 });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    process.disconnect();
  }
});

import { writeSync } from 'node:fs';

/** What a process used from its start to its end, told on file descriptor 3 as one line of JSON. Loaded before the program that is measured. */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(3, `${JSON.stringify({ cpu_s: (userCPUTime + systemCPUTime) / 1e6, peakMemory_MB: maxRSS / 1024 })}\n`);
});

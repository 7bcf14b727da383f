import { parseArgs } from 'node:util';
import { runWorker } from './runWorker.ts';
import { workerSettings } from './settings.ts';

/**
 * A worker process: `node workers/main.ts --pool cpu --settings '{…}'`. Stops on SIGTERM and SIGINT, and when the process that started it
 * is gone, however it went.
 */
const { values } = parseArgs({ options: { pool: { type: 'string' }, settings: { type: 'string', default: '{}' } } });
const settings = workerSettings.parse({ ...JSON.parse(values.settings), pool: values.pool });
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
process.on('disconnect', () => stop.abort()); // the parent's end of the channel closed

await runWorker(settings, stop.signal, () => process.send?.({ type: 'ready' }));
process.exit(0);

// Makes the workflow bundles that workers would make at their first start: `node bundleWorkflows.mjs APPLICATION CACHE`, where APPLICATION holds
// dist/ and node_modules/. One for each way in which a worker can be set up: with and without encrypted failures, with and without traces.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [application, cache] = process.argv.slice(2);
if (application === undefined || cache === undefined) throw new Error('expected the folders of application and cache');
const { workflowBundle } = await import(pathToFileURL(join(application, 'dist', 'workers', 'workflowBundle.js')).href);
const silent = () => undefined;
const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const made = new Set();
for (const isEncrypted of [false, true]) {
  for (const isTraced of [false, true]) {
    made.add((await workflowBundle(cache, logger, { isEncrypted, isTraced })).codePath);
  }
}
console.log(`${made.size} workflow bundles in ${cache}`);

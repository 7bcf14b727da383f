/** Every workflow that a worker of the queue `twinfold` can run. */
export { buildCohort } from './buildCohort.ts';
export { buildSubjects } from './buildSubjects.ts';
export { buildTwin } from './buildTwin.ts';
export { counterfactual } from './counterfactual.ts';
export { livingTwin } from './livingTwin.ts';
export { reprocess } from './reprocess.ts';

import { Command } from 'commander';
import type { CohortClient } from '../../workers/client.ts';
import { answer, say } from '../console.ts';

const builds = () => import('../../workers/deployment.ts');

const list = new Command('list')
  .description('Lists the builds whose workers have shown up: which is current, and which have runs left to end.')
  .argument('<name>', 'name of the deployment, as workers are started with')
  .option('--json', 'answer with one JSON document')
  .action(async (name: string, { json }: { json?: boolean }) => {
    const known = await withServer(async (cohorts) => (await builds()).listBuilds(cohorts, name));
    if (json) return answer(known);
    for (const { buildId, isCurrent, drainage } of known) {
      const state = isCurrent
        ? 'current: new runs begin on it'
        : drainage === 'DRAINING'
          ? 'has runs that are under way: leave its workers'
          : drainage === 'DRAINED'
            ? 'has none left: its workers may go'
            : 'not yet current';
      say(`${buildId}  ${state}`);
    }
  });

const current = new Command('current')
  .description('Lets new runs begin on a build. Runs under way end on the build that they began on.')
  .argument('<name>', 'name of the deployment')
  .argument('[build]', 'the build (default: that of this installation)')
  .action(async (name: string, build: string | undefined) => {
    const { defaultBuildId, makeCurrent } = await builds();
    const buildId = build ?? (await defaultBuildId());
    await withServer((cohorts) => makeCurrent(cohorts, { name, buildId }));
    say(`${name}: new runs begin on build ${buildId}; twinfold deployment list ${name} says when older ones are done`);
  });

export const deployment = new Command('deployment')
  .description('Which build of Twinfold new runs begin on, where workers were started with --deployment.')
  .addCommand(list)
  .addCommand(current)
  .addHelpText(
    'after',
    `
Examples:
  TEMPORAL_ADDRESS=temporal:7233 twinfold deployment list hf
  TEMPORAL_ADDRESS=temporal:7233 twinfold deployment current hf
  TEMPORAL_ADDRESS=temporal:7233 twinfold deployment current hf 0.2.0-3f1c9a7de012`,
  );

async function withServer<T>(ask: (cohorts: CohortClient) => Promise<T>): Promise<T> {
  const { accessFromEnvironment } = await import('../accessFromEnvironment.ts');
  const { connectClient } = await import('../../workers/client.ts');
  const { TwinError } = await import('../../twin/errors.ts');
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace = 'default' } = process.env;
  if (!address) throw new TwinError('BadStudy', 'deployment: name the server by TEMPORAL_ADDRESS=host:port');
  const cohorts = await connectClient(accessFromEnvironment({ address, namespace }));
  try {
    return await ask(cohorts);
  } finally {
    await cohorts.close();
  }
}

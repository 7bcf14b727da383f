import { availableParallelism, freemem, totalmem } from 'node:os';
import { Command } from 'commander';
import { answer, say } from '../console.ts';

export const doctor = new Command('doctor')
  .description(
    'Says what this machine has for Twinfold: Node, Temporal server, compute backends, devices, cores, memory.',
  )
  .option('--json', 'answer with one JSON document')
  .addHelpText('after', '\nExample:\n  twinfold doctor')
  .action(async ({ json }: { json?: boolean }) => {
    const { findCli } = await import('../../infra/temporal/findCli.ts');
    const { cacheFolder } = await import('../../infra/temporal/cacheFolder.ts');
    const { chooseBackend, surveyBackends } = await import('../../backends/index.ts');
    const cli = process.env.TEMPORAL_ADDRESS
      ? { origin: 'address', path: process.env.TEMPORAL_ADDRESS, version: '' }
      : await findCli({ onEvent: () => undefined }).catch((error: Error) => ({
          origin: 'none',
          path: error.message,
          version: '',
        }));
    const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    const choice = await chooseBackend('auto');
    const { findDevices } = await import('../../workers/devices.ts');
    const { memoryBudget } = await import('../../workers/admission.ts');
    const backends = await surveyBackends();
    const devices = await findDevices();
    const facts = {
      node: process.version,
      temporal: `${cli.version} (${cli.origin}: ${cli.path})`.trim(),
      cache: cacheFolder(),
      backend: `${choice.backend.name} (${choice.reason})`,
      cores: availableParallelism(),
      memory: `${gib(totalmem())}, ${gib(freemem())} free; workers plan with ${gib(2 ** 20 * memoryBudget())} together`,
    };
    if (json) {
      answer({ ...facts, backends, devices });
      return;
    }
    for (const [name, value] of Object.entries(facts)) say(`${name.padEnd(9)} ${value}`);
    say('compute backends:');
    for (const { name, description, isAvailable, runsOn, reason } of backends) {
      say(`  ${name.padEnd(9)} ${isAvailable ? 'ready' : 'not here'}; ${description}`);
      for (const line of [runsOn, reason]) if (line !== undefined) say(`${' '.repeat(12)}${line}`);
    }
    say(devices.length === 0 ? 'devices: none' : 'devices (twinfold worker --device):');
    for (const { id, name } of devices) say(`  ${id}${id.endsWith(`:${name}`) ? '' : `; ${name}`}`);
  });

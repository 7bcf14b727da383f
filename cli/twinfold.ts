#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.ts';
import { EXIT, explain } from './console.ts';

// What runs write holds covariates: owner and group may be given it, others never are. Servers and workers inherit this.
process.umask(process.umask() | 0o007);

// Whoever reads the output may stop reading, as `| head` does: then there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('twinfold')
  .description('Cohorts of cardiac digital twins, from patient folders to a population table.')
  .version(version)
  .showHelpAfterError('(twinfold --help lists the commands, twinfold <command> --help its options and examples)')
  .enablePositionalOptions() // a command may have an option --version of its own
  .exitOverride();

for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.wrong;
  } else {
    explain(error);
    process.exitCode = EXIT.wrong;
  }
}

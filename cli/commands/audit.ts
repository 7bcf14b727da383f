import { Command } from 'commander';
import { TwinError } from '../../twin/errors.ts';
import { readAudit } from '../audit.ts';
import { answer, EXIT, say, warn } from '../console.ts';

export const audit = new Command('audit')
  .description('Lists who did what to a run, and checks that nobody has changed the list.')
  .argument('<run>', 'folder of the run')
  .option('--verify', 'only check the list; ends with 1 where it was changed')
  .option('--head <sha256>', 'hash of a line that was kept elsewhere and must be there')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Each line carries the hash of the one before. Keep the last line's hash elsewhere (a mail, a notebook) now and then: only so is it noticed when lines
are cut off at the end, or the whole list is written anew.

Examples:
  twinfold audit runs/demo
  twinfold audit runs/demo --verify --head 3f9a…`,
  )
  .action(async (run: string, { verify, head, json }: { verify?: boolean; head?: string; json?: boolean }) => {
    if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
      throw new TwinError('BadStudy', `--head ${head}: expected the 64 hexadecimal digits of a line's hash`);
    }
    const { lines, problems } = await readAudit(run, head);
    if (json) answer({ lines: verify ? lines.length : lines, problems, head: lines.at(-1)?.sha256 ?? null });
    else {
      if (!verify) {
        for (const { time, user, host, command, outcome, details } of lines) {
          const told = Object.entries(details).map(([name, value]) => `${name}=${value}`);
          say([time, `${user}@${host}`, command, outcome, ...told].join('  '));
        }
      }
      for (const problem of problems) warn(problem);
      if (problems.length === 0)
        say(`${lines.length} ${lines.length === 1 ? 'line' : 'lines'}, unbroken; the last is ${lines.at(-1)?.sha256}`);
    }
    if (problems.length > 0) process.exitCode = EXIT.wrong;
  });

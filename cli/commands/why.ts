import { Command } from 'commander';
import { answer, say } from '../console.ts';

export const why = new Command('why')
  .description(
    'Says why a subject’s row is what it is, and which stages a run would compute again now, and because of what. Computes nothing.',
  )
  .argument('<run>', 'folder of the run')
  .argument('<subject>', 'a subject of its sheet')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
The study file, the sheet and the subject’s files are read as they are now, and compared with what the run recorded: bytes of files, settings,
versions of the code, what the sheet says of the body. Values of the sheet are not shown, only the names of columns.

Examples:
  twinfold why runs/demo sub-0003
  twinfold why runs/demo sub-0003 --json`,
  )
  .action(async (run: string, subject: string, { json }: { json?: boolean }) => {
    const { explainSubject } = await import('../explainSubject.ts');
    const explanation = await explainSubject(run, subject);
    if (json) answer(explanation);
    else for (const sentence of explanation.sentences) say(sentence);
  });

import { resolve } from 'node:path';
import { Command } from 'commander';
import { say, warn } from '../console.ts';

interface BenchCommandOptions {
  readonly edges?: string;
  readonly backends: string;
  readonly peers?: string;
  readonly python: string;
  readonly against?: string;
  readonly quick?: boolean;
  readonly out: string;
}

const listOf = (text: string | undefined): string[] =>
  text === undefined ? [] : text.split(',').map((part) => part.trim());

/** A path stays the same from every folder; a bare name is looked up by the system. */
const programPath = (program: string): string => (program.includes('/') ? resolve(program) : program);

export const bench = new Command('bench')
  .description('Measures this machine: forward solves, gradients, calibrations, ensembles; as JSON, Markdown and SVG.')
  .argument('[benchmark...]', 'which; all by default')
  .option('--edges <mm>', 'edge lengths of the meshes, such as 3.2,2.15 (default: 14k, 40k, 154k and 258k nodes)')
  .option('--backends <names>', 'compute backends', 'reference,wasm')
  .option(
    '--peers <dir>',
    'folder with other people’s methods (peer_fim.py, peer_torch.py, kernel.c) to be timed beside',
  )
  .option('--python <program>', 'Python with the peers’ packages', 'python3')
  .option('--against <ref>', 'git ref to compare this checkout with, in the same run')
  .option('--quick', 'few repetitions on the two coarsest meshes: to try it, not to quote it')
  .option('--out <dir>', 'folder to write into', 'bench-results')
  .addHelpText(
    'after',
    `
Keep the machine quiet meanwhile. Meshes are made once and kept in Twinfold’s cache.

Examples:
  twinfold bench forward --quick
  twinfold bench --out results
  twinfold bench forward gradient --peers peers --python venv/bin/python
  twinfold bench regression --against main --edges 3.2`,
  )
  .action(async (names: string[], options: BenchCommandOptions) => {
    const { runBench } = await import('../../bench/runBench.ts');
    const { cacheFolder } = await import('../../infra/temporal/cacheFolder.ts');
    const markdown = await runBench({
      names,
      edges_mm: listOf(options.edges).map(Number),
      backends: listOf(options.backends),
      cacheFolder: cacheFolder(),
      peers:
        options.peers === undefined
          ? undefined
          : { folder: resolve(options.peers), python: programPath(options.python) },
      against: options.against,
      isQuick: options.quick === true,
      out: options.out,
      command: `twinfold bench ${process.argv.slice(3).join(' ')}`.trim(),
      date: new Date().toISOString().slice(0, 10),
      tell: warn,
    });
    say(markdown);
    warn(`written: ${options.out}`);
  });

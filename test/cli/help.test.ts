import test from 'ava';
import { commands } from '../../cli/commands/index.ts';
import { runCli } from './runCli.ts';

/** Commands and those under them, as `schedule create`. */
const everyCommand = commands.flatMap((command) => [
  { name: command.name(), command },
  ...command.commands.map((inner) => ({ name: `${command.name()} ${inner.name()}`, command: inner })),
]);

/** A command's whole help, with what is added behind its options. */
function helpOf(command: (typeof commands)[number]): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

test('--help lists every command and ends with 0', async (t) => {
  const { code, out, err } = await runCli('--help');
  t.is(code, 0);
  t.is(err, '');
  for (const command of commands) t.regex(out, new RegExp(`^  ${command.name()}\\b`, 'm'));
});

test('every command has an example of itself and a description that ends as a sentence does', (t) => {
  for (const command of commands) {
    t.regex(helpOf(command), new RegExp(`^ *(?:\\S+=\\S+ )?twinfold ${command.name()}\\b`, 'm'), command.name());
    t.regex(command.description(), /^[A-Z].*\.$/s, command.name());
  }
});

test('examples name commands and options that there are', (t) => {
  const byName = new Map(everyCommand.map(({ name, command }) => [name, command]));
  for (const [, first = '', rest = ''] of everyCommand
    .map(({ command }) => helpOf(command))
    .flatMap((text) => [...text.matchAll(/^ +twinfold (\S+)([^|\n]*)/gm)])) {
    const [, second = ''] = /^ (\S+)/.exec(rest) ?? [];
    const name = byName.has(`${first} ${second}`) ? `${first} ${second}` : first;
    const known = byName.get(name)?.options.map(({ long }) => long) ?? [];
    t.true(byName.has(name), name);
    for (const [option] of rest.matchAll(/(?<= )--[a-z-]+/g)) t.true(known.includes(option), `${name} ${option}`);
  }
});

test('an unknown command or option, and a number that is none, end with 1 and a way out', async (t) => {
  for (const words of [['rum'], ['run'], ['query', '--fast'], ['synthesize', 'two', '--out', 'x']]) {
    const { code, out, err } = await runCli(...words);
    t.is(code, 1, words.join(' '));
    t.is(out, '');
    t.regex(err, /^error: /);
    t.regex(err, /--help/);
  }
});

test('the version is the package’s', async (t) => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  t.deepEqual(await runCli('--version'), { code: 0, out: `${manifest.version}\n`, err: '' });
});

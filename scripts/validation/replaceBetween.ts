import { readFileSync, writeFileSync } from 'node:fs';

/** Puts text between a file's markers `<!-- NAME -->` and `<!-- /NAME -->`. @throws RangeError when the file lacks them */
export function replaceBetween(path: string, name: string, text: string): void {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(path, 'utf8');
  const [from, to] = [before.indexOf(open), before.indexOf(close)];
  if (from < 0 || to < from) throw new RangeError(`${path}: found no ${open} followed by ${close}`);
  writeFileSync(path, `${before.slice(0, from + open.length)}\n\n${text.trim()}\n\n${before.slice(to)}`);
}

/** A table in Markdown: titles, then rows. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A share as percent. */
export const percent = (share: number, digits = 2): string => (100 * share).toFixed(digits);

/** Runs something and says how many seconds of CPU it took: on a shared machine the wall tells of others. */
export function timed<T>(run: () => T): { readonly answer: T; readonly cpu_s: number } {
  const before = process.cpuUsage();
  const answer = run();
  const { user, system } = process.cpuUsage(before);
  return { answer, cpu_s: (user + system) / 1e6 };
}

/** A table as Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Milliseconds to a hundredth; shares and ratios in per cent to a tenth.
 *
 * @param unit  `ms` or `1`
 * @param word  what follows the number
 */
export function numberText(value: number, unit: string, word = unit === 'ms' ? ' ms' : ' %'): string {
  const text = unit === 'ms' ? value.toFixed(2) : (100 * value).toFixed(1);
  return `${/^-0\.?0*$/.test(text) ? text.slice(1) : text}${word}`.replace('-', '−');
}

import type { EmulatorFacts } from '../cohorts/emulator/model.ts';
import type { Sensitivity } from '../cohorts/emulator/sensitivity.ts';
import type { WhatIf } from '../cohorts/emulator/whatIf.ts';

/** Columns of texts, the first to the left and the others to the right. */
export function tableText(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–');
const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** How good an emulator is, in lines. */
export function scoreText({ scores, beat, refused, rows, split }: EmulatorFacts): string[] {
  return [
    `learned from ${rows.train} beats of ${split.train.length} hearts; intervals from ${rows.calibration} of ${split.calibration.length}; scored on ${rows.test} of ${split.test.length} that it has not seen:`,
    ...tableText([
      ['output', 'RMSE', 'R²', 'coverage', 'half width'],
      ...scores.map(({ output, rmse, r2, coverage, halfWidth }) => [
        output,
        number(rmse),
        r2.toFixed(3),
        share(coverage),
        number(halfWidth),
      ]),
    ]),
    `beat: ${number(1000 * beat.prediction_mV)} µV RMSE (beats differ by ${number(1000 * beat.spread_mV)} µV; their coordinates alone leave ${number(1000 * beat.reconstruction_mV)} µV); ${share(refused)} of the scored beats refused`,
  ];
}

/** An answer to what-if, in lines. */
export function whatIfText({ changed, outputs, refusal }: WhatIf, level: number): string[] {
  const inputs = tableText([
    ['input', 'before', 'after', ''],
    ...changed.map(({ input, before, after, isSet }) => [
      input,
      number(before),
      number(after),
      isSet ? 'set' : 'follows',
    ]),
  ]);
  if (refusal !== undefined) return [...inputs, `no answer: ${refusal.sentence}`];
  return [
    ...inputs,
    '',
    ...tableText([
      ['output', 'before', 'after', 'change', `${Math.round(100 * level)} % interval of after`],
      ...outputs.map(({ output, before, after, halfWidth }) => [
        output,
        number(before),
        number(after),
        number(after - before),
        `${number(after - halfWidth)} to ${number(after + halfWidth)}`,
      ]),
    ]),
  ];
}

/** Shares below this are left out of the text; the JSON has them all. */
const LEAST_SHARE = 0.01;

/** Sobol indices, largest first, in lines. */
export function sensitivityText({ rows, beyond, settings }: Sensitivity): string[] {
  const lines: string[] = [];
  for (const output of new Set(rows.map((row) => row.output))) {
    const of = rows.filter((row) => row.output === output && row.total.estimate >= LEAST_SHARE);
    const interval = ({ low, high }: { low: number; high: number }) => `${low.toFixed(2)} to ${high.toFixed(2)}`;
    lines.push(
      '',
      `${output}`,
      ...tableText([
        ['input', 'first order', '', 'total', ''],
        ...of
          .sort((one, other) => other.total.estimate - one.total.estimate)
          .map(({ input, first, total }) => [
            input,
            first.estimate.toFixed(2),
            interval(first),
            total.estimate.toFixed(2),
            interval(total),
          ]),
      ]),
    );
  }
  return [
    `Sobol indices over the cohort's ranges, ${settings.points} base points, ${Math.round(100 * settings.level)} % bootstrap intervals; measures of hearts in the order of the inputs, each with what it adds to those before it (docs/emulator.md)`,
    ...lines,
    ...(beyond > 0 ? ['', `${share(beyond)} of the drawn hearts lie beyond what the emulator answers alone`] : []),
  ];
}

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegressionRecord } from '../../cohorts/analyses/analysis.ts';
import type { CohortAnswers } from '../../cohorts/analyses/index.ts';
import { csvText } from '../../cohorts/csv.ts';

/** The answers on sex and size whose statistics are recomputed. */
export type CheckedAnswers = Pick<
  CohortAnswers,
  | 'regressionShare'
  | 'mediation'
  | 'velocityBySex'
  | 'repolarisationBySex'
  | 'indexedQrs'
  | 'matchedSize'
  | 'sensitivity'
>;

/** How a checker with the options of `check_stats.py` is called. */
export interface CheckerCall {
  readonly python: string;
  readonly checker: string;
  readonly tablePath: string;
  readonly resultsPath: string;
  readonly answers: CheckedAnswers;
  readonly scratch: string;
}

/** As the statistics are asked to agree. */
const TOLERANCE = '1e-8';
const HEADER = ['outcome', 'term', 'estimate', 'std_error', 'p_value', 'n'];

/** Puts every regression and every Welch test to the checker, those with the same rows and covariates in one call; whether it found all right. */
export function runChecker(call: CheckerCall): boolean {
  const outcomes: boolean[] = [];
  let compared = 0;
  let largest = 0;
  const groups = groupBy(regressionsIn(call.answers));
  for (const [at, group] of [...groups.values()].entries()) {
    const [first] = group;
    if (!first) continue;
    const lines = group.flatMap(({ outcome, fit }) =>
      'undetermined' in fit
        ? []
        : fit.coefficients.map(({ term, estimate, std_error, p_value }) => [
            plain(outcome),
            term,
            estimate,
            std_error,
            p_value,
            fit.n,
          ]),
    );
    const path = join(call.scratch, `models-${at}.csv`);
    writeFileSync(path, csvText([HEADER, ...lines]));
    const said = ask(call, [...optionsOf(group), '--results', path]);
    outcomes.push(said.pass);
    compared += said.compared.length;
    for (const { product, reference, abs_diff, ok, y, key } of said.compared) {
      if (!ok) console.log(`FAIL ${y} ${key}: ${product} here, ${reference} there`);
      largest = Math.max(largest, abs_diff / Math.max(Math.abs(reference), 1e-12));
    }
  }
  const welch = askWelch(call);
  outcomes.push(welch.pass);
  console.log(
    `${outcomes.every(Boolean) ? 'ok  ' : 'FAIL'} checker: ${compared} numbers of ${groups.size} groups of regressions, largest relative difference ${largest.toExponential(1)}; ${welch.compared.length} of Welch's tests`,
  );
  return outcomes.every(Boolean);
}

interface Said {
  readonly pass: boolean;
  readonly compared: readonly {
    readonly y: string;
    readonly key: string;
    readonly product: number;
    readonly reference: number;
    readonly abs_diff: number;
    readonly ok: boolean;
  }[];
}

function ask({ python, checker, tablePath }: CheckerCall, options: readonly string[]): Said {
  const common = ['--sex-ref', 'male', '--hc', 'HC3', '--test', 'welch', '--rtol', TOLERANCE];
  const { stdout, stderr, error } = spawnSync(python, [checker, tablePath, ...common, ...options], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  if (!stdout.startsWith('{')) throw new Error(`the checker gave no answer: ${stderr}`);
  return JSON.parse(stdout.replaceAll(/\bNaN\b/g, 'null')) as Said;
}

/** Differences of velocities: test statistic, p value and Cohen's d. */
function askWelch(call: CheckerCall): Said {
  const places = call.answers.velocityBySex.velocities.flatMap((velocity, at) =>
    'undetermined' in velocity || 'undetermined' in velocity.welch ? [] : [{ column: velocity.velocity, at }],
  );
  if (places.length === 0) return { pass: true, compared: [] };
  const map = Object.fromEntries(
    places.map(({ column, at }) => {
      const base = `/velocityBySex/velocities/${at}/welch`;
      return [column, { test_stat: `${base}/t`, test_p: `${base}/p_value`, cohen_d: `${base}/cohenD` }];
    }),
  );
  const path = join(call.scratch, 'welch.json');
  writeFileSync(path, JSON.stringify(map));
  const y = places.map(({ column }) => column).join();
  return ask(call, ['--y', y, '--where', "status == 'done'", '--results', call.resultsPath, '--map', path]);
}

/** Regressions by the model's right side and the rows it was fitted on. */
function groupBy(records: readonly RegressionRecord[]): Map<string, RegressionRecord[]> {
  const groups = new Map<string, RegressionRecord[]>();
  for (const record of records) {
    const key = JSON.stringify([record.model.startsWith('log_'), record.model.split(' ~ ')[1], othersOf(record)]);
    const group = groups.get(key) ?? [];
    if (!group.some(({ outcome }) => outcome === record.outcome)) groups.set(key, [...group, record]);
  }
  return groups;
}

function optionsOf(group: readonly RegressionRecord[]): string[] {
  const [first] = group;
  const covariates = first?.model.split(' ~ ')[1]?.split(' + ').slice(1) ?? [];
  const isLog = first?.model.startsWith('log_') ?? false;
  const known = (first ? othersOf(first) : []).map((column) => ` and ${column} == ${column}`);
  return [
    '--y',
    group.map(({ outcome }) => plain(outcome)).join(),
    '--where',
    `status == 'done'${known.join('')}`,
    ...(isLog ? ['--model', 'allometric', '--size', plain(covariates[0] ?? '')] : ['--covariates', covariates.join()]),
  ];
}

/** Columns of complete rows besides the outcome. */
const othersOf = ({ outcome, complete }: RegressionRecord): string[] =>
  (complete ?? []).filter((column) => column !== plain(outcome));

const plain = (column: string): string => column.replace(/^log_/, '');

function regressionsIn(value: unknown): RegressionRecord[] {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return [];
  if ('model' in value && 'fit' in value) {
    const record = value as RegressionRecord;
    return 'undetermined' in record.fit ? [] : [record];
  }
  return Object.values(value).flatMap(regressionsIn);
}

/** What a PromQL expression names. */
export interface NamesInExpression {
  /** Metrics and recorded rules, without the endings that histograms add */
  readonly metrics: readonly string[];
  /** Labels in matchers, and those that sums and joins keep */
  readonly labels: readonly string[];
  /** Labels that sums keep: those of the result */
  readonly kept: readonly string[];
}

const METRIC = /\b(?:temporal|twinfold)[_:][A-Za-z0-9_:]+/g;
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const KEPT = /\bby\s*\(([^)]*)\)/g;
const MATCHERS = /\{([^}]*)\}/g;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Names by their form, not by a grammar: ours all begin with `temporal` or `twinfold`. Grammar is what promtool looks at. */
export function namesIn(expression: string): NamesInExpression {
  const bare = expression.replace(TEXT, '""');
  const metrics = new Set((bare.match(METRIC) ?? []).map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
  const labels = new Set<string>();
  for (const [, list = ''] of bare.matchAll(GROUPING)) {
    for (const label of list.split(',')) if (label.trim() !== '') labels.add(label.trim());
  }
  for (const [, list = ''] of bare.matchAll(MATCHERS)) {
    for (const [, label = ''] of list.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)) labels.add(label);
  }
  const kept = [...bare.matchAll(KEPT)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()));
  return { metrics: [...metrics], labels: [...labels], kept: [...new Set(kept)] };
}

/** A metric as a worker's page showed it (infra/prometheus/metrics.json). */
export interface KnownMetric {
  readonly type: string;
  readonly labels: readonly string[];
  readonly bins?: readonly number[];
}

/**
 * What is wrong with the names of an expression: metrics that no worker has, and labels that none of the named metrics has.
 *
 * @param recorded  names that recording rules add, each with the labels that it keeps
 */
export function unknownNames(
  expression: string,
  known: Readonly<Record<string, KnownMetric>>,
  recorded: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  const { metrics, labels } = namesIn(expression);
  const problems: string[] = [];
  const offered = new Set(['le']);
  for (const name of metrics) {
    const found = known[name]?.labels ?? recorded[name];
    if (found === undefined) problems.push(`no worker has the metric ${name}`);
    for (const label of found ?? []) offered.add(label);
  }
  for (const label of labels) {
    if (!offered.has(label)) problems.push(`none of ${metrics.join(', ')} has the label ${label}`);
  }
  return problems;
}

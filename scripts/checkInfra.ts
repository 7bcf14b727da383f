// Checks what stands in infra/ without a cluster or a container engine: `node scripts/checkInfra.ts [--temporal-chart FOLDER] [--only helm,docker,…]`.
// One line a check, `N passed, N failed` at the end. Tools are fetched into the cache once (Helm and promtool take minutes to build); one that
// cannot be had is said, and counts as failed unless --lenient is given.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { cacheFolder } from '../infra/temporal/cacheFolder.ts';
import { problemsOfCompose, readCompose } from './infra/composeFile.ts';
import { type KnownMetric, unknownNames } from './infra/promqlNames.ts';
import { readBoard, readRules, recordedNames } from './infra/rules.ts';
import { customSchemas, runTool, toolsIn, VERSIONS } from './infra/tools.ts';
import { type Manifest, problemsOfDeployment, problemsOfScaling, readManifests } from './infra/workloads.ts';

const { values } = parseArgs({
  options: {
    'temporal-chart': { type: 'string' },
    only: { type: 'string' },
    lenient: { type: 'boolean', default: false },
    kubernetes: { type: 'string', default: '1.34.0' },
  },
});
const only = values.only?.split(',');
const root = resolve(import.meta.dirname, '..');
const infra = (...path: string[]) => join(root, 'infra', ...path);
const tools = toolsIn(cacheFolder());
const folder = mkdtempSync(join(tmpdir(), 'twinfold-infra-'));
const HEARTBEAT_s = 60;
let passed = 0;
let failed = 0;
let absent = 0;

/** Says how a check went; several problems are several lines below it. */
function tell(name: string, problems: readonly string[], note = ''): void {
  if (problems.length === 0) passed++;
  else failed++;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}${note === '' ? '' : ` (${note})`}`);
  for (const problem of problems) console.log(`     ${problem}`);
}

/** A tool, or undefined and a line that says why it is not there. */
async function have<T>(name: string, obtain: () => Promise<T>): Promise<T | undefined> {
  try {
    return await obtain();
  } catch (error) {
    absent++;
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    console.log(`---- ${name} cannot be had: ${reason}`);
    return undefined;
  }
}

/** A tool's own judgement: what it wrote, where it did not end with 0. */
async function judged(name: string, command: string, args: readonly string[], note = ''): Promise<string> {
  const { code, output } = await runTool(command, args);
  tell(name, code === 0 ? [] : output.trim().split('\n').slice(0, 20), note);
  return output;
}

const isWanted = (part: string) => only === undefined || only.includes(part);

/** The chart with a site's values, rendered, judged by Kubernetes' and KEDA's schemas and by our own demands. */
async function checkHelm(): Promise<void> {
  const helm = await have('helm', tools.helm);
  if (helm === undefined) return;
  const chart = infra('helm', 'twinfold');
  const python = await have('kubernetes-validate', tools.pythonTools);
  const keda = await have('KEDA’s definitions', tools.keda);
  const operator = await have('the Prometheus operator’s definitions', tools.prometheusOperator);
  const schemas = new Map([
    ...(keda === undefined ? [] : await customSchemas(join(keda, 'config', 'crd', 'bases'))),
    ...(operator === undefined ? [] : await customSchemas(join(operator, 'example', 'prometheus-operator-crd'))),
  ]);
  const known = keda === undefined ? [] : triggerMetadata(keda);
  const sites: readonly (readonly [string, readonly string[]])[] = [
    ['as it comes', []],
    ['site.yaml', ['--values', infra('helm', 'values', 'site.yaml')]],
    ['small.yaml', ['--values', infra('helm', 'values', 'small.yaml')]],
    [
      'an API key and whole devices',
      ['--set', 'temporal.apiKey.secretName=key,pools.gpu.enabled=true,pools.large.enabled=true'],
    ],
  ];
  for (const [site, given] of sites) {
    await judged(`helm lint, ${site}`, helm, ['lint', '--strict', '--quiet', chart, ...given]);
    const { code, output } = await runTool(helm, [
      'template',
      'tw',
      chart,
      '--kube-version',
      values.kubernetes,
      ...given,
    ]);
    tell(`helm template, ${site}`, code === 0 ? [] : [output.trim()]);
    if (code !== 0) continue;
    const manifests = readManifests(output);
    await validate(site, manifests, python, schemas);
    const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
    const problems = deployments.flatMap((manifest) => problemsOfDeployment(manifest, HEARTBEAT_s));
    tell(`workers are harmless and waited for, ${site}`, problems, `${deployments.length} pools`);
    if (known.length > 0) tell(`KEDA’s triggers, ${site}`, problemsOfScaling(manifests, known));
    if (given.length === 0) await tellStrictness(manifests, python, schemas);
  }
  const refused = await runTool(helm, [
    'template',
    'tw',
    chart,
    '--kube-version',
    values.kubernetes,
    '--set',
    'temporal.adress=x',
  ]);
  tell('a value that is misspelt is refused', refused.code === 0 ? ['it was taken'] : []);
  const temporal = values['temporal-chart'];
  if (temporal === undefined) {
    console.log('---- Temporal’s own chart was not rendered: give its folder as --temporal-chart');
    return;
  }
  const given = ['--values', infra('helm', 'values', 'temporal.yaml')];
  const { code, output } = await runTool(helm, [
    'template',
    'temporal',
    temporal,
    '--kube-version',
    values.kubernetes,
    ...given,
  ]);
  tell('Temporal’s own chart takes our values', code === 0 ? [] : [output.trim()]);
  if (code === 0) await validate('Temporal’s own chart', readManifests(output), python, schemas);
}

/** A validator that lets everything pass would say "ok" above as well. */
async function tellStrictness(
  manifests: readonly Manifest[],
  python: string | undefined,
  schemas: ReadonlyMap<string, unknown>,
): Promise<void> {
  if (python === undefined) return;
  const spoilt = (kind: string) =>
    manifests
      .filter((manifest) => manifest.kind === kind)
      .map((manifest) => ({ ...manifest, spec: { ...Object(manifest.spec), misspelt: 1 } }));
  for (const kind of ['Deployment', 'ScaledObject']) {
    const problems = await problemsOfKinds(spoilt(kind), python, schemas);
    tell(`a field that is misspelt in a ${kind} is refused`, problems.length > 0 ? [] : ['it was taken']);
  }
}

const isCustom = ({ apiVersion }: Manifest): boolean =>
  /\.(sh|com|io)\//.test(String(apiVersion)) && !String(apiVersion).includes('k8s.io');

/** Says what Kubernetes would of a site's objects. */
async function validate(
  site: string,
  manifests: readonly Manifest[],
  python: string | undefined,
  schemas: ReadonlyMap<string, unknown>,
): Promise<void> {
  if (python === undefined) return;
  const core = manifests.filter((manifest) => !isCustom(manifest));
  const custom = manifests.filter(isCustom);
  const version = `Kubernetes ${minorVersion()}`;
  tell(`${version}, ${site}`, await problemsOfKinds(core, python, schemas), `${core.length} objects`);
  if (custom.length === 0) return;
  const problems = await problemsOfKinds(custom, python, schemas);
  tell(`their own definitions, ${site}`, problems, `${custom.length} objects`);
}

const minorVersion = (): string => values.kubernetes.split('.').slice(0, 2).join('.');

/** Kinds of Kubernetes by kubernetes-validate, others by their definitions. */
async function problemsOfKinds(
  manifests: readonly Manifest[],
  python: string,
  schemas: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  const problems: string[] = [];
  const judge = async (command: string, args: readonly string[], input?: string) => {
    const { code, output } = await runTool(command, args, input);
    if (code !== 0) problems.push(...output.trim().split('\n').slice(0, 20));
  };
  const core = manifests.filter((manifest) => !isCustom(manifest));
  if (core.length > 0) {
    const file = join(folder, 'core.yaml');
    writeFileSync(file, core.map((manifest) => `---\n${JSON.stringify(manifest)}\n`).join(''));
    const args = ['--strict', '--kubernetes-version', minorVersion(), file];
    await judge(join(python, 'kubernetes-validate'), args);
  }
  const entries = manifests.filter(isCustom).map((manifest) => {
    const key = `${manifest.apiVersion}/${manifest.kind}`;
    if (!schemas.has(key)) problems.push(`there is no definition of ${key}`);
    return { name: manifest.kind, schema: schemas.get(key), object: manifest };
  });
  const known = entries.filter(({ schema }) => schema !== undefined);
  const script = join(root, 'scripts', 'infra', 'validateCustom.py');
  if (known.length > 0) await judge(join(python, 'python'), [script], JSON.stringify(known));
  return problems;
}

/** Names that KEDA's trigger reads, from its source. */
function triggerMetadata(keda: string): string[] {
  const source = readFileSync(join(keda, 'pkg', 'scalers', 'temporal_scaler.go'), 'utf8');
  return [...source.matchAll(/keda:"name=(\w+),[^"]*order=triggerMetadata/g)].map(([, name = '']) => name);
}

async function checkDocker(): Promise<void> {
  const python = await have('hadolint', tools.pythonTools);
  if (python === undefined) return;
  for (const name of ['Dockerfile', 'Dockerfile.gpu']) {
    await judged(`hadolint ${name}`, join(python, 'hadolint'), ['--failure-threshold', 'style', infra('docker', name)]);
  }
}

async function checkCompose(): Promise<void> {
  const file = infra('compose', 'compose.yaml');
  const args = ['-c', infra('compose', 'dclint.yaml'), '--max-warnings', '0', file];
  await judged('dclint compose.yaml', process.execPath, [join(root, 'node_modules', '.bin', 'dclint'), ...args]);
  tell('compose.yaml: nothing privileged, nothing open', problemsOfCompose(readCompose(readFileSync(file, 'utf8'))));
  await judged('sh setUp.sh', 'sh', ['-n', infra('compose', 'temporal', 'setUp.sh')]);
}

async function checkMonitoring(): Promise<void> {
  const rulesFile = infra('prometheus', 'twinfold.rules.yml');
  const rules = readRules(readFileSync(rulesFile, 'utf8'));
  const known: Readonly<Record<string, KnownMetric>> = JSON.parse(
    readFileSync(infra('prometheus', 'metrics.json'), 'utf8'),
  );
  const recorded = recordedNames(rules);
  tell(
    'alerts name what workers have',
    rules.flatMap(({ expr }) => unknownNames(expr, known, recorded)),
  );
  const { panels } = readBoard(readFileSync(infra('grafana', 'twinfold.json'), 'utf8'));
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const unknown = expressions.flatMap((expression) => unknownNames(expression, known, recorded));
  tell('the dashboard names what workers have', unknown, `${expressions.length} expressions`);
  for (const name of ['sources.yaml', 'boards.yaml']) {
    tell(
      `grafana ${name}`,
      parse(readFileSync(infra('compose', 'grafana', name), 'utf8')).apiVersion === 1 ? [] : ['no apiVersion'],
    );
  }
  const promtool = await have('promtool', tools.promtool);
  if (promtool === undefined) return;
  await judged('promtool check rules', promtool, ['check', 'rules', '--lint-fatal', rulesFile]);
  await judged('promtool test rules', promtool, ['test', 'rules', infra('prometheus', 'twinfold.test.yml')]);
  await judged('promtool check config', promtool, ['check', 'config', infra('prometheus', 'prometheus.yml')]);
  const refusals: string[] = [];
  for (const expression of expressions) {
    const { code, output } = await runTool(promtool, ['--experimental', 'promql', 'format', expression]);
    if (code !== 0) refusals.push(output.trim());
  }
  tell('the dashboard’s expressions are PromQL', refusals);
}

try {
  console.log(
    `tools: ${Object.entries(VERSIONS)
      .map((entry) => entry.join(' '))
      .join(', ')}\n`,
  );
  if (isWanted('docker')) await checkDocker();
  if (isWanted('compose')) await checkCompose();
  if (isWanted('monitoring')) await checkMonitoring();
  if (isWanted('helm')) await checkHelm();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${passed} passed, ${failed} failed${absent === 0 ? '' : `, ${absent} tools could not be had`}`);
process.exitCode = failed > 0 || (absent > 0 && !values.lenient) ? 1 : 0;

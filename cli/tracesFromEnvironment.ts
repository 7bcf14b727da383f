import type { Traces } from '../workers/traces.ts';

/** Where traces go, by OpenTelemetry's own variable; undefined where nobody asks for any. */
export function tracesUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment.OTEL_EXPORTER_OTLP_ENDPOINT || undefined;
}

/**
 * Does a command's work inside a span of its own where traces are asked for. Without them nothing of OpenTelemetry is loaded.
 *
 * @param run  name of the run that the work is about
 */
export async function traced<T>(
  command: string,
  run: string,
  work: (traces: Traces | undefined) => Promise<T>,
): Promise<T> {
  const url = tracesUrl();
  if (url === undefined) return work(undefined);
  const { openTraces } = await import('../workers/traces.ts');
  const traces = openTraces({ url, service: `cli-${process.pid}` });
  try {
    return await traces.inSpan(`twinfold ${command}`, { 'twinfold.command': command, 'twinfold.run': run }, () =>
      work(traces),
    );
  } finally {
    await traces.close();
  }
}

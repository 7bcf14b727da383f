import { AsyncLocalStorage } from 'node:async_hooks';
import * as otel from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from '@temporalio/interceptors-opentelemetry';
import type { WorkerOptions } from '@temporalio/worker';
import type { Compute } from '../activities/compute.ts';
import type { JobInput, JobName, JobResult } from '../activities/jobs.ts';
import type { CalibrationProgress } from '../twin/calibrate/twin.ts';
import { TwinError } from '../twin/errors.ts';
import { scrubbed } from './tracesScrubbed.ts';

/** Traces of this process, on their way to a collector. Loaded only where they are asked for. */
export interface Traces {
  /** Lets what a client starts belong to the span that it is called in. */
  readonly clientInterceptor: WorkflowClientInterceptor;
  /** What a worker needs for spans of its workflows and activities; the bundle of its workflows must be a traced one. */
  readonly workerOptions: Pick<WorkerOptions, 'interceptors' | 'sinks'>;
  /** A span for each stage of a subject, and under a calibration's one for each level. */
  observe(compute: Compute): Compute;
  inSpan<T>(name: string, attributes: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T>;
  /** Sends what is left. A collector that is not there holds nothing up for longer than a few seconds. */
  close(): Promise<void>;
}

const CLOSE_PATIENCE_ms = 3000;

/**
 * Sends spans by OTLP/HTTP. One per process: OpenTelemetry's context is the process'.
 *
 * @param url  endpoint as in OTEL_EXPORTER_OTLP_ENDPOINT, without `/v1/traces`
 */
export function openTraces({ url, service }: { readonly url: string; readonly service: string }): Traces {
  const resource = new Resource({ 'service.name': 'twinfold', 'service.instance.id': service });
  const exporter = new OTLPTraceExporter({
    url: `${url.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: CLOSE_PATIENCE_ms,
  });
  const processor = new BatchSpanProcessor(scrubbed(exporter));
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({ contextManager: followingCalls() });
  const tracer = provider.getTracer('twinfold');

  const inSpan = <T>(
    name: string,
    attributes: Readonly<Record<string, string>>,
    work: (span: otel.Span) => Promise<T>,
  ) =>
    tracer.startActiveSpan(name, { attributes }, async (span) => {
      try {
        return await work(span);
      } catch (error) {
        span.setStatus({ code: otel.SpanStatusCode.ERROR });
        span.setAttribute('twinfold.code', error instanceof TwinError ? error.code : 'Unexpected');
        throw error;
      } finally {
        span.end();
      }
    });

  return {
    clientInterceptor: new OpenTelemetryWorkflowClientInterceptor(),
    workerOptions: {
      interceptors: { activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })] },
      sinks: { exporter: makeWorkflowExporter(processor, resource) },
    },
    inSpan,
    observe: (compute) => ({
      run: <N extends JobName>(
        name: N,
        input: JobInput<N>,
        control: Parameters<Compute['run']>[2],
        attempt: Parameters<Compute['run']>[3],
      ): Promise<JobResult<N>> =>
        inSpan<JobResult<N>>(
          `stage ${name}`,
          { 'twinfold.stage': name, 'twinfold.attempt': String(attempt.attempt) },
          async (span): Promise<JobResult<N>> => {
            const levels = levelSpans(tracer);
            const onProgress = (progress: CalibrationProgress) => {
              levels.hear(progress);
              control.onProgress(progress);
            };
            try {
              const result = await compute.run(name, input, { ...control, onProgress }, attempt);
              const told: { readonly subject?: unknown; readonly wasCached?: unknown } = Object(result);
              if (typeof told.subject === 'string') span.setAttribute('twinfold.subject', told.subject);
              if (typeof told.wasCached === 'boolean') span.setAttribute('twinfold.cached', told.wasCached);
              return result;
            } finally {
              if ('prepared' in input) span.setAttribute('twinfold.subject', input.prepared.subject);
              levels.end();
            }
          },
        ),
    }),
    async close() {
      otel.trace.disable();
      otel.context.disable();
      otel.propagation.disable();
      await Promise.race([
        provider.shutdown().catch(() => undefined), // a collector that does not answer is no fault of the run's
        new Promise((resolve) => setTimeout(resolve, CLOSE_PATIENCE_ms).unref()),
      ]);
    },
  };
}

/** One span a level of a calibration, from what its progress tells: a span lasts until the next level's first word. */
function levelSpans(tracer: otel.Tracer) {
  let current: { readonly level: number; readonly span: otel.Span } | undefined;
  let began = new Date();
  const context = otel.context.active();
  return {
    hear({ checkpoint: { level, iteration } }: CalibrationProgress): void {
      if (current?.level !== level) {
        current?.span.end();
        const options = {
          startTime: current === undefined ? began : new Date(),
          attributes: { 'twinfold.level': level },
        };
        current = { level, span: tracer.startSpan(`calibrate level ${level}`, options, context) };
        began = new Date();
      }
      current.span.setAttribute('twinfold.iterations', iteration);
    },
    end: () => current?.span.end(),
  };
}

/** Lets the active span follow asynchronous calls. */
function followingCalls(): otel.ContextManager {
  const storage = new AsyncLocalStorage<otel.Context>();
  const manager: otel.ContextManager = {
    active: () => storage.getStore() ?? otel.ROOT_CONTEXT,
    with: (context, work, self, ...given) => storage.run(context, () => work.call(self as never, ...given)),
    bind: (context, target) =>
      typeof target === 'function'
        ? (((...given: unknown[]) => storage.run(context, () => target(...given))) as typeof target)
        : target,
    enable: () => manager,
    disable() {
      storage.disable();
      return manager;
    },
  };
  return manager;
}

import type { AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** All that a span may say of what it is about: ids, names of stages, counts. */
const KEPT: ReadonlySet<string> = new Set([
  'temporalWorkflowId',
  'temporalActivityId',
  'run_id',
  'workflowType',
  'attempt',
  'taskQueue',
  'twinfold.run',
  'twinfold.command',
  'twinfold.stage',
  'twinfold.attempt',
  'twinfold.subject',
  'twinfold.cached',
  'twinfold.level',
  'twinfold.iterations',
  'twinfold.code',
]);
/** Asked every second while somebody watches; there is nothing to see in them. */
const LEFT_OUT = /^(QueryWorkflow|HandleQuery|DescribeWorkflow)/;

/**
 * An exporter that keeps named attributes only, and of an error that there was one. What was thrown stays here: its message may name a person's file. The
 * SDK's own spans would carry it.
 */
export function scrubbed(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.filter(({ name }) => !LEFT_OUT.test(name)).map(scrub), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function scrub(span: ReadableSpan): ReadableSpan {
  const attributes: Record<string, AttributeValue | undefined> = {};
  for (const [name, value] of Object.entries(span.attributes)) if (KEPT.has(name)) attributes[name] = value;
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: { code: span.status.code },
    attributes,
    links: [],
    events: [],
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationLibrary: span.instrumentationLibrary,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/**
 * Spans of OpenTelemetry, sent by OTLP over HTTP to where `OTEL_EXPORTER_OTLP_ENDPOINT` says. Without it none are made,
 * and the SDK is never loaded.
 */
import { parseTraceparent, renderTraceparent, type Trace } from '@loupe/core/platform';
import type { Attributes, Context, Span, SpanKind, Tracer } from '@opentelemetry/api';
import { config } from './environment.ts';
import { logError } from './log.ts';
import { findStep, noteFields } from './step.ts';

/** The numbers of `SpanKind`: the API's own module is loaded with the SDK alone. */
const KINDS = { server: 1, client: 2, consumer: 4 } as const satisfies Readonly<Record<string, SpanKind>>;
const ERROR_STATUS = 2;
const SAMPLED = 1;

interface Tracing {
  readonly tracer: Tracer;
  /** A context in which the span of the trace is the parent. */
  readonly under: (trace: Trace) => Context;
  readonly flush: () => Promise<void>;
}

let loading: Promise<Tracing> | undefined;

async function loadTracing(): Promise<Tracing> {
  const [api, sdk, otlp, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': 'loupe',
      'deployment.environment.name': config.stage,
    }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new otlp.OTLPTraceExporter() })],
  });
  return {
    tracer: provider.getTracer('loupe'),
    under: ({ traceId, parentId }) =>
      api.trace.setSpanContext(api.ROOT_CONTEXT, {
        traceId,
        spanId: parentId,
        traceFlags: SAMPLED,
        isRemote: true,
      }),
    flush: () => provider.forceFlush(),
  };
}

function useTracing(): Promise<Tracing> | undefined {
  if (!config.tracing) return undefined;
  loading ??= loadTracing();
  return loading;
}

/**
 * Puts the current step into the trace: its lines have the id from now on, and its span begins where the step did.
 * Returns the `traceparent` for what the step brings about.
 */
export async function joinTrace(
  trace: Trace,
  kind: keyof typeof KINDS,
  attributes: Attributes = {},
): Promise<string> {
  noteFields({ traceId: trace.traceId });
  const step = findStep();
  const tracing = await useTracing();
  if (!tracing || !step) return renderTraceparent(trace);
  step.span = tracing.tracer.startSpan(
    step.name,
    { startTime: step.startedAt, kind: KINDS[kind], attributes },
    tracing.under(trace),
  );
  return renderTraceparent({ traceId: trace.traceId, parentId: step.span.spanContext().spanId });
}

/** Puts the current step into the trace of the row it works on, when that has one. */
export async function joinTraceOf(row: {
  readonly id: string;
  readonly trace?: string | undefined;
}): Promise<void> {
  const trace = parseTraceparent(row.trace);
  if (trace) await joinTrace(trace, 'consumer', { 'loupe.row': row.id });
}

/** Runs something outside this process within the current step, with a span of its own. */
export async function traceCall<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  const parent = findStep()?.span?.spanContext();
  const tracing = parent && (await useTracing());
  if (!tracing) return work();
  const context = tracing.under({ traceId: parent.traceId, parentId: parent.spanId });
  const span = tracing.tracer.startSpan(name, { kind: KINDS.client, attributes }, context);
  try {
    return await work();
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Ends the span of a step and hands it over before the function freezes. What goes wrong with that is only logged. */
export async function endSpan(span: Span | undefined, error?: unknown): Promise<void> {
  if (!span) return;
  if (error !== undefined) markFailed(span, error);
  span.end();
  try {
    await (await useTracing())?.flush();
  } catch (reason) {
    logError('tracing.export_failed', reason);
  }
}

function markFailed(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.name : 'Unknown';
  span.setStatus({ code: ERROR_STATUS, message });
}

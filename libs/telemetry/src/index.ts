export { observeAws } from './aws.ts';
export { BadEnvironment, readEnvironment } from './environment.ts';
export { logger } from './logger.ts';
export { count, gauge, record, secondsSince } from './metrics.ts';
export { isObserved } from './observed.ts';
export { Readiness, type ReadinessCheck, type ReadinessReport } from './readiness.ts';
export {
  currentOrigin,
  currentRequestId,
  currentTrace,
  inScope,
  nameInLogs,
  underSpan,
  type LogFields,
  type Origin,
} from './scope.ts';
export { beginSpan, failSpan, failureOf, inChildSpan, inSpan, type SpanOptions } from './spans.ts';
export { startProcess } from './start-process.ts';
export { stopOnSignal } from './stop-process.ts';
export { startTelemetry, stopTelemetry, TelemetryEnd } from './telemetry.ts';
export { traceContextIn, type TraceContext } from './trace-context.ts';

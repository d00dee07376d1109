import { z } from 'zod';
import { readEnvironment } from './environment.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const Exporter = z.enum(['otlp', 'none']).optional();
const Milliseconds = z.coerce.number().int().positive();

const Environment = z.object({
  OTEL_SDK_DISABLED: z.stringbool().default(false),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_EXPORTER: Exporter,
  OTEL_METRICS_EXPORTER: Exporter,
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** JSON over HTTP is what is sent; collectors take it on the port they take protobuf on. */
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json', 'http/protobuf'], 'must be http/json: gRPC is not spoken here, use port 4318')
    .optional(),
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: Milliseconds.default(5_000),
  /** Half the standard's: what is stuck is an alarm at most a minute late, the look for it included. */
  OTEL_METRIC_EXPORT_INTERVAL: Milliseconds.default(30_000),
});

export interface TraceSettings {
  sampler: (typeof SAMPLERS)[number];
  /** Of traces that begin here: 0 to 1, for the `…traceidratio` samplers. */
  ratio: number;
  exportEveryMilliseconds: number;
}

export interface MetricSettings {
  exportEveryMilliseconds: number;
}

export interface TelemetrySettings {
  serviceName: string | undefined;
  /** Undefined: off. */
  traces: TraceSettings | undefined;
  metrics: MetricSettings | undefined;
}

/**
 * What the standard variables ask for (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Unlike
 * there, nothing is exported unless an endpoint or an exporter is named. Throws `BadEnvironment`.
 */
export function telemetrySettings(environment: NodeJS.ProcessEnv): TelemetrySettings {
  // A variable that is empty counts as absent, says the specification.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const env = readEnvironment(Environment, given);
  const on = (exporter: z.output<typeof Exporter>, endpoint: string | undefined): boolean =>
    !env.OTEL_SDK_DISABLED &&
    (exporter ?? (endpoint || env.OTEL_EXPORTER_OTLP_ENDPOINT ? 'otlp' : 'none')) === 'otlp';
  return {
    serviceName: env.OTEL_SERVICE_NAME,
    traces: on(env.OTEL_TRACES_EXPORTER, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
      ? {
          sampler: env.OTEL_TRACES_SAMPLER,
          ratio: env.OTEL_TRACES_SAMPLER_ARG,
          exportEveryMilliseconds: env.OTEL_BSP_SCHEDULE_DELAY,
        }
      : undefined,
    metrics: on(env.OTEL_METRICS_EXPORTER, env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT)
      ? { exportEveryMilliseconds: env.OTEL_METRIC_EXPORT_INTERVAL }
      : undefined,
  };
}

import { count, record, secondsSince } from './metrics.ts';
import { isObserved } from './observed.ts';
import { failureOf, inChildSpan } from './spans.ts';

/** What an SDK client of AWS is to us: https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#middleware-stack. */
interface AwsClient {
  config: { serviceId?: string; region: string | (() => Promise<string>) };
  middlewareStack: { add(middleware: Middleware, options: object): void };
}
type Middleware = (next: Next, context: { commandName?: string }) => Next;
type Next = (args: never) => Promise<{ output: object; response: unknown }>;

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html and EC2's own names. */
const THROTTLED = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'PriorRequestNotComplete',
]);

/**
 * Has the calls of a client traced and measured: one span for a call with all its attempts, as a part of what is done, and
 * every attempt that AWS refuses because there were too many. Does nothing while nothing is exported.
 * https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
 */
export function observeAws(client: AwsClient): void {
  if (!isObserved()) return;
  const methodOf = (commandName = '') =>
    `${client.config.serviceId ?? 'AWS'}/${commandName.replace(/Command$/, '')}`;
  const call: Middleware = (next, { commandName }) => {
    const method = methodOf(commandName);
    const labels = { 'rpc.system.name': 'aws-api', 'rpc.method': method };
    return async (args) => {
      const startedAt = performance.now();
      let error: string | undefined;
      try {
        return await inChildSpan({ name: method, kind: 'client', attributes: labels }, async (span) => {
          span?.setAttribute('cloud.region', await regionOf(client));
          try {
            const result = await next(args);
            span?.setAttributes(outcomeOf(result.output));
            return result;
          } catch (thrown) {
            span?.setAttributes(outcomeOf(thrown));
            throw thrown;
          }
        });
      } catch (thrown) {
        error = failureOf(thrown);
        throw thrown;
      } finally {
        record('rpc.client.call.duration', secondsSince(startedAt), { ...labels, 'error.type': error });
      }
    };
  };
  const attempt: Middleware =
    (next, { commandName }) =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && THROTTLED.has(error.name))
          count('berth.aws.throttles', { 'rpc.method': methodOf(commandName) });
        throw error;
      }
    };
  client.middlewareStack.add(call, { step: 'initialize', name: 'berthCall', override: true });
  client.middlewareStack.add(attempt, { step: 'finalizeRequest', name: 'berthAttempt', override: true });
}

const regionOf = async ({ config: { region } }: AwsClient): Promise<string> =>
  typeof region === 'string' ? region : region();

/** What an answer or an error says of the call: https://github.com/smithy-lang/smithy-typescript `ResponseMetadata`. */
function outcomeOf(result: unknown): Record<string, string | number> {
  const { httpStatusCode, requestId, attempts } =
    (Object(result) as { $metadata?: Metadata }).$metadata ?? {};
  return {
    ...(httpStatusCode !== undefined && { 'http.response.status_code': httpStatusCode }),
    ...(requestId !== undefined && { 'aws.request_id': requestId }),
    ...(attempts !== undefined && attempts > 1 && { 'http.request.resend_count': attempts - 1 }),
  };
}
interface Metadata {
  httpStatusCode?: number;
  requestId?: string;
  attempts?: number;
}

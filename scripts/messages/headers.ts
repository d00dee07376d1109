import type { JsonSchema } from './schemas.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });

/**
 * The headers of every message, as libs/messaging writes them: CloudEvents 1.0, AMQP binding in binary mode, and the trace
 * context. A spec holds recorded messages against them.
 */
export const messageHeaders: JsonSchema = {
  type: 'object',
  properties: {
    'cloudEvents:specversion': { type: 'string', const: '1.0' },
    'cloudEvents:id': text(
      '`msg_…`, the same on every delivery: what a consumer drops duplicates by. Also the AMQP `message-id`.',
    ),
    'cloudEvents:type': text(
      'The message’s type with its schema version last; also the routing key and the AMQP `type`.',
    ),
    'cloudEvents:source': text('`/berth/<service>`: who sent it.'),
    'cloudEvents:time': {
      type: 'string',
      format: 'date-time',
      description: 'When it was said, by the sender’s clock.',
    },
    'cloudEvents:correlationid': text(
      'The same for all that followed from one outside cause; of an API call its `X-Request-Id`.',
    ),
    'cloudEvents:causationid': text('The message that was being handled when this one was sent.'),
    'cloudEvents:accountid': text('The account it is about.'),
    'cloudEvents:actorkind': {
      type: 'string',
      enum: ['user', 'token', 'system'],
      description: 'Who caused it.',
    },
    'cloudEvents:actorid': text('The id of who caused it.'),
    traceparent: text('W3C trace context: https://www.w3.org/TR/trace-context/'),
    tracestate: text('W3C trace context.'),
    'berth-attempt': {
      type: 'integer',
      minimum: 1,
      description: 'Which attempt to handle it this is; absent on the first.',
    },
  },
  required: [
    'cloudEvents:specversion',
    'cloudEvents:id',
    'cloudEvents:type',
    'cloudEvents:source',
    'cloudEvents:time',
    'cloudEvents:correlationid',
  ],
};

/** What a request carries besides. */
export const requestHeaders: JsonSchema = {
  allOf: [
    { $ref: '#/components/schemas/MessageHeaders' },
    {
      type: 'object',
      properties: {
        'berth-deadline': {
          type: 'integer',
          description: 'Milliseconds since 1970: who takes the request up later than that drops it.',
        },
        'berth-idempotency-key': text(
          'The caller’s. An idempotent request with the same key and body gets the stored answer for 24 h.',
        ),
        'berth-passport': text(
          'Who asks, as accounts has signed it for this service (a JWT); needed for what is not `public` by `x-permissions`.',
        ),
      },
      required: ['berth-deadline'],
    },
  ],
};

/** The headers of an answer; its AMQP `correlation-id` is the request’s `message-id`. */
export const answerHeaders: JsonSchema = {
  type: 'object',
  properties: {
    'berth-outcome': { type: 'string', enum: ['answer', 'problem'], description: 'What the body is.' },
  },
  required: ['berth-outcome'],
};

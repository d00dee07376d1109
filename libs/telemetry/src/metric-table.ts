/** How a metric is made and what it means; `attributes` are all that it may carry. */
interface MetricRow {
  /** A `gauge` and a `total`, which only grows, are read at every export. */
  kind: 'histogram' | 'counter' | 'gauge' | 'total';
  /** UCUM, as OpenTelemetry wants it. */
  unit: string;
  text: string;
  attributes: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const OPERATION_SECONDS = [1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800];

/** Every metric there is. Names of the semantic conventions where they have one, `berth.…` otherwise. */
export const METRICS = {
  'http.server.request.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'HTTP requests, until the last byte of the answer; their number is its count',
    attributes: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'rpc.client.call.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'Calls made: requests over the bus (`berth`), to AWS (`aws-api`) with all attempts',
    attributes: ['rpc.system.name', 'rpc.method', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'rpc.server.call.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'Requests over the bus answered',
    attributes: ['rpc.system.name', 'rpc.method', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'messaging.process.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'Events and commands handled, with their transaction; failed ones have an `error.type`',
    attributes: ['messaging.system', 'messaging.destination.name', 'berth.message.type', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'messaging.client.operation.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'Events and commands handed to the broker, until it confirmed',
    attributes: ['messaging.system', 'messaging.operation.name', 'berth.message.type', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'berth.bus.message.retries': {
    kind: 'counter',
    unit: '{message}',
    text: 'Messages put aside to be tried again',
    attributes: ['messaging.destination.name', 'berth.message.type'],
  },
  'berth.bus.message.repeats': {
    kind: 'counter',
    unit: '{message}',
    text: 'Messages that came again after they had been handled; they had no second effect',
    attributes: ['messaging.destination.name', 'berth.message.type'],
  },
  'berth.bus.message.deaths': {
    kind: 'counter',
    unit: '{message}',
    text: 'Messages put to the dead letters; `reason` is `unreadable`, `no_handler` or `failed`',
    attributes: ['messaging.destination.name', 'berth.message.type', 'reason'],
  },
  'berth.bus.request.refusals': {
    kind: 'counter',
    unit: '{request}',
    text: 'Requests without the passport of somebody who may ask them; `reason` is `missing`, `forged`, `expired`, `insufficient` or `names_another`',
    attributes: ['rpc.method', 'reason'],
  },
  'berth.sns.messages': {
    kind: 'counter',
    unit: '{message}',
    text: 'Messages posted to /v1/sns; `outcome` is `taken`, `confirmed`, `unsubscribed`, or why it was refused',
    attributes: ['outcome'],
  },
  'berth.bus.queue.depth': {
    kind: 'gauge',
    unit: '{message}',
    text: 'Messages that wait in a queue of the service, as the broker says: also those for retry, and the dead letters',
    attributes: ['messaging.destination.name'],
  },
  'berth.bus.queue.age': {
    kind: 'gauge',
    unit: 's',
    text: 'Age of the oldest message this process has in hand; queues give out the oldest first, so the highest of all replicas is that of the queue',
    attributes: ['messaging.destination.name'],
  },
  'berth.bus.outbox.depth': {
    kind: 'gauge',
    unit: '{message}',
    text: 'Messages stored and not yet confirmed by the broker',
    attributes: [],
  },
  'berth.bus.outbox.age': {
    kind: 'gauge',
    unit: 's',
    text: 'Age of the oldest of them; 0 when there is none',
    attributes: [],
  },
  'berth.lifecycle.transitions': {
    kind: 'counter',
    unit: '{transition}',
    text: 'Changes of state; `by` is the fact that led there, `then` or `late`',
    attributes: ['from', 'to', 'by'],
  },
  'berth.lifecycle.effect.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'Effects run; failed ones have an `error.type` and are repeated',
    attributes: ['effect', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'berth.lifecycle.lease.waits': {
    kind: 'counter',
    unit: '{wait}',
    text: 'Times that work was left because another process had the lease',
    attributes: [],
  },
  'berth.lifecycle.overdue': {
    kind: 'gauge',
    unit: '{document}',
    text: 'Documents whose deadline or effect was due 10 s ago and that no sweep has looked at',
    attributes: [],
  },
  'berth.servers': {
    kind: 'gauge',
    unit: '{server}',
    text: 'Servers by status, but for those terminated or failed for good',
    attributes: ['status'],
  },
  'berth.stuck': {
    kind: 'gauge',
    unit: '{thing}',
    text: 'What does not get on by itself, as `GET /v1/admin/stuck` lists it: above 0 is an alarm',
    attributes: ['kind', 'state'],
  },
  'berth.orphans': {
    kind: 'gauge',
    unit: '{resource}',
    text: 'Instances and volumes at EC2 without an owner; `held` says why they are not removed: `no` when they are',
    attributes: ['kind', 'held'],
  },
  'berth.orphans.removals': {
    kind: 'counter',
    unit: '{step}',
    text: 'Steps taken to remove orphans: `step` is `terminate`, `quarantine` or `delete`',
    attributes: ['kind', 'step'],
  },
  'berth.dns.drift': {
    kind: 'gauge',
    unit: '{record}',
    text: 'Records of the zone that are not as the wish of their host: `missing`, `changed`, `unwanted`, or `unknown` when there is no wish',
    attributes: ['what'],
  },
  'berth.operation.duration': {
    kind: 'histogram',
    unit: 's',
    text: 'Operations ended, from the order to the end: `type` `launch` is the launch',
    attributes: ['type', 'status'],
    buckets: OPERATION_SECONDS,
  },
  'berth.aws.throttles': {
    kind: 'counter',
    unit: '{call}',
    text: 'Calls that AWS refused because there were too many',
    attributes: ['rpc.method'],
  },
  'process.cpu.time': {
    kind: 'total',
    unit: 's',
    text: 'CPU time used since the start',
    attributes: ['cpu.mode'],
  },
  'process.memory.usage': { kind: 'gauge', unit: 'By', text: 'Resident memory', attributes: [] },
  'process.uptime': { kind: 'gauge', unit: 's', text: 'Time since the start', attributes: [] },
  'v8js.memory.heap.used': { kind: 'gauge', unit: 'By', text: 'JavaScript heap in use', attributes: [] },
  'nodejs.eventloop.delay.p99': {
    kind: 'gauge',
    unit: 's',
    text: 'How late timers fire, 99th percentile since the last export',
    attributes: [],
  },
  'nodejs.eventloop.utilization': {
    kind: 'gauge',
    unit: '1',
    text: 'Share of the time in which the event loop was busy, since the last export',
    attributes: [],
  },
} as const satisfies Record<string, MetricRow>;

type Named<Kind extends MetricRow['kind']> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[keyof typeof METRICS];

export type HistogramName = Named<'histogram'>;
export type CounterName = Named<'counter'>;
export type GaugeName = Named<'gauge' | 'total'>;
export type MetricName = keyof typeof METRICS;

/** The attributes that a metric may carry. */
export type AttributesOf<Name extends MetricName> = {
  [Attribute in (typeof METRICS)[Name]['attributes'][number]]?: string | number | undefined;
};

/** A row without its literal types. */
export const metricRow = (name: MetricName): MetricRow => METRICS[name];

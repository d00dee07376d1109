import { NOT_SENT_YET } from '@berth/contracts';
import { breaksBetween, type Break } from './breaks.ts';
import type { Contracts, Message, RouteContract } from './contracts.ts';
import type { Schema } from './schema.ts';

/**
 * What of the last release would no longer work with today's code, a line each, naming who would notice.
 *
 * While a new release is rolled out, old and new processes talk to each other, and messages of the old one wait in queues and
 * outboxes: what either writes, the other must read. Clients of the REST API stay as they are: requests may only become more
 * lenient, answers may only gain, new values of an enum included (docs/decisions/0013-what-must-not-break.md).
 */
export function broken(last: Contracts, now: Contracts): string[] {
  return [
    ...Object.entries(last.messages).flatMap(([name, message]) =>
      brokenMessage(name, message, now.messages[name]),
    ),
    ...Object.entries(last.routes).flatMap(([name, route]) =>
      brokenRoute(route, now.routes[name]).map((what) => `clients of the REST API: ${route.path} ${what}`),
    ),
  ];
}

function brokenMessage(name: string, last: Message, now: Message | undefined): string[] {
  const readers = last.consumers.length > 0 ? last.consumers : ['somebody outside'];
  if (!now) return readers.map((reader) => `${reader} handles ${name} (${last.type}), which is gone`);
  if (now.type !== last.type) {
    return readers.map((reader) => `${reader} handles ${last.type}; ${name} is ${now.type} now`);
  }
  const lost = last.consumers.filter(
    (consumer) => !now.consumers.includes(consumer) && last.kind !== 'event',
  );
  return [
    ...lost.map(
      (consumer) =>
        `${consumer} no longer handles ${name}, which ${last.senders.join(' and ')} of the last release may send`,
    ),
    ...told(readers, `reads ${name}`, breaksBetween(dataOf(now), last.data)),
    ...told(now.consumers, `of today reads ${name}`, breaksBetween(dataOf(last), now.data), OLD),
    ...told(last.senders, `reads the answer to ${name}`, answers(now.reply, last.reply)),
    ...told(now.senders, `of today reads the answer to ${name}`, answers(last.reply, now.reply), OLD),
  ];
}

/** What is asked for is a client's word, handed on: what services do not send yet, a client may. */
const dataOf = ({ kind, data }: Message): Schema => (kind === 'request' ? sentByClients(data) : data);

const answers = (writer: Schema | undefined, reader: Schema | undefined) =>
  writer && reader ? breaksBetween(writer, reader) : [];

const OLD = ' in what the last release writes';

const told = (services: readonly string[], what: string, breaks: Break[], where = ''): string[] =>
  services.flatMap((service) =>
    breaks.map(({ path, why }) => `${service} ${what}${path && `.${path}`}: it ${why}${where}`),
  );

function brokenRoute(last: RouteContract, now: RouteContract | undefined): string[] {
  if (!now) return ['is gone'];
  if (now.path !== last.path) return [`is ${now.path} now`];
  const parameters = Object.entries(now.parameters).flatMap(([name, { required, schema }]) => {
    const before = last.parameters[name];
    if (!before) return required ? [`demands the ${name}, which it did not know`] : [];
    const demands = required && !before.required ? [`demands the ${name}, which could be left out`] : [];
    return [...demands, ...asked(name, breaksBetween(sentByClients(before.schema), schema))];
  });
  const gone = Object.keys(last.parameters).filter((name) => !now.parameters[name]);
  const body = last.body && now.body ? asked('body', breaksBetween(sentByClients(last.body), now.body)) : [];
  const statuses = Object.entries(last.answers).flatMap(([kind, schema]) => {
    const today = now.answers[kind];
    if (!today) return [`no longer answers ${kind}`];
    return breaksBetween(today, withoutLimits(schema)).map(
      ({ path, why }) => `answers ${kind}${path && `, ${path}`}: it ${why}`,
    );
  });
  return [
    ...parameters,
    ...gone.map((name) => `no longer knows the ${name}`),
    ...(last.body && !now.body ? ['no longer takes a body'] : []),
    ...(!last.bodyRequired && now.bodyRequired ? ['demands a body, which could be left out'] : []),
    ...body,
    ...statuses,
  ];
}

const asked = (part: string, breaks: Break[]) =>
  breaks.map(({ path, why }) => `refuses what clients send as ${part}${path && `, ${path}`}: it ${why}`);

/** A client sends whatever it is told that it may. */
const sentByClients = (schema: Schema): Schema =>
  throughout(schema, ({ [NOT_SENT_YET]: _, ...each }) => each);

/** A client reads what it is given: a new value of an enum or a longer text is a gain. */
const withoutLimits = (schema: Schema): Schema => throughout(schema, withoutLimit);

function withoutLimit({ enum: values, const: only, ...schema }: Schema): Schema {
  const bounds = [
    'maximum',
    'exclusiveMaximum',
    'maxLength',
    'maxItems',
    'minimum',
    'exclusiveMinimum',
    'minLength',
    'minItems',
    'pattern',
  ];
  const named = values ?? (only === undefined ? undefined : [only]);
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([keyword]) => !bounds.includes(keyword))),
    ...(named &&
      schema.type === undefined && {
        type: [...new Set(named.map((value) => (value === null ? 'null' : typeof value)))],
      }),
  } as Schema;
}

/** Changes a schema and all that is in it. */
function throughout(schema: Schema, change: (each: Schema) => Schema): Schema {
  const deeper = (each: Schema) => throughout(each, change);
  return {
    ...change(schema),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(deeper) }),
    ...(schema.items && { items: deeper(schema.items) }),
    ...(schema.contentSchema && { contentSchema: deeper(schema.contentSchema) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, each]) => [name, deeper(each)]),
      ),
    }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: deeper(schema.additionalProperties),
    }),
  };
}

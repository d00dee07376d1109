import { ProblemBody, UsageRecorded, type MessageContract, type RequestContract } from '@berth/contracts';
import { queues } from '../../libs/messaging/src/topology.ts';
import { messages, type Message } from './catalogue.ts';
import type { Docs } from './docs.ts';
import { usageExamples } from './examples.ts';
import type { Flow, Handling, Sending } from './flow.ts';
import { answerHeaders, messageHeaders, requestHeaders } from './headers.ts';
import { firstSentence } from './program.ts';
import { Schemas, type JsonSchema } from './schemas.ts';

type Json = Record<string, unknown>;

const INTRODUCTION = `What Berth's services say to each other over RabbitMQ, and what billing systems outside read from \`berth.usage\`.

- **Events** are past facts: topic exchange, routing key = type, for whoever has bound a queue. **Commands** are orders to the one
  service that owns them and must arrive. Both leave through the sender's outbox (in the transaction that makes them true) and are
  handled at least once in no promised order; a consumer drops duplicates by id and goes by the sequence in the data.
- **Requests** are transient questions with a deadline; the answer comes by direct reply-to.
- Bodies are JSON. Consumers ignore what they don't know. The version stands in the type: what an old consumer could not read is
  a new type.
- What fails is tried again with growing pauses (\`<service>.retry-<n>s\`) and ends in \`<service>.dead-letters\`.`;

const DELIVERY: Record<MessageContract['kind'], string> = {
  event: 'At least once to every queue bound to it, in no promised order; nobody has to be bound.',
  command:
    'At least once to its one owner, in no promised order; kept and sent again until the owner’s queue has it.',
  request: 'At most once; who asks is told within the deadline when the answer is unknown.',
};
const TO_BROADCASTS =
  'To each replica for itself, at most once: what is said while a replica is away is lost to it.';

/** The AsyncAPI 3.0 document of the bus (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export function asyncApi(flow: Flow, docs: Docs, version: string): Json {
  const schemas = new Schemas(docs);
  const document = {
    channels: { ...messageChannels(), ...queueChannels(flow), ...answersChannel() },
    operations: {
      ...Object.fromEntries(flow.sendings.map(sends)),
      ...Object.fromEntries(flow.handlings.map(handles)),
    },
    components: {
      messages: Object.fromEntries([
        ...messages.map((message) => [message.name, describe(message, flow, docs, schemas)]),
        ...messages.flatMap((message) => answerOf(message, schemas)),
        ['Problem', problem(schemas)],
      ]) as Json,
      correlationIds: {
        cause: {
          description: 'The same for all that followed from one outside cause.',
          location: '$message.header#/cloudEvents:correlationid',
        },
      },
    },
  };
  const envelope: Record<string, JsonSchema> = {
    MessageHeaders: messageHeaders,
    RequestHeaders: requestHeaders,
    AnswerHeaders: answerHeaders,
  };
  return {
    asyncapi: '3.0.0',
    info: { title: 'Berth', version, description: INTRODUCTION },
    defaultContentType: 'application/json',
    ...document,
    components: { ...document.components, schemas: { ...envelope, ...schemas.reachableFrom(document) } },
  };
}

function describe({ name, contract, ...rest }: Message, flow: Flow, docs: Docs, schemas: Schemas): Json {
  const description = docs.message({ name, contract, ...rest });
  const services = (list: readonly (Sending | Handling)[]) =>
    list.filter(({ message }) => message.contract === contract).map(({ service }) => service);
  return {
    name: contract.type,
    title: name,
    ...(description && { summary: firstSentence(description), description }),
    tags: [{ name: contract.kind }],
    headers: ref('schemas', contract.kind === 'request' ? 'RequestHeaders' : 'MessageHeaders'),
    payload: schemas.ref(contract.schema),
    correlationId: ref('correlationIds', 'cause'),
    bindings: { amqp: { messageType: contract.type, bindingVersion: '0.3.0' } },
    ...(contract === UsageRecorded && { examples: usageExamples }),
    'x-delivery': DELIVERY[contract.kind],
    'x-sent-by': services(flow.sendings),
    'x-handled-by': services(flow.handlings),
    ...(contract.kind === 'request' && {
      'x-answer': ref('messages', `${name}Answer`),
      'x-permissions': contract.permissions,
    }),
  };
}

function answerOf({ name, contract }: Message, schemas: Schemas): [string, Json][] {
  if (contract.kind !== 'request') return [];
  const title = `Answer to ${name}`;
  return [
    [
      `${name}Answer`,
      { title, headers: ref('schemas', 'AnswerHeaders'), payload: schemas.ref(contract.reply) },
    ],
  ];
}

const problem = (schemas: Schemas): Json => ({
  title: 'Refusal of a request',
  headers: ref('schemas', 'AnswerHeaders'),
  payload: schemas.ref(ProblemBody),
});

/** A routing key on an exchange for every event and command. */
function messageChannels(): Json {
  const routed = messages.filter(({ contract }) => contract.kind !== 'request');
  return Object.fromEntries(
    routed.map(({ name, contract }) => [
      name,
      {
        address: contract.type,
        messages: { [name]: ref('messages', name) },
        bindings: {
          amqp: {
            is: 'routingKey',
            exchange: {
              name: exchangeOf(contract),
              type: 'topic',
              durable: true,
              autoDelete: false,
              vhost: '/',
            },
            bindingVersion: '0.3.0',
          },
        },
      },
    ]),
  );
}

const exchangeOf = (contract: MessageContract): string =>
  contract.kind === 'event' ? contract.exchange : 'berth.commands';

/** The queues services read, each with all it is bound to. */
function queueChannels({ handlings }: Flow): Json {
  const channels: Record<string, { messages: Json } & Json> = {};
  for (const handling of handlings) {
    const address = queueOf(handling);
    const { name } = handling.message;
    channels[address] ??= {
      address,
      messages: {},
      bindings: { amqp: queueBinding(handling) },
      'x-queue-type': queueType(handling),
    };
    channels[address].messages[name] = ref('messages', name);
  }
  return channels;
}

function queueOf({ service, message, broadcast }: Handling): string {
  const names = queues(service);
  if (broadcast) return `${service}.broadcasts`;
  return { event: names.events, command: names.commands, request: names.requests }[message.contract.kind];
}

const queueType = ({ message, broadcast }: Handling): string =>
  broadcast
    ? 'classic, one per replica'
    : message.contract.kind === 'request'
      ? 'classic, transient messages'
      : 'quorum';

const queueBinding = (handling: Handling): Json => ({
  is: 'queue',
  queue: {
    name: queueOf(handling) + (handling.broadcast ? '.<uuid>' : ''),
    durable: !handling.broadcast,
    exclusive: handling.broadcast,
    autoDelete: handling.broadcast,
    vhost: '/',
  },
  bindingVersion: '0.3.0',
});

const answersChannel = (): Json => ({
  answers: {
    address: null,
    description: 'Direct reply-to: https://www.rabbitmq.com/docs/direct-reply-to',
    messages: {
      ...Object.fromEntries(
        messages
          .filter(({ contract }) => contract.kind === 'request')
          .map(({ name }) => [`${name}Answer`, ref('messages', `${name}Answer`)]),
      ),
      Problem: ref('messages', 'Problem'),
    },
  },
});

function sends({ service, message: { name, contract } }: Sending): [string, Json] {
  const channel = contract.kind === 'request' ? queues(contract.service).requests : name;
  const operation = {
    action: 'send',
    title: `${service} ${contract.kind === 'request' ? 'asks' : 'sends'} ${name}`,
    channel: { $ref: `#/channels/${channel}` },
    messages: [{ $ref: `#/channels/${channel}/messages/${name}` }],
    bindings: { amqp: sendBinding(contract) },
    ...(contract.kind === 'request' && { reply: replyTo(name) }),
  };
  return [`${service}.sends.${name}`, operation];
}

function handles(handling: Handling): [string, Json] {
  const { service, message, why, broadcast } = handling;
  const { name, contract } = message;
  const channel = queueOf(handling);
  const operation = {
    action: 'receive',
    title: `${service} ${verb(contract)} ${name}`,
    ...(why && { description: why }),
    channel: { $ref: `#/channels/${channel}` },
    messages: [{ $ref: `#/channels/${channel}/messages/${name}` }],
    bindings: { amqp: { ack: !broadcast, bindingVersion: '0.3.0' } },
    ...(broadcast && { 'x-delivery': TO_BROADCASTS }),
    ...(contract.kind === 'request' && { reply: replyTo(name) }),
  };
  return [`${service}.${broadcast ? 'hears' : 'handles'}.${name}`, operation];
}

const verb = ({ kind }: MessageContract): string =>
  ({ event: 'hears', command: 'obeys', request: 'answers' })[kind];

/** Events and commands are persistent; a command that reaches no queue is returned, and sent again. */
const sendBinding = ({ kind }: MessageContract): Json => ({
  deliveryMode: kind === 'request' ? 1 : 2,
  mandatory: kind !== 'event',
  bindingVersion: '0.3.0',
});

const replyTo = (name: RequestContract['type']): Json => ({
  address: { location: '$message.header#/replyTo', description: 'The AMQP property `reply-to`.' },
  channel: { $ref: '#/channels/answers' },
  messages: [
    { $ref: `#/channels/answers/messages/${name}Answer` },
    { $ref: '#/channels/answers/messages/Problem' },
  ],
});

function ref(kind: 'messages' | 'schemas' | 'correlationIds', name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}

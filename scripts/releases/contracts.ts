import { plain, type Schema } from './schema.ts';

/** What a release promises: the messages between its services and the routes of its REST API. */
export interface Contracts {
  release: string;
  messages: Readonly<Record<string, Message>>;
  routes: Readonly<Record<string, RouteContract>>;
}

export interface Message {
  /** `berth.server.running.v1` */
  type: string;
  kind: 'event' | 'command' | 'request';
  senders: readonly string[];
  consumers: readonly string[];
  data: Schema;
  /** Of a request, what the sender is answered. */
  reply?: Schema;
}

export interface RouteContract {
  /** `GET /v1/servers/{id}` */
  path: string;
  /** By where they stand: `query limit`. */
  parameters: Readonly<Record<string, { required: boolean; schema: Schema }>>;
  body: Schema | null;
  bodyRequired: boolean;
  /** Of success, by status and media type; problems are told by their code, and there may be more of them. */
  answers: Readonly<Record<string, Schema>>;
}

type Node = Readonly<Record<string, unknown>>;

/** Read from the generated documents, which are compared with the code elsewhere. */
export function contractsOf(release: string, asyncapi: Node, openapi: Node): Contracts {
  return { release, messages: messagesOf(asyncapi), routes: routesOf(openapi) };
}

function messagesOf(document: Node): Contracts['messages'] {
  const all = Object.entries((document['components'] as Node)['messages'] as Record<string, Node>);
  const payload = (name: string) => all.find(([each]) => each === name)?.[1]['payload'];
  return Object.fromEntries(
    all.flatMap(([name, message]) => {
      const kind = (message['tags'] as { name: string }[] | undefined)?.[0]?.name;
      if (kind !== 'event' && kind !== 'command' && kind !== 'request') return [];
      const found: Message = {
        type: String(message['name']),
        kind,
        senders: (message['x-sent-by'] ?? []) as string[],
        consumers: (message['x-handled-by'] ?? []) as string[],
        data: plain(message['payload'], document),
        ...(kind === 'request' && { reply: plain(payload(`${name}Answer`), document) }),
      };
      return [[name, found]];
    }),
  );
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

function routesOf(document: Node): Contracts['routes'] {
  const paths = document['paths'] as Record<string, Record<string, Node>>;
  const found = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation
        ? [
            [
              String(operation['operationId']),
              routeOf(`${method.toUpperCase()} ${path}`, operation, document),
            ],
          ]
        : [];
    }),
  );
  return Object.fromEntries(found) as Contracts['routes'];
}

function routeOf(path: string, operation: Node, document: Node): RouteContract {
  const { parameters = [], requestBody = {}, responses = {} } = operation as unknown as Operation;
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, { content = {} }]) =>
      Object.keys(content).length === 0
        ? [[status, {}] as const]
        : Object.entries(content).map(
            ([type, { schema }]) => [`${status} ${type}`, plain(schema, document)] as const,
          ),
    );
  const body = requestBody.content?.['application/json']?.schema;
  return {
    path,
    parameters: Object.fromEntries(
      parameters.map(({ in: place, name, required = false, schema }) => [
        `${place} ${name}`,
        { required, schema: plain(schema, document) },
      ]),
    ),
    body: body === undefined ? null : plain(body, document),
    bodyRequired: requestBody.required ?? false,
    answers: Object.fromEntries(answers),
  };
}

interface Operation {
  parameters?: { in: string; name: string; required?: boolean; schema?: unknown }[];
  requestBody?: { required?: boolean; content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}

/** A JSON Schema 2020-12 as OpenAPI 3.1 has it, with every reference resolved. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required: boolean;
  schema: Schema;
}

export interface Answer {
  /** Schemas by media type; none: no body. */
  content: Readonly<Record<string, Schema>>;
  /** Names of the headers it is described with, in lower case. */
  headers: readonly string[];
  /** The codes its problems may carry; they are the names of the examples. */
  codes: readonly string[];
}

/** One operation of the API as its document describes it. */
export interface Operation {
  id: string;
  method: string;
  /** `/v1/servers/{id}` */
  path: string;
  parameters: readonly Parameter[];
  body: { schema: Schema; required: boolean; example: Readonly<Record<string, unknown>> } | null;
  answers: ReadonlyMap<number, Answer>;
  /** Needs no identity. */
  public: boolean;
}

type Node = Record<string, unknown>;
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** The operations of an OpenAPI document, by id. */
export function operationsOf(document: Node): Map<string, Operation> {
  const paths = resolved(document['paths'], document) as Record<string, Record<string, Node>>;
  return new Map(
    Object.entries(paths)
      .flatMap(([path, item]) =>
        METHODS.flatMap((method) => (item[method] ? [operationOf(method, path, item[method])] : [])),
      )
      .map((operation) => [operation.id, operation]),
  );
}

function operationOf(method: string, path: string, node: Node): Operation {
  const { operationId, parameters = [], requestBody, responses, security } = node;
  const content = (requestBody as Node | undefined)?.['content'] as Record<string, Node> | undefined;
  const json = content?.['application/json'];
  return {
    id: String(operationId),
    method: method.toUpperCase(),
    path,
    parameters: (parameters as Parameter[]).map((parameter) => ({
      ...parameter,
      required: !!parameter.required,
    })),
    body: json
      ? {
          schema: json['schema'] as Schema,
          required: (requestBody as Node)['required'] === true,
          example: (json['example'] as Node | undefined) ?? {},
        }
      : null,
    answers: new Map(
      Object.entries(responses as Record<string, Node>).map(([status, answer]) => [
        Number(status),
        answerOf(answer),
      ]),
    ),
    public: Array.isArray(security) && security.length === 0,
  };
}

const answerOf = ({ content = {}, headers = {} }: Node): Answer => ({
  content: Object.fromEntries(
    Object.entries(content as Record<string, { schema?: Schema }>).map(([type, { schema }]) => [
      type,
      schema ?? {},
    ]),
  ),
  headers: Object.keys(headers as Node).map((name) => name.toLowerCase()),
  codes: Object.values(content as Record<string, { examples?: object }>).flatMap(({ examples = {} }) =>
    Object.keys(examples),
  ),
});

/** Puts what a `$ref` names in its place. A schema that holds itself cannot be written so and fails here. */
function resolved(node: unknown, document: Node, inside: readonly string[] = []): unknown {
  if (Array.isArray(node)) return node.map((item) => resolved(item, document, inside));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...rest } = node as Node;
  if (typeof $ref !== 'string') {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, resolved(value, document, inside)]),
    );
  }
  if (inside.includes($ref)) throw new Error(`${$ref} holds itself: this test cannot make such values yet`);
  const target = $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Node)[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  return { ...(resolved(target, document, [...inside, $ref]) as Node), ...rest };
}

import * as sdk from '@aws-sdk/client-route-53';
import { perform } from '../calls.ts';
import { readRest, routesOf } from '../codec/rest.ts';
import { operationsOf, traitsOf, type CodecError, type Schema } from '../codec/schema.ts';
import { content, escapeXml } from '../codec/xml.ts';
import { AwsError } from '../errors.ts';
import type { Answer, AwsRequest } from '../server.ts';
import type { World } from '../world.ts';
import { route53Operations } from './operations.ts';

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';
const routes = routesOf(operationsOf(sdk));

type Handler = (input: unknown) => unknown;

/** Route 53's restXml protocol. The account has one Route 53, whatever the region. */
export function route53Service(world: World) {
  const handlers = new Map(Object.entries(route53Operations(world)) as [string, Handler][]);

  return async ({ method, url, body }: AwsRequest): Promise<Answer> => {
    const read = readRest(routes, method, url, body);
    if (!read) throw new AwsError('UnknownOperation', `Route 53 has no ${method} ${url.pathname}`, 404);
    const { operation, input } = read;
    const handler = handlers.get(operation.name);
    if (!handler) throw new AwsError('NotImplemented', `The simulator does not know ${operation.name}.`, 501);
    const call = { service: 'route53', region: 'global', operation: operation.name, input } as const;
    const output = await perform(world, call, () => handler(input));
    return {
      status: operation.traits.http?.[2] ?? 200,
      headers: headersOf(operation.output, output),
      body: `<${operation.name}Response xmlns="${NAMESPACE}">${content(operation.output, output)}</${operation.name}Response>`,
    };
  };
}

export function route53Error(error: AwsError, requestId: string): Answer {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const inner = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return {
    status: error.status,
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

export const route53CodecError = ({ path }: CodecError) =>
  new AwsError('InvalidInput', `Invalid XML or value at ${path}`);

/** Members that the schema binds to response headers. */
function headersOf(schema: Schema, output: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of schema.structIterator()) {
    const header = traitsOf(member).httpHeader;
    const value = (output as Record<string, unknown>)[name];
    if (header && typeof value === 'string') headers[header] = value;
  }
  return headers;
}

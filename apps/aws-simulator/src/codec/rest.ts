import { CodecError, scalarFrom, traitsOf, type OperationSchema, type Schema } from './schema.ts';
import { fromXml } from './xml.ts';

interface Route {
  operation: OperationSchema;
  method: string;
  pattern: RegExp;
  labels: string[];
}

/** The paths of a restXml service, most specific first. */
export function routesOf(operations: Map<string, OperationSchema>): Route[] {
  const routes: Route[] = [];
  for (const operation of operations.values()) {
    const [method = '', uri = ''] = operation.traits.http ?? [];
    const path = uri.split('?')[0] ?? '';
    const labels: string[] = [];
    const pattern = path.replace(/\/$/, '').replace(/\{(\w+)\+?\}/g, (_, label: string) => {
      labels.push(label);
      return '([^/]+)';
    });
    routes.push({ operation, method, labels, pattern: new RegExp(`^${pattern}/?$`) });
  }
  return routes.sort((a, b) => a.labels.length - b.labels.length);
}

export interface RestRequest {
  operation: OperationSchema;
  input: Record<string, unknown>;
}

/** The operation and its input, or undefined when there is no such path. Throws CodecError. */
export function readRest(routes: Route[], method: string, url: URL, body: string): RestRequest | undefined {
  for (const { operation, pattern, labels, method: wanted } of routes) {
    const match = wanted === method && pattern.exec(url.pathname);
    if (!match) continue;
    const input = body === '' ? {} : fromXml(operation.input, body);
    labels.forEach((label, index) => (input[label] = decode(match[index + 1] ?? '', label)));
    Object.assign(input, fromSearch(operation.input, url.searchParams));
    return { operation, input };
  }
  return undefined;
}

function fromSearch(schema: Schema, search: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const key = traitsOf(member).httpQuery;
    const text = key === undefined ? null : search.get(key);
    if (text !== null) input[name] = scalarFrom(member, text, name);
  }
  return input;
}

function decode(segment: string, label: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new CodecError(label, 'malformed');
  }
}

import fc, { type Arbitrary } from 'fast-check';
import type { Operation } from './document.ts';
import type { Known } from './known.ts';
import { validBody, validParameter } from './valid.ts';

/** A request as it goes over the wire. */
export interface Request {
  method: string;
  /** With the query, escaped. */
  target: string;
  headers: Readonly<Record<string, string>>;
  /** Sent byte by byte in latin1 when `bytes`, else as UTF-8. */
  body: string | undefined;
  bytes?: boolean;
}

/** The parts of a request, before they are put together. */
export interface Parts {
  /** By name, unescaped. */
  path: Record<string, string>;
  /** Escaped, `name=value`. */
  query: string[];
  headers: Record<string, string>;
  body: string | undefined;
  bytes?: boolean;
}

/** Requests that are valid by the document. */
export function validParts(operation: Operation, known: Known): Arbitrary<Parts> {
  const place = (wanted: string) => operation.parameters.filter((parameter) => parameter.in === wanted);
  const values = (wanted: string) =>
    fc.record(
      Object.fromEntries(
        place(wanted).map((parameter) => [parameter.name, validParameter(parameter, known)]),
      ) as Record<string, Arbitrary<string>>,
      {
        requiredKeys: place(wanted)
          .filter(({ required }) => required)
          .map(({ name }) => name),
      },
    ) as Arbitrary<Record<string, string>>;
  return fc
    .record({
      path: values('path'),
      query: values('query'),
      headers: values('header'),
      body: validBody(operation, known),
    })
    .map(({ path, query, headers, body }) => ({
      path,
      query: Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`),
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    }));
}

export function requestOf({ method, path }: Operation, parts: Parts): Request {
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => escaped(parts.path[name] ?? ''));
  return {
    method,
    target: parts.query.length > 0 ? `${target}?${parts.query.join('&')}` : target,
    headers: parts.headers,
    body: parts.body,
    ...(parts.bytes && { bytes: true }),
  };
}

/** A lone surrogate has no UTF-8. */
export const escaped = (value: string): string => encodeURIComponent(value.toWellFormed());

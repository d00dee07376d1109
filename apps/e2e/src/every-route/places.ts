import type { Operation, Schema } from './document.ts';
import { idKind } from './known.ts';
import type { Parts } from './request.ts';

/** A place in a request at which something can be named that is somebody's. */
export interface Place {
  in: 'path' | 'query' | 'body';
  /** `id`; of a body the way to it: `server.id`. */
  name: string;
  /** What stands there when it is hers who is asked about. */
  hers: string;
  /** `srv` where it is an id. */
  kind: string | undefined;
}

/** What somebody has that a request could name. */
export interface Belongings {
  /** The id of something of a kind, `srv`. Throws when they have none. */
  id(kind: string): string;
  /** Texts that name something of theirs, by their place: `query tag`. */
  texts: Readonly<Record<string, string>>;
}

/** Chosen from the catalog, made up by whoever asks, or the same for everybody: no word about what is whose. */
const OF_NOBODY = new Set([
  ...['product', 'version', 'size', 'region', 'zone', 'hostname'].map((name) => `body ${name}`),
  ...['name', 'accountName', 'tags', 'networks[]', 'amount', 'reason'].map((name) => `body ${name}`),
  ...['currencies[].currency', 'prices[].currency'].map((name) => `body ${name}`),
  ...['prices[].size', 'prices[].region', 'prices[].perMinute'].map((name) => `body ${name}`),
  'body yaml',
  ...['legalName', 'addressLines[]', 'country', 'taxId'].map((name) => `body ${name}`),
  // Who has the secret of a mailed link is who it was mailed to.
  ...['password', 'currentPassword', 'newPassword', 'code', 'secret'].map((name) => `body ${name}`),
  // An id of an event counts within the account's own feed.
  ...['query month', 'query lastEventId', 'query action'],
]);
const TELLING_NOTHING = ['boolean', 'integer', 'number', 'null'];
const FORMATS_TELLING_NOTHING = ['date-time', 'email'];

/**
 * The places of an operation at which a request can name what is somebody's. Throws for a parameter or a field of which it does not
 * know whether it can: what is new has to be decided about here, or it would go unasked.
 */
export function placesOf(operation: Operation, belongings: Belongings): Place[] {
  const parameters = operation.parameters
    // Keys are an account's own (customers.spec.ts); what else stands in a header names nothing.
    .filter((parameter) => parameter.in !== 'header')
    .flatMap(({ in: where, name, schema }) => placesIn(where as Place['in'], name, schema));
  const fields = operation.body ? placesIn('body', '', operation.body.schema) : [];
  return [...parameters, ...fields];

  function placesIn(where: Place['in'], name: string, schema: Schema): Place[] {
    const place = `${where} ${name}`;
    const kind = idKind(schema['pattern']);
    const hers = kind === undefined ? belongings.texts[place] : belongings.id(kind);
    if (hers !== undefined) return [{ in: where, name, hers, kind }];
    if (OF_NOBODY.has(place) || tellsNothing(schema)) return [];
    const { anyOf, items, properties } = schema as {
      anyOf?: Schema[];
      items?: Schema;
      properties?: Record<string, Schema>;
    };
    if (anyOf) return anyOf.flatMap((each) => placesIn(where, name, each));
    if (items) return placesIn(where, `${name}[]`, items);
    if (!properties || schema['additionalProperties'] === true)
      throw new Error(
        `${operation.id}: every-route/places.ts does not know whether ${place} names what is somebody's`,
      );
    return Object.entries(properties).flatMap(([key, each]) =>
      placesIn(where, name === '' ? key : `${name}.${key}`, each),
    );
  }
}

const tellsNothing = (schema: Schema): boolean =>
  'enum' in schema ||
  'const' in schema ||
  TELLING_NOTHING.includes(String(schema['type'])) ||
  FORMATS_TELLING_NOTHING.includes(String(schema['format']));

/** Values of parameters that are required and say nothing of whose it is. */
const REQUIRED: Record<string, string> = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', n: '1' };

/** A request that asks only for what is the asker's own: no more than is required. */
export function ownParts(operation: Operation, { id, texts }: Belongings): Parts {
  const values = (where: string) =>
    operation.parameters
      .filter((parameter) => parameter.in === where && parameter.required)
      .map(({ name, schema }): [string, string] => {
        const kind = idKind(schema['pattern']);
        const value = kind === undefined ? (texts[`${where} ${name}`] ?? REQUIRED[name]) : id(kind);
        if (value === undefined)
          throw new Error(`${operation.id}: every-route/places.ts has nothing to put at ${where} ${name}`);
        return [name, value];
      });
  return {
    path: Object.fromEntries(values('path')),
    query: values('query').map(pair),
    headers: {
      'Idempotency-Key': crypto.randomUUID(),
      ...(operation.body && { 'Content-Type': 'application/json' }),
    },
    body: operation.body ? JSON.stringify(operation.body.example) : undefined,
  };
}

/** The same request, naming at one place this instead of what was there. */
export function withNamed(parts: Parts, place: Pick<Place, 'in' | 'name'>, value: string): Parts {
  const { name } = place;
  if (place.in === 'path') return { ...parts, path: { ...parts.path, [name]: value } };
  if (place.in === 'query') {
    const others = parts.query.filter((each) => !each.startsWith(`${name}=`));
    return { ...parts, query: [...others, pair([name, value])] };
  }
  const body = JSON.parse(parts.body ?? '{}') as Record<string, unknown>;
  return { ...parts, body: JSON.stringify(set(body, name.split('.'), value)) };
}

function set(object: Record<string, unknown>, [first = '', ...rest]: string[], value: string): object {
  const key = first.replaceAll('[]', '');
  const inner = rest.length > 0 ? set(Object(object[key]) as Record<string, unknown>, rest, value) : value;
  return { ...object, [key]: first.endsWith('[]') ? [inner] : inner };
}

const pair = ([name, value]: [string, string]): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

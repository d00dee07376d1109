/** One call of the REST API as a value: it is sent, shown as curl, and a read is cached under its path. `Answer` is what comes back. */
export interface ApiCall<Answer = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query: `/v1/servers?limit=200`. */
  readonly path: string;
  readonly body?: object;
  /** Said again under the same key, an order is carried out once. */
  readonly idempotencyKey?: string;
  /** The entity tag that must still be the current one. */
  readonly ifMatch?: string;
  /** Carries the type alone. */
  readonly answer?: Answer;
}

/** A read. Parameters that are undefined or empty are left out. */
export function get<Answer>(
  path: string,
  query: Record<string, string | number | undefined> = {},
): ApiCall<Answer> {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  const search = new URLSearchParams(given).toString();
  return { method: 'GET', path: search ? `${path}?${search}` : path };
}

/** An order under a key of its own: made anew it is another order. */
export function post<Answer>(path: string, body: object = {}): ApiCall<Answer> {
  return { method: 'POST', path, body, idempotencyKey: crypto.randomUUID() };
}

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The longest page that the API gives. */
export const LONGEST = 200;

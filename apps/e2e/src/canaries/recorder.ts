import { textsIn, textsInJson, type Seen } from './sightings.ts';

export interface Call {
  /** The credential that is shown. */
  as?: string;
  /** Sent as JSON; text as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

const ID = /\b[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26}\b/g;

/** Calls the API and keeps all that it answers. */
export class Recorder {
  readonly seen: Seen[] = [];

  constructor(private readonly url: string) {}

  /** `name` stands for the path where that holds what no path should. */
  async call(
    method: string,
    path: string,
    { as, body, headers = {} }: Call = {},
    name?: string,
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID() }),
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const target = name ?? (path.split('?', 1)[0] ?? '').replace(ID, '{id}');
    const place = `answer ${method} ${target} ${response.status}`;
    this.seen.push(...textsInJson(text, `${place} `), ...textsIn(headersOf(response), `${place} header `));
    return { status: response.status, headers: response.headers, body: objectIn(text) };
  }

  /** Keeps what came otherwise. */
  keep(value: unknown, place: string): void {
    this.seen.push(...textsIn(value, place));
  }

  /** Throws unless the answer is a success. */
  async done(method: string, path: string, call: Call = {}): Promise<Answer['body']> {
    const { status, body } = await this.call(method, path, call);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${String(body['code'])}`);
    return body;
  }
}

const headersOf = ({ headers }: Response) => Object.fromEntries(headers);

function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

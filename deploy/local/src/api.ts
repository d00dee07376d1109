/** A refusal of the REST API: the problem document it answered with. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** What `Retry-After` said; 0 without it. */
  readonly retryAfterSeconds: number;

  constructor(
    status: number,
    body: { code?: string; title?: string; detail?: string },
    retryAfterSeconds = 0,
  ) {
    super(`${status} ${body.code ?? ''}: ${body.detail ?? body.title ?? 'no detail'}`);
    this.status = status;
    this.code = body.code ?? '';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The REST API of a running Berth, as a customer's script would call it. */
export class Api {
  readonly url: string;
  readonly token: string | null;

  constructor(url: string, token: string | null = null) {
    this.url = url;
    this.token = token;
  }

  /** The same API for the bearer of a token. */
  as(token: string): Api {
    return new Api(this.url, token);
  }

  get<Body>(path: string): Promise<Body> {
    return this.call('GET', path);
  }

  /** A POST carries a key of its own unless it is given one. */
  post<Body>(path: string, body: object = {}, idempotencyKey: string = crypto.randomUUID()): Promise<Body> {
    return this.call('POST', path, body, { 'idempotency-key': idempotencyKey });
  }

  put<Body>(path: string, body: object): Promise<Body> {
    return this.call('PUT', path, body);
  }

  patch<Body>(path: string, body: object): Promise<Body> {
    return this.call('PATCH', path, body);
  }

  delete<Body>(path: string): Promise<Body> {
    return this.call('DELETE', path);
  }

  private async call<Body>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Body> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...headers,
        ...(body && { 'content-type': 'application/json' }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text ? JSON.parse(text) : null;
    const retryAfterSeconds = Number(response.headers.get('retry-after') ?? 0);
    if (!response.ok) throw new ApiProblem(response.status, parsed ?? {}, retryAfterSeconds);
    return parsed as Body;
  }
}

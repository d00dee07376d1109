import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Order, WorkloadRecord } from './record.ts';

/** Longer than any service takes to answer, or to say that it cannot. */
const ANSWER_MILLISECONDS = 45_000;
const LOST_PAUSE_MILLISECONDS = 500;
/** A well-written client would wait as long as it is told; here there are others to wait for. */
const LONGEST_PAUSE_MILLISECONDS = 4_000;

export interface Reply {
  status: number;
  body: unknown;
}

/** What a client wants of the API. */
interface Request {
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH';
  path: string;
  body?: unknown;
  key?: string | null;
  /** Bearer token. */
  token?: string;
}

/**
 * The REST API as a well-written client uses it: what was lost, or answered with 429 or 5xx, is said again under the same
 * key after `Retry-After`, until there is an answer or `givenUp` fires.
 */
export class Client {
  private readonly urls: () => string;
  private readonly givenUp: AbortSignal;

  constructor(urls: () => string, givenUp: AbortSignal) {
    this.urls = urls;
    this.givenUp = givenUp;
  }

  /** Undefined when it was given up. `attempts` gets how each try before the last one ended. */
  async say(request: Request, attempts: string[] = []): Promise<Reply | undefined> {
    while (!this.givenUp.aborted) {
      const { outcome, pauseMilliseconds, reply } = await this.once(request);
      if (reply) return reply;
      attempts.push(outcome);
      await delay(pauseMilliseconds, undefined, { signal: this.givenUp }).catch(() => {});
    }
    return undefined;
  }

  private async once({ method, path, body, key, token }: Request): Promise<Try> {
    try {
      const response = await fetch(this.urls() + path, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key && { 'idempotency-key': key }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MILLISECONDS), this.givenUp]),
      });
      const text = await response.text();
      const { status } = response;
      if (status === 429 || status >= 500) {
        const seconds = Number(response.headers.get('retry-after') ?? 1);
        const pauseMilliseconds = Math.min(seconds * 1000, LONGEST_PAUSE_MILLISECONDS);
        return { outcome: `${status} ${codeOf(parsed(text)) ?? ''}`.trim(), pauseMilliseconds };
      }
      return { outcome: String(status), pauseMilliseconds: 0, reply: { status, body: parsed(text) } };
    } catch {
      return { outcome: 'lost', pauseMilliseconds: LOST_PAUSE_MILLISECONDS };
    }
  }
}

interface Try {
  outcome: string;
  pauseMilliseconds: number;
  reply?: Reply;
}

/** One account's customers: what they order and read goes into the record. */
export class AccountClient {
  readonly accountId: string;
  readonly token: string;
  private readonly client: Client;
  private readonly record: WorkloadRecord;

  constructor(client: Client, { id, token }: { id: string; token: string }, record: WorkloadRecord) {
    this.client = client;
    this.accountId = id;
    this.token = token;
    this.record = record;
  }

  /** Says it until it is answered, and returns it with its answer. */
  async order(
    wanted: Pick<Order, 'life' | 'what' | 'method' | 'path' | 'body' | 'key'>,
  ): Promise<Order & { reply: Reply | undefined }> {
    const order: Order = {
      ...wanted,
      accountId: this.accountId,
      askedAt: Date.now(),
      answeredAt: null,
      attempts: [],
      answer: null,
    };
    this.record.orders.push(order);
    const { method, path, body, key } = wanted;
    const request = { method, path, key, token: this.token, ...(body != null && { body }) };
    const reply = await this.client.say(request, order.attempts);
    if (reply) Object.assign(order, { answeredAt: Date.now(), answer: answerOf(reply) });
    return { ...order, reply };
  }

  /** Undefined when it is not to be had; that a thing once accepted is not there is noted. */
  async read<Body>(path: string): Promise<Body | undefined> {
    const attempts: string[] = [];
    const reply = await this.client.say({ method: 'GET', path, token: this.token }, attempts);
    for (const fault of attempts.filter(isFault)) this.surprised(path, fault);
    if (!reply) return undefined;
    if (reply.status === 200) return reply.body as Body;
    this.surprised(path, `${reply.status} ${codeOf(reply.body) ?? ''}`);
    return undefined;
  }

  private surprised(path: string, answer: string): void {
    this.record.surprises.push({ at: Date.now(), accountId: this.accountId, path, answer });
  }
}

function answerOf({ status, body }: Reply): Answer {
  const { server, operation, id } = (body ?? {}) as Record<string, { id?: string } & string>;
  const ownId = typeof id === 'string' ? id : null;
  return {
    status,
    code: status >= 400 ? codeOf(body) : null,
    serverId: server?.id ?? (ownId?.startsWith('srv_') ? ownId : null),
    operationId: operation?.id ?? (ownId?.startsWith('op_') ? ownId : null),
  };
}

const codeOf = (body: unknown): string | null => {
  const { code } = (body ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : null;
};

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return text;
  }
}

/** Whether an attempt ended in a fault of ours: a 503 says what to do, other errors of servers don't. */
export const isFault = (attempt: string): boolean => /^5/.test(attempt) && !attempt.startsWith('503');

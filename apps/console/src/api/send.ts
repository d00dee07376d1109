import type { ApiCall } from './call.ts';
import { Problem, type ProblemDocument } from './problem.ts';

/** An answer together with the entity tag it came with. */
export interface Tagged<Answer> {
  answer: Answer;
  etag: string | undefined;
}

/** Makes a call in the name of the session's cookie. Throws {@link Problem}, or what `signal` was aborted with. */
export async function send<Answer>(call: ApiCall<Answer>, signal?: AbortSignal): Promise<Answer> {
  return (await sendTagged(call, signal)).answer;
}

/** The same, for what is going to be changed under the condition that nobody else has. */
export async function sendTagged<Answer>(
  { method, path, body, idempotencyKey, ifMatch }: ApiCall<Answer>,
  signal?: AbortSignal,
): Promise<Tagged<Answer>> {
  const response = await fetch(path, {
    method,
    signal: signal ?? null,
    headers: {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...(ifMatch && { 'if-match': ifMatch }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error instanceof TypeError ? Problem.noAnswer() : error;
  });
  const text = await response.text();
  if (!response.ok) throw problemOf(response, text);
  return {
    answer: (text ? JSON.parse(text) : null) as Answer,
    etag: response.headers.get('etag') ?? undefined,
  };
}

function problemOf(response: Response, text: string): Problem {
  const isDocument = response.headers.get('content-type')?.includes('json') ?? false;
  // A proxy in between answers in its own words.
  const document = isDocument ? (JSON.parse(text) as ProblemDocument) : {};
  return new Problem(response.status, document, Number(response.headers.get('retry-after') ?? 0));
}

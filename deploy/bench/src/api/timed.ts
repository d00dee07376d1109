import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface Call {
  method: string;
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Makes a call on a connection that is kept, reads the answer, and tells its status and how long both took, in milliseconds. */
export async function timed({ method, url, headers, body }: Call): Promise<{ status: number; ms: number }> {
  const startedAt = performance.now();
  const text = body && JSON.stringify(body);
  const asked = request(url, {
    ...{ method, agent },
    headers: { ...headers, ...(text && { 'content-type': 'application/json' }) },
  });
  asked.end(text);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return { status: answer.statusCode ?? 0, ms: performance.now() - startedAt };
}

/**
 * Makes calls at a steady rate, whether those before are answered or not, and resolves to what came of each when all have been. The first
 * is number 0.
 */
export async function atRate<Result>(
  perSecond: number,
  seconds: number,
  call: (number: number) => Promise<Result>,
): Promise<Result[]> {
  const startedAt = performance.now();
  const calls: Promise<Result>[] = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    const wait = startedAt + (number * 1000) / perSecond - performance.now();
    if (wait > 1) await delay(wait);
    const made = call(number);
    made.catch(() => {});
    calls.push(made);
  }
  return Promise.all(calls);
}

import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query';
import { calls } from './calls.ts';
import { isProblem, Problem } from './problem.ts';
import { keyOf } from './reading.ts';

const MOST_RETRIES = 4;
const SECONDS_BETWEEN = [0.5, 1, 2, 4];
/** Nobody looks at a button longer: they are told when to come back. */
const LONGEST_WAIT_SECONDS = 30;

/** Only what may do better in a while is tried again; an order is then said under the same key, which makes it safe. */
const retry = (failures: number, error: unknown): boolean =>
  error instanceof Problem &&
  error.passing &&
  error.retryAfterSeconds <= LONGEST_WAIT_SECONDS &&
  failures < MOST_RETRIES;

const retryDelay = (failures: number, error: unknown): number => {
  const asked = error instanceof Problem ? error.retryAfterSeconds : 0;
  return 1000 * Math.max(asked, SECONDS_BETWEEN[failures] ?? 4);
};

/** The cache of everything read. Whatever is answered 401 ends the session on the page too. */
export function newQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isProblem(error, 'unauthenticated')) client.setQueryData(keyOf(calls.me()), null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Live events keep what is shown true; what is older than this is read again when it is looked at anew.
      queries: { retry, retryDelay, staleTime: 30_000 },
      // Without a network an order fails after its attempts and says so; it is not kept to surprise somebody later.
      mutations: { retry, retryDelay, networkMode: 'always' },
    },
  });
  return client;
}

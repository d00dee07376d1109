import { useQueryClient } from '@tanstack/react-query';
import type { Accepted, LaunchServerBody, Operation, Server } from '@berth/contracts';
import { useLocation } from 'wouter';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { Problem } from '../api/problem.ts';
import { keyOf } from '../api/reading.ts';
import type { Configuration } from './configuration.ts';
import { rememberConfiguration } from './last-configuration.ts';

/**
 * Launches, remembers what was chosen, and leads to the server's page. When it is not known whether an order arrived, the
 * same one is said again under its key, also by the next press of the button. `problem` goes when something else is chosen.
 */
export function useLaunch(body: LaunchServerBody, chosen: Configuration, onHostnameRefused: () => void) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const { account } = useMe();
  const order = useOrder<Accepted>({
    onDone: ({ server, operation }) => {
      rememberConfiguration(account.id, chosen);
      // As it was when the order was taken: seen at once, and read again at once.
      const old = { updatedAt: 0 };
      client.setQueryData<Server>(keyOf(calls.server(server.id)), (known) => known ?? server, old);
      client.setQueryData<Operation>(
        keyOf(calls.operation(operation.id)),
        (known) => known ?? operation,
        old,
      );
      navigate(`/servers/${server.id}`);
    },
    onRefused: ({ code }) => {
      if (code === 'unknown_offer') void client.invalidateQueries({ queryKey: keyOf(calls.catalog()) });
      if (code === 'budget_exceeded') void client.invalidateQueries({ queryKey: keyOf(calls.budget()) });
      if (code === 'hostname_taken' || code === 'hostname_reserved') {
        void client.invalidateQueries({
          predicate: ({ queryKey }) => /^\/v1\/hostnames\//.test(String(queryKey[0])),
        });
        onHostnameRefused();
      }
      return true;
    },
  });
  const { variables: last, error } = order;
  const isLast = JSON.stringify(last?.body) === JSON.stringify(body);
  const problem = isLast && error instanceof Problem ? error : undefined;
  return {
    problem,
    isLaunching: order.isPending,
    launch: () => order.mutate(problem?.passing && last ? last : calls.launch(body)),
  };
}

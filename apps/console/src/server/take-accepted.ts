import { useQueryClient } from '@tanstack/react-query';
import type { Accepted, Operation, Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { keyOf } from '../api/reading.ts';

/** Shows what an order has begun at once, whether the live event of it is here already or late. */
export function useTakeAccepted() {
  const client = useQueryClient();
  return ({ server, operation }: Accepted) => {
    const key = keyOf(calls.server(server.id));
    client.setQueryData<Operation>(keyOf(calls.operation(operation.id)), (known) => known ?? operation, {
      updatedAt: 0,
    });
    client.setQueryData<Server>(key, (known) =>
      known && known.updatedAt > server.updatedAt ? known : server,
    );
    // An event that came before this answer is newer than it.
    void client.invalidateQueries({ queryKey: key });
  };
}

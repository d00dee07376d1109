import type { Accepted, LaunchServerBody } from '@berth/contracts';
import { untilAnswered } from '@berth/local';
import { A_SERVER, type Customer } from '../api/berth.ts';

/** In seconds, from the POST on: until it was answered, and until the customer knows that the server runs. */
export interface Launch {
  serverId: string;
  acceptedSeconds: number;
  seconds: number;
}

/** Launches a server. Throws when it does not come to run. */
export async function launched(customer: Customer, wanted: Partial<LaunchServerBody> = {}): Promise<Launch> {
  const startedAt = performance.now();
  const key = crypto.randomUUID();
  const { server, operation } = await untilAnswered(() =>
    customer.api.post<Accepted>('/v1/servers', { ...A_SERVER, ...wanted }, key),
  );
  const acceptedSeconds = since(startedAt);
  const { status, error } = await customer.ended(operation.id);
  if (status !== 'succeeded') throw new Error(`The launch of ${server.id} ${status}: ${error?.code}`);
  return { serverId: server.id, acceptedSeconds, seconds: since(startedAt) };
}

/** Terminates a server and waits until nothing is left of it. */
export async function terminated(customer: Customer, serverId: string): Promise<void> {
  const { operation } = await untilAnswered(() => customer.api.delete<Accepted>(`/v1/servers/${serverId}`));
  await customer.ended(operation.id);
}

const since = (startedAt: number) => (performance.now() - startedAt) / 1000;

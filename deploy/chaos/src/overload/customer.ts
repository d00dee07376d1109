import type { Me } from '@berth/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { AccountOrder } from '../customers/account-order.ts';
import type { Stage } from '../stage/stage.ts';

/** Somebody with an account and an API token. */
export interface Customer {
  token: string;
  accountId: string;
}

const QUOTA = { servers: 1_000, vcpu: 100_000, diskGib: 1_000_000 };
const KNOWN_WITHIN_SECONDS = 30;

export async function customer(stage: Stage): Promise<Customer> {
  const login = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
  const api = stage.api();
  const { account } = await api.post<Me>('/v1/signup', { ...login, name: 'Ada', accountName: 'Crowd' });
  const { accessToken } = await api.post<{ accessToken: string }>('/v1/sessions', login);
  const { token } = await api.as(accessToken).post<{ token: string }>('/v1/tokens', { name: 'overload' });
  return { token, accountId: account.id };
}

/** Staff lets the account have a thousand servers; resolves when the account says so. */
export async function raiseQuota(stage: Stage, { accountId, token }: Customer): Promise<void> {
  await new AccountOrder({ accountId, quota: QUOTA }).send(stage.amqpUrl);
  const giveUpAt = Date.now() + KNOWN_WITHIN_SECONDS * 1000;
  while ((await stage.api(token).get<Me>('/v1/me')).limits.servers !== QUOTA.servers) {
    if (Date.now() > giveUpAt) throw new Error('The quota is not known');
    await delay(250);
  }
}

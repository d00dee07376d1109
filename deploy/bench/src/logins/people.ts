import type { Berth } from '../api/berth.ts';
import type { Call } from '../api/timed.ts';

export interface Login {
  email: string;
  password: string;
}

/** What somebody sends to log in, from an address of their own: the gateway of these benches believes who says so. */
export function logIn(url: string, { email, password }: Login): Call {
  return {
    method: 'POST',
    url: `${url}/v1/sessions`,
    headers: { 'x-forwarded-for': address() },
    body: { email, password },
  };
}

/** Addresses may be named, and ask as often as they like. */
export const ANY_ADDRESS = {
  BERTH_TRUSTED_PROXIES: '127.0.0.0/8, ::1',
  BERTH_RATE_LIMIT_PER_ADDRESS: '1000000000',
};

const octet = () => Math.floor(Math.random() * 256);
const address = () => `10.${octet()}.${octet()}.${octet()}`;

export const nobody = (): Login => ({
  email: `${crypto.randomUUID()}@example.com`,
  password: 'not this one',
});

/** So many who have signed up. */
export async function people({ customer }: Berth, count: number): Promise<Login[]> {
  const signedUp: Login[] = [];
  for (let number = 0; number < count; number++) {
    const login = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
    await customer.api.post('/v1/signup', { ...login, name: 'Ada', accountName: 'Bench' });
    signedUp.push(login);
  }
  return signedUp;
}

import { ApiProblem } from '@berth/local';
import type { Stage } from '../stage/stage.ts';
import type { Customer } from './customer.ts';

const SECONDS = 10;
const AT_ONCE = 4;
const A_SERVER = {
  name: 'Capacity',
  product: 'web',
  version: '1.26',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
};

/** How many launches a second the system accepts when each customer waits for the answer before the next. */
export async function capacity(stage: Stage, customers: readonly Customer[]): Promise<number> {
  const until = performance.now() + SECONDS * 1000;
  let accepted = 0;
  const orders = async ({ token }: Customer) => {
    const api = stage.api(token);
    while (performance.now() < until) {
      try {
        await api.post('/v1/servers', { ...A_SERVER, name: `Capacity ${crypto.randomUUID().slice(0, 8)}` });
        accepted++;
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
      }
    }
  };
  await Promise.all(customers.flatMap((each) => Array.from({ length: AT_ONCE }, () => orders(each))));
  return accepted / SECONDS;
}

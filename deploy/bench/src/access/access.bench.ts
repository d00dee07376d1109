import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Me, Principal } from '@berth/contracts';
import { passportKeys } from '@berth/local';
import { onOneBerth } from '../api/shared-berth.ts';
import { timed, type Call } from '../api/timed.ts';
import type { Bench, Contender, Sample } from '../bench.ts';
import { median } from '../statistics.ts';

const PROGRAM = join(import.meta.dirname, `bare-gateway.main${extname(import.meta.filename)}`);
const CALLS = 250;
const LONE_CALLS = 80;
/** By then all that follows from a change is done, in accounts as well. */
const PAUSE_MILLISECONDS = 40;

interface Prepared {
  url: string;
  serverId: string;
  headers: Record<string, string>;
  caller: Principal;
  env: NodeJS.ProcessEnv;
}

const side = onOneBerth<Prepared>({}, async ({ system: { url }, customer, home }, { amqpUrl }) => {
  const { id: serverId } = await customer.running();
  const { user, account } = await customer.api.get<Me>('/v1/me');
  const { items } = await customer.api.get<{ items: { id: string }[] }>('/v1/tokens');
  const actor = { kind: 'token' as const, id: items[0]?.id ?? '' };
  const caller: Principal = { accountId: account.id, userId: user.id, role: 'owner', actor };
  const env = { AMQP_URL: amqpUrl, ...passportKeys(home) };
  return { url, serverId, headers: { authorization: `Bearer ${customer.token}` }, caller, env };
});

export const access: Bench = {
  name: 'access',
  about:
    '`GET` and `PATCH /v1/servers/{id}` through the gateway, one after the other, and the change also with a pause after each, with token, role, limits and, of the change, the audit trail; ' +
    'against a gateway of the same modules that asks nobody who they are, counts nothing and writes nothing down.',
  rounds: 5,
  ours: side((prepared) => measured(prepared, prepared.url)),
  references: { 'without them': bare() },
  goals: [
    { measure: 'read ms', against: 'without them', atMost: 1.25 },
    { measure: 'change ms, alone', against: 'without them', atMost: 1.25 },
    { measure: 'change ms', against: 'without them', atMost: 1.25 },
  ],
};

/** The other gateway, on the same bus. */
function bare(): Contender {
  let url: string | undefined;
  let stop = async () => {};
  const contender = side(async (prepared) => {
    url ??= await start(prepared);
    return measured(prepared, url);
  });
  const start = async ({ env, caller }: Prepared) => {
    const child = fork(PROGRAM, [JSON.stringify(caller)], { env: { ...process.env, ...env } });
    const ended = once(child, 'exit');
    stop = async () => {
      if (child.connected) child.disconnect();
      await ended;
    };
    const [address] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
    if (child.exitCode !== null) throw new Error(`${PROGRAM} has ended with ${child.exitCode}`);
    return String(address);
  };
  return async (stage) => {
    const contestant = await contender(stage);
    return {
      round: contestant.round,
      stop: async () => {
        await stop();
        await contestant.stop();
      },
    };
  };
}

async function measured({ serverId, headers }: Prepared, url: string): Promise<Sample> {
  const target = { url: `${url}/v1/servers/${serverId}`, headers };
  return {
    'read ms': await medianOf(() => ({ method: 'GET', ...target })),
    'change ms': await medianOf(change(target)),
    'change ms, alone': await medianOf(change(target), LONE_CALLS, PAUSE_MILLISECONDS),
  };
}

const change =
  (target: Pick<Call, 'url' | 'headers'>) =>
  (number: number): Call => ({ method: 'PATCH', ...target, body: { name: `Bench ${number}` } });

async function medianOf(
  call: (number: number) => Call,
  calls = CALLS,
  pauseMilliseconds = 0,
): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < calls; number++) {
    if (pauseMilliseconds > 0) await delay(pauseMilliseconds);
    const { status, ms } = await timed(call(number));
    if (status !== 200) throw new Error(`It was answered ${status}`);
    times.push(ms);
  }
  return median(times);
}

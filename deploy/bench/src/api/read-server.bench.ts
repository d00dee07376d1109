import type { Bench } from '../bench.ts';
import { Berth } from './berth.ts';
import { ByHand } from './by-hand.ts';
import { load } from './load.ts';

export const readServer: Bench = {
  name: 'read-server',
  about:
    '`GET /v1/servers/{id}` with a token, 32 clients without pause, through gateway and bus to the owning services; by hand: ' +
    'one Fastify process that looks up the token, its user’s role, the account’s standing and the server itself.',
  rounds: 7,
  ours: async (stage) => {
    const berth = await Berth.start(stage);
    const { id } = await berth.customer.running();
    return {
      round: () => read(id, berth.system.url, berth.customer.token),
      stop: () => berth.stop(),
    };
  },
  references: {
    'by hand': async (stage) => {
      const { url, token, serverId, stop } = await ByHand.start(stage);
      return { round: () => read(serverId, url, token), stop };
    },
  },
  goals: [
    { measure: 'requests/s', against: 'by hand', atLeast: 0.35 },
    { measure: 'p99 ms', against: 'by hand', atMost: 4 },
  ],
};

const read = (id: string, url: string, token: string) =>
  load(url, token, { pages: [`/v1/servers/${id}`], clients: 32 });

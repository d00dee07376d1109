import type { Server } from '@berth/contracts';
import { Api } from '@berth/local';
import { newId } from '@berth/mongo';
import type { Bench, Contestant } from '../bench.ts';
import type { Stage } from '../stage.ts';
import { Berth } from './berth.ts';
import { ByHand } from './by-hand.ts';
import { addServers } from './fleet.ts';
import { load } from './load.ts';

const OWN_SERVERS = 1_000;
const OTHER_ACCOUNTS = 100;
const PAGE = 200;
/** A list is a heavy answer: more clients would only queue. */
const CLIENTS = 8;

export const listServers: Bench = {
  name: 'list-servers',
  about:
    '`GET /v1/servers?limit=200`, 8 clients without pause that leaf through the 1,000 servers of one account, among 100,000 ' +
    'others in the fleet; by hand: one Fastify process with the same check and the same query.',
  rounds: 7,
  ours: async (stage) => {
    const berth = await withServers(stage, OTHER_ACCOUNTS);
    return leafing(berth.system.url, berth.customer.token, () => berth.stop());
  },
  references: {
    'by hand': async (stage) => {
      const { url, token, stop } = await ByHand.start(stage);
      return leafing(url, token, stop);
    },
    'Berth without the others': async () => {
      const berth = await withServers({}, 0);
      return leafing(berth.system.url, berth.customer.token, () => berth.stop());
    },
  },
  goals: [
    { measure: 'requests/s', against: 'by hand', atLeast: 0.5 },
    { measure: 'requests/s', against: 'Berth without the others', atLeast: 0.95 },
    { measure: 'p99 ms', against: 'by hand' },
  ],
};

/** A Berth whose customer has 1,000 servers, and so many others as many each. */
async function withServers(stage: Partial<Stage>, others: number): Promise<Berth> {
  const berth = await Berth.start(stage);
  const { id } = await berth.customer.running();
  await addServers(berth.system.mongoUri, id, [berth.customer.accountId], OWN_SERVERS - 1);
  await addServers(
    berth.system.mongoUri,
    id,
    Array.from({ length: others }, () => newId('acc')),
    OWN_SERVERS,
  );
  return berth;
}

/** Each client asks for page after page of the list, and begins anew after the last. */
async function leafing(url: string, token: string, stop: () => Promise<void>): Promise<Contestant> {
  const pages = await pagesOf(new Api(url, token));
  return { round: () => load(url, token, { pages, clients: CLIENTS }), stop };
}

async function pagesOf(api: Api): Promise<string[]> {
  const paths: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/v1/servers?limit=${PAGE}${cursor && `&cursor=${cursor}`}`;
    const page: { items: Server[]; nextCursor: string | null } = await api.get(path);
    paths.push(path);
    cursor = page.nextCursor;
  }
  if (paths.length !== OWN_SERVERS / PAGE) throw new Error(`The list has ${paths.length} pages`);
  return paths;
}

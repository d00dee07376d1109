import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { MongoClient } from 'mongodb';
import type { Catalog } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
import { DATABASES, type ServerRow, type TokenRow } from './rows.ts';
import { shown } from './shown.ts';

/**
 * What one would write who needs nothing but fast reads: one process that looks up the token, its user's role, the
 * account's standing and the servers itself. Tells its parent the address it listens on.
 */
const client = await MongoClient.connect(process.argv[2] ?? '');
const { tokens, memberships, accounts, servers } = {
  tokens: client.db(DATABASES.accounts).collection<TokenRow>('tokens'),
  memberships: client.db(DATABASES.accounts).collection('memberships'),
  accounts: client.db(DATABASES.accounts).collection<{ _id: string; status: string }>('accounts'),
  servers: client.db(DATABASES.provisioning).collection<ServerRow>('servers'),
};
const kept = await client.db(DATABASES.provisioning).collection<{ catalog: Catalog }>('catalog').findOne();
const prices = new PriceBook(kept?.catalog.prices ?? []);
const app = Fastify();

app.get<{ Params: { id: string } }>('/v1/servers/:id', async ({ headers, params }, reply) => {
  const accountId = await accountOf(headers.authorization);
  if (accountId === null) return reply.code(401).send();
  const server = await servers.findOne({ _id: params.id, accountId });
  return server ? shown(server, prices) : reply.code(404).send();
});

app.get<{ Querystring: { limit: number; cursor?: string } }>(
  '/v1/servers',
  async ({ headers, query }, reply) => {
    const accountId = await accountOf(headers.authorization);
    if (accountId === null) return reply.code(401).send();
    const limit = Number(query.limit);
    const before = query.cursor === undefined ? {} : { _id: { $lt: query.cursor } };
    const found = await servers
      .find({ accountId, status: { $ne: 'terminated' }, ...before })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .toArray();
    const page = found.slice(0, limit);
    return {
      items: page.map((server) => shown(server, prices)),
      nextCursor: found.length > limit ? page.at(-1)?._id : null,
    };
  },
);

process.send?.(await app.listen({ port: 0, host: '127.0.0.1' }));
process.on('disconnect', () => process.exit());

/** The account that a bearer may read: the token known and not expired, its user a member, the account not closed. */
async function accountOf(authorization: string | undefined): Promise<string | null> {
  const credential = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (!credential) return null;
  const digest = createHash('sha256').update(credential).digest('hex');
  const token = await tokens.findOne({ digest });
  if (!token || (token.expiresAt && token.expiresAt <= new Date())) return null;
  const { accountId, userId } = token;
  const [membership, account] = await Promise.all([
    memberships.findOne({ accountId, userId }),
    accounts.findOne({ _id: accountId }),
  ]);
  return membership && account && account.status !== 'closed' ? accountId : null;
}

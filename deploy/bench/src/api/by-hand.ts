import { fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Stage } from '../stage.ts';
import { DATABASES, type ServerRow, type TokenRow } from './rows.ts';

const PROGRAM = join(import.meta.dirname, `by-hand.main${extname(import.meta.filename)}`);

/** The same reads as Berth's, of the same documents, by one process that asks nobody. */
export class ByHand {
  private constructor(
    readonly url: string,
    /** Of the account that a server of the stage's Berth belongs to. */
    readonly token: string,
    /** One of its servers. */
    readonly serverId: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** For the Berth that already plays on this stage and has a server. */
  static async start({ mongoUri }: Stage): Promise<ByHand> {
    const { token, serverId } = await access(mongoUri);
    const child = fork(PROGRAM, [mongoUri]);
    const ended = once(child, 'exit');
    const [url] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
    if (child.exitCode !== null) throw new Error(`${PROGRAM} has ended with ${child.exitCode}`);
    return new ByHand(String(url), token, serverId, async () => {
      if (child.connected) child.disconnect();
      await ended;
    });
  }
}

/** A second token beside the one of a customer who has a server: the first is known to nobody but them. */
async function access(mongoUri: string): Promise<{ token: string; serverId: string }> {
  const client = await MongoClient.connect(mongoUri);
  try {
    const server = await client.db(DATABASES.provisioning).collection<ServerRow>('servers').findOne();
    const tokens = client.db(DATABASES.accounts).collection<TokenRow>('tokens');
    const known = server && (await tokens.findOne({ accountId: server.accountId }));
    if (!known) throw new Error('There is no server, or nobody whose it is');
    const token = `brt_${randomUUID()}`;
    const digest = createHash('sha256').update(token).digest('hex');
    await tokens.insertOne({ ...known, _id: randomUUID(), digest });
    return { token, serverId: server._id };
  } finally {
    await client.close();
  }
}

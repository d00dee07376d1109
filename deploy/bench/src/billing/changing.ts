import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import { MongoClient } from 'mongodb';
import { SERVER_EVENTS } from '@berth/contracts';
import { newEnvelope, toProperties } from '@berth/messaging';
import type { Stage } from '../stage.ts';
import { DATABASE, type KnownServer } from './account.ts';
import { transition } from './history.ts';

const LONGEST_WAIT_MILLISECONDS = 60_000;

/**
 * Has servers change their state, one after the other and so many a second, as provisioning tells of it. `stop` ends that, waits until billing has taken up all
 * of it, and tells how many a second it had by then.
 */
export async function changing(
  { amqpUrl, mongoUri }: Stage,
  servers: readonly KnownServer[],
  { perSecond, now }: { perSecond: number; now: () => Date },
): Promise<{ stop: () => Promise<number> }> {
  const [connection, client] = [await connect(amqpUrl), await MongoClient.connect(mongoUri)];
  const channel = await connection.createConfirmChannel();
  const takenUp = () => client.db(DATABASE).collection('facts').countDocuments({ considered: true });
  const [startedAt, before] = [performance.now(), await takenUp()];
  let sent = 0;

  const timer = setInterval(() => {
    const server = servers[sent % servers.length];
    if (!server) return;
    sent++;
    server.sequence++;
    const change = transition(server, server.sequence, now());
    const { type } = SERVER_EVENTS[change.to];
    const envelope = newEnvelope('provisioning', type, now(), { accountId: change.accountId });
    channel.publish('berth.events', type, Buffer.from(JSON.stringify(change)), {
      ...toProperties(envelope),
      persistent: true,
    });
  }, 1000 / perSecond);

  return {
    async stop() {
      clearInterval(timer);
      const rate = ((await takenUp()) - before) / ((performance.now() - startedAt) / 1000);
      await channel.waitForConfirms();
      const until = performance.now() + LONGEST_WAIT_MILLISECONDS;
      while ((await takenUp()) < before + sent) {
        if (performance.now() > until) throw new Error('Billing does not take up what its servers do');
        await delay(50);
      }
      await Promise.all([connection.close(), client.close()]);
      return rate;
    },
  };
}

import { event } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { z } from 'zod';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

/** A service that is killed when its transaction has committed and nothing has been sent yet. */
const { AMQP_URL = '', MONGODB_URI = '', DATABASE = '' } = process.env;
const app = await startService({
  service: 'dns',
  amqpUrl: AMQP_URL,
  database: { uri: MONGODB_URI, database: DATABASE },
});
const transactions = app.get(Transactions);
await transactions.run(async () => {
  transactions.afterCommit(() => {
    process.kill(process.pid, 'SIGKILL');
  });
  await app.get(Outbox).publish(event('berth.left-behind.v1', z.object({})), {});
});

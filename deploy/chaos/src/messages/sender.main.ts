import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { ClockModule } from '@berth/clock';
import { BusModule, Outbox, runService } from '@berth/messaging';
import { MongoModule, Transactions } from '@berth/mongo';
import { Environment, Sent, SENDERS_DATABASE, type SentRow } from './parcel.ts';
import { endsOf, numbersOf, Plan } from './plan.ts';

/** The service `provisioning`, which sends what its argument plans, through its outbox, and goes on where it was killed. */
const plan = Plan.parse(JSON.parse(process.argv[2] ?? ''));
const { AMQP_URL: amqpUrl, MONGODB_URI: uri } = Environment.parse(process.env);

const MOST_AT_ONCE = 50;
const TICK_MILLISECONDS = 10;

class Sending implements OnApplicationBootstrap {
  private readonly logger = new Logger(Sending.name);
  private atOnce = 0;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.sendAll().catch((error: unknown) => {
      this.logger.error(error);
      process.exit(1);
    });
  }

  private async sendAll(): Promise<void> {
    const sent = new Set((await this.rows.find().toArray()).map(({ _id }) => _id));
    const left = numbersOf(plan).filter((number) => !sent.has(number));
    const startedAt = performance.now();
    let begun = 0;
    while (begun < left.length) {
      const due = Math.min(left.length, ((performance.now() - startedAt) / 1000) * plan.perSecond);
      while (begun < due && this.atOnce < MOST_AT_ONCE) this.begin(left[begun++] ?? 0);
      await sleep(TICK_MILLISECONDS);
    }
  }

  private begin(number: number): void {
    this.atOnce++;
    this.send(number)
      .catch((error: unknown) => this.logger.warn(error, `${number} is sent by the next process`))
      .finally(() => this.atOnce--);
  }

  private send(number: number): Promise<void> {
    return this.transactions.run(async () => {
      await this.rows.insertOne({ _id: number }, { session: this.transactions.session });
      await this.outbox.publish(Sent, { number, ends: endsOf(plan, number) });
    });
  }

  private get rows() {
    return this.connection.collection<SentRow>('sent');
  }
}

@Module({
  imports: [
    ClockModule.forRoot(),
    MongoModule.forRoot({ uri, database: SENDERS_DATABASE }),
    BusModule.forRoot({ service: 'provisioning', amqpUrl }),
  ],
  providers: [Sending],
})
class Sender {}

await runService(() => Sender, 'provisioning');
console.log('ready');

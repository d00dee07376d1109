import { SetAccountStanding, type InputOf } from '@berth/contracts';
import { newEnvelope, toProperties } from '@berth/messaging';
import { connect } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';

const CONNECTED_WITHIN_MILLISECONDS = 3_000;
const CONFIRMED_WITHIN_MILLISECONDS = 5_000;

/** What staff decides about an account: the same message each time it is sent. */
export class AccountOrder {
  private readonly properties = toProperties(newEnvelope('staff', SetAccountStanding.type, new Date(), {}));
  private readonly body: Buffer;

  constructor(order: InputOf<typeof SetAccountStanding>) {
    this.body = Buffer.from(JSON.stringify(order));
  }

  /** Resolves when the broker has it; throws when it does not say so within 5 s. */
  async send(amqpUrl: string): Promise<void> {
    const connection = await connect(amqpUrl, { timeout: CONNECTED_WITHIN_MILLISECONDS });
    // A connection that is lost fails what waits for it.
    connection.on('error', () => {});
    try {
      const channel = await connection.createConfirmChannel();
      const properties = { ...this.properties, persistent: true };
      channel.publish('berth.commands', SetAccountStanding.type, this.body, properties);
      const late = delay(CONFIRMED_WITHIN_MILLISECONDS).then(() =>
        Promise.reject(new Error('not confirmed')),
      );
      late.catch(() => {});
      await Promise.race([channel.waitForConfirms(), late]);
    } finally {
      await connection.close().catch(() => {});
    }
  }
}

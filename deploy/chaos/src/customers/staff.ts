import { SetAccountStanding } from '@berth/contracts';
import { newEnvelope, toProperties } from '@berth/messaging';
import { connect } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { StandingOrder, WorkloadRecord } from './record.ts';

const AWAY_MILLISECONDS = 1_000;

/** The vendor's staff: suspends an account now and then, and reinstates it soon. */
export class Staff {
  private readonly amqpUrl: string;
  private readonly random: Random;
  private readonly record: WorkloadRecord;

  constructor(amqpUrl: string, random: Random, record: WorkloadRecord) {
    this.amqpUrl = amqpUrl;
    this.random = random;
    this.record = record;
  }

  /** Until the signal; then every account is active again. */
  async work(signal: AbortSignal, givenUp: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.random.between(8, 25) * 1000, undefined, { signal }).catch(() => {});
      const { accounts } = this.record;
      if (accounts.length === 0 || signal.aborted) continue;
      const { id } = this.random.pick(accounts);
      await this.set(id, 'suspended', givenUp);
      await delay(this.random.between(2, 12) * 1000, undefined, { signal }).catch(() => {});
      await this.set(id, 'active', givenUp);
    }
  }

  private async set(accountId: string, status: StandingOrder['status'], givenUp: AbortSignal): Promise<void> {
    this.record.standings.push({ accountId, status, orderedAt: Date.now() });
    const envelope = newEnvelope('staff', SetAccountStanding.type, new Date(), {});
    const body = Buffer.from(JSON.stringify({ accountId, status }));
    while (!givenUp.aborted) {
      try {
        return await this.send(toProperties(envelope), body);
      } catch {
        await delay(AWAY_MILLISECONDS, undefined, { signal: givenUp }).catch(() => {});
      }
    }
  }

  private async send(properties: ReturnType<typeof toProperties>, body: Buffer): Promise<void> {
    const connection = await connect(this.amqpUrl, { timeout: 3_000 });
    // A connection that is lost fails what waits for it.
    connection.on('error', () => {});
    try {
      const channel = await connection.createConfirmChannel();
      channel.publish('berth.commands', SetAccountStanding.type, body, { ...properties, persistent: true });
      const late = delay(5_000).then(() => Promise.reject(new Error('not confirmed')));
      late.catch(() => {});
      await Promise.race([channel.waitForConfirms(), late]);
    } finally {
      await connection.close().catch(() => {});
    }
  }
}

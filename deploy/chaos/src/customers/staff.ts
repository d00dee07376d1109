import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { AccountOrder } from './account-order.ts';
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
    const order = new AccountOrder({ accountId, status });
    while (!givenUp.aborted) {
      try {
        return await order.send(this.amqpUrl);
      } catch {
        await delay(AWAY_MILLISECONDS, undefined, { signal: givenUp }).catch(() => {});
      }
    }
  }
}

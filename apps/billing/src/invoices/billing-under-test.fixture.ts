import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  AccountChanged,
  CloseMonth,
  DEFAULT_QUOTA,
  GetInvoice,
  GrantCredit,
  ListCredits,
  ListInvoices,
  PayInvoice,
  VoidInvoice,
  type Catalog,
  type DataOf,
  type Price,
  type ReplyOf,
  type RequestContract,
  type ServerTransition,
} from '@berth/contracts';
import { Outbox, Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  database,
  serviceAt,
  TestClock,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { Accounts } from '../accounts/accounts.ts';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { Metering } from '../usage/metering.ts';
import { UsageSweep } from '../usage/usage-sweep.ts';
import { ClosingSweep } from './closing-sweep.ts';
import { Corrections } from './corrections.ts';

export const price = (
  perMinute: string,
  activeFrom: string,
  size: string | null,
  currency = 'USD',
): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency,
  perMinute,
  activeFrom,
});

const ACTOR = { kind: 'user', id: newId('usr') } as const;
/** A cent a minute, two from the middle of March on; a tenth of a cent for a GiB-minute. */
export const PRICES = [
  price('0.01', '2026-01-01T00:00:00Z', 'small'),
  price('0.02', '2026-03-15T00:00:00Z', 'small'),
  price('0.04', '2026-01-01T00:00:00Z', 'large'),
  price('0', '2026-01-01T00:00:00Z', null),
];

type Change = readonly [to: 'running' | 'paused' | 'terminated', at: string, size?: string];

/** Billing with a clock that is moved, a catalog, and accounts whose servers do as they are told. */
export class BillingUnderTest {
  readonly clock = new TestClock('2026-03-01T00:00:00.000Z');
  readonly replicas: INestMicroservice[] = [];
  private readonly sequences = new Map<string, number>();

  private constructor(
    private readonly bus: TestBroker,
    readonly store: TestDatabase,
    /** What is told on `berth.events`, `berth.usage` and `berth.commands`. */
    readonly taps: { events: Tap; usage: Tap; commands: Tap },
  ) {}

  static async start(): Promise<BillingUnderTest> {
    const [bus, store] = await Promise.all([broker(), database()]);
    const [events, usage, commands] = await Promise.all([
      bus.bindTap('berth.events'),
      bus.bindTap('berth.usage'),
      bus.bindTap('berth.commands'),
    ]);
    const made = new BillingUnderTest(bus, store, { events, usage, commands });
    await made.replica();
    await made.publish(PRICES);
    return made;
  }

  async replica(): Promise<INestMicroservice> {
    const config = new Config({ AMQP_URL: this.bus.url, MONGODB_URI: this.store.uri });
    const app = await serviceAt(this.clock, BillingModule.forRoot(config, this.store.database));
    // What invoices have due is done when the spec says so.
    await app.get(ClosingSweep).onModuleDestroy();
    this.replicas.push(app);
    return app;
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((app) => app.close()));
    await Promise.all([this.bus.stop(), this.store.stop()]);
  }

  get app(): INestMicroservice {
    const [app] = this.replicas;
    if (!app) throw new Error('There is no replica');
    return app;
  }

  transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.app.get(Transactions).run(work);
  }

  publish(prices: readonly Price[], revision = 1): Promise<unknown> {
    const catalog: Catalog = {
      ...{ digest: `d${revision}`, revision, regions: [], sizes: [], products: [] },
      prices: [...prices],
    };
    return this.transaction(() => this.app.get(CatalogCopy, { strict: false }).keep(catalog));
  }

  /** An account that billing has heard of. */
  async account(status: 'active' | 'closed' = 'active'): Promise<string> {
    const accountId = newId('acc');
    const at = this.clock.now().toISOString();
    await this.app.get(Accounts).accept({ accountId, sequence: 1, status, quota: DEFAULT_QUOTA, at });
    return accountId;
  }

  /** A server with a disk of 10 GiB that becomes these, one after the other, each heard of in time. */
  async server(accountId: string, ...changes: Change[]): Promise<string> {
    const serverId = newId('srv');
    const now = this.clock.now();
    for (const change of changes) {
      this.clock.set(change[1]);
      await this.becomes(serverId, accountId, change);
    }
    this.clock.set(now);
    for (const month of new Set(changes.map(([, at]) => at.slice(0, 7))))
      await this.noteLate(accountId, month);
    return serverId;
  }

  /** Heard of now. */
  async becomes(serverId: string, accountId: string, [to, at, size = 'small']: Change): Promise<void> {
    const sequence = (this.sequences.get(serverId) ?? 0) + 1;
    this.sequences.set(serverId, sequence);
    const transition: ServerTransition = {
      serverId,
      accountId,
      sequence,
      at: new Date(at).toISOString(),
      from: null,
      to,
      reason: null,
      cause: { kind: 'system', id: null, text: 'the spec says so' },
      name: 'demo',
      hostname: 'demo.berth.localhost',
      product: 'web',
      version: '1.0',
      size,
      region: 'eu-central-1',
      zone: null,
      diskGib: 10,
      instanceId: null,
      ip: null,
      computeBilled: to === 'running',
      diskBilled: to !== 'terminated',
      operation: null,
    };
    await this.transaction(() => this.app.get(Metering).take(transition));
    await this.noteLate(accountId, transition.at.slice(0, 7));
  }

  /** The next transition of a server is lost. */
  skip(serverId: string): void {
    this.sequences.set(serverId, (this.sequences.get(serverId) ?? 0) + 1);
  }

  /** Moves the clock, records the hours that are over, and does what invoices have due. */
  async sweepAt(time: string): Promise<void> {
    this.clock.set(time);
    await this.app.get(UsageSweep).sweep();
    await this.app.get(ClosingSweep).sweep();
  }

  /** As a settlement does that has recorded something of a month; while that goes on it means nothing. */
  noteLate(accountId: string, month: string): Promise<void> {
    return this.transaction(() => this.app.get(Corrections).noteLate(accountId, month));
  }

  ask<Contract extends RequestContract>(
    contract: Contract,
    data: DataOf<Contract>,
  ): Promise<ReplyOf<Contract>> {
    return this.app.get(Requests).ask(contract, data as never, { actor: ACTOR }) as Promise<
      ReplyOf<Contract>
    >;
  }

  /** All of an account's invoices and credit notes as they are listed, newest first. */
  async invoices(accountId: string) {
    return (await this.ask(ListInvoices, { accountId, limit: 200 })).items;
  }

  /** The newest one, whole. */
  async invoice(accountId: string) {
    const [newest] = await this.invoices(accountId);
    if (!newest) throw new Error(`${accountId} has no invoice`);
    return this.ask(GetInvoice, { accountId, invoiceId: newest.id });
  }

  close = (accountId: string, month: string) => this.ask(CloseMonth, { accountId, month });
  pay = (invoiceId: string, reference = 'bank 1') => this.ask(PayInvoice, { invoiceId, reference });
  void = (invoiceId: string, reason = 'wrong address') => this.ask(VoidInvoice, { invoiceId, reason });
  grant = (accountId: string, amount: string, more: Partial<DataOf<typeof GrantCredit>> = {}) =>
    this.ask(GrantCredit, { accountId, amount, reason: `Thanks ${amount}`, ...more });
  credits = (accountId: string) => this.ask(ListCredits, { accountId, limit: 200 });
}

import { randomUUID } from 'node:crypto';
import type { Random } from '../random.ts';
import type { Stage } from '../stage/stage.ts';
import { AccountClient, Client } from './client.ts';
import { Follower } from './follower.ts';
import { Life } from './life.ts';
import { newRecord, type AccountRecord } from './record.ts';
import { Staff } from './staff.ts';
import { launchWish } from './wishes.ts';

export interface CustomersOptions {
  /** So many servers are launched in all; undefined: until the signal. */
  lifecycles: number | undefined;
  /** So many servers live at once. */
  atOnce: number;
}

/** The quota is 20 servers at a time: so many lives, of which some stay, fit into an account. */
const LIVES_PER_ACCOUNT = 30;
/** At least so many accounts share the work, so that tenants meet; more when so many servers of each live at once. */
const FEWEST_ACCOUNTS_AT_ONCE = 6;
const SERVERS_AT_ONCE_PER_ACCOUNT = 17;
/** One in so many accounts follows its events. */
const FOLLOWED = 2;

/** Who uses the system: customers in their accounts, and staff. */
export class Customers {
  readonly record = newRecord();
  begun = 0;
  ended = 0;
  private readonly stage: Stage;
  private readonly random: Random;
  private readonly options: CustomersOptions;
  private readonly givenUp = new AbortController();
  private readonly client: Client;
  private readonly accounts = new Map<number, Promise<AccountClient | undefined>>();
  private readonly followers: Follower[] = [];

  constructor(stage: Stage, random: Random, options: CustomersOptions) {
    this.stage = stage;
    this.random = random;
    this.options = options;
    this.client = new Client(() => stage.url, this.givenUp.signal);
  }

  private get accountsAtOnce(): number {
    return Math.max(FEWEST_ACCOUNTS_AT_ONCE, Math.ceil(this.options.atOnce / SERVERS_AT_ONCE_PER_ACCOUNT));
  }

  /** Resolves when all lifecycles have come to their end; begins no new ones once the signal is given. */
  async run(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const staff = new Staff(this.stage.amqpUrl, this.random.fork('staff'), this.record);
    const working = staff.work(AbortSignal.any([signal, over.signal]), this.givenUp.signal);
    await Promise.all(Array.from({ length: this.options.atOnce }, () => this.lives(signal)));
    over.abort();
    await working;
  }

  /** The streams end: what was told by now is all that will be. */
  async stopFollowing(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.stop()));
  }

  /** Whatever has no answer yet gets none. */
  giveUp(): void {
    this.givenUp.abort();
  }

  private async lives(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.begun < (this.options.lifecycles ?? Infinity)) {
      const number = this.begun++;
      const account = await this.account(accountOf(number, this.accountsAtOnce));
      const random = this.random.fork(`life ${number}`);
      const name = `life-${number}`;
      if (account) await new Life(name, account, random, signal).live(launchWish(name, random));
      this.ended += 1;
    }
  }

  private account(index: number): Promise<AccountClient | undefined> {
    const known = this.accounts.get(index);
    if (known) return known;
    const opening = this.open(index);
    this.accounts.set(index, opening);
    return opening;
  }

  private async open(index: number): Promise<AccountClient | undefined> {
    const account = await this.signUp(index);
    if (!account) return undefined;
    if (index % FOLLOWED === 0) {
      const follower = new Follower(this.stage.url, account).start();
      this.followers.push(follower);
      this.record.streams.push(follower.record);
      await follower.begun;
    }
    this.record.accounts.push(account);
    return new AccountClient(this.client, account, this.record);
  }

  private async signUp(index: number): Promise<AccountRecord | undefined> {
    const login = { email: `chaos-${index}@example.com`, password: 'correct horse battery' };
    const person = { ...login, name: `Ada ${index}`, accountName: `Analytical Engines ${index}` };
    const post = async (path: string, body: object, token?: string) =>
      (await this.client.say({ method: 'POST', path, body, key: randomUUID(), ...(token && { token }) }))
        ?.body as never;
    await post('/v1/signup', person);
    const session = (await post('/v1/sessions', login)) as { accessToken: string } | undefined;
    if (!session) return undefined;
    // Its answer may be lost, and is given only once: then another one is made.
    for (;;) {
      const made = (await post('/v1/tokens', { name: 'chaos' }, session.accessToken)) as
        { token?: string } | undefined;
      if (!made) return undefined;
      if (!made.token) continue;
      const me = await this.client.say({ method: 'GET', path: '/v1/me', token: made.token });
      if (!me) return undefined;
      return { id: (me.body as { account: { id: string } }).account.id, token: made.token };
    }
  }
}

/** So many accounts take turns; when their lives are used up, the next ones do. */
function accountOf(life: number, accounts: number): number {
  const generation = Math.floor(life / (LIVES_PER_ACCOUNT * accounts));
  return generation * accounts + (life % accounts);
}

import type { Readable } from 'node:stream';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { ReadFeed, refusalOf, type FeedEntry, type Principal } from '@berth/contracts';
import { Broadcasts, problem } from '@berth/messaging';
import { carrying, currentPassports } from '../access/caller-passports.ts';
import { Identities } from '../access/identities.ts';
import { liesIn } from '../access/networks.ts';
import { Bus } from '../bus/bus.ts';
import { EventStream } from './event-stream.ts';

const HEARTBEAT_MILLISECONDS = 15_000;
/** A stream whose caller cannot be checked, because accounts is away, ends after so many heartbeats. */
const MOST_UNCHECKED_HEARTBEATS = 4;
/** Of one account, at one gateway. */
const MOST_STREAMS = 50;

interface Follower {
  caller: Principal;
  /** What the caller showed; asked about again at every heartbeat. */
  credential: string;
  /** Where the caller has come from. */
  address: string;
}

interface Open extends Follower {
  stream: EventStream;
  unchecked: number;
}

/** The event streams that are open at this gateway. */
@Injectable()
export class Streams implements BeforeApplicationShutdown {
  /** By account. */
  private readonly open = new Map<string, Set<Open>>();
  private stopping = false;

  constructor(
    private readonly bus: Bus,
    private readonly identities: Identities,
    broadcasts: Broadcasts,
  ) {
    broadcasts.onReattached(() => this.each(({ stream }) => stream.catchUp()));
  }

  /**
   * Opens a stream that ends with `gone`, with the caller's access, or with the gateway. Throws `too_many_streams`;
   * `dependency_unavailable` when the feed cannot be read.
   */
  async follow(
    follower: Follower,
    { after, serverId, gone }: { after?: number; serverId?: string; gone: AbortSignal },
  ): Promise<Readable> {
    const { accountId } = follower.caller;
    const passports = currentPassports();
    const read = (given: { after?: number; limit: number }) =>
      carrying(passports, () => this.bus.ask(ReadFeed, { accountId, ...given }));
    const stream = new EventStream(read, serverId);
    gone.addEventListener('abort', () => stream.end(), { once: true });
    this.add(accountId, { ...follower, stream, unchecked: 0 });
    try {
      await stream.begin(after);
    } catch (error) {
      stream.end();
      throw error;
    }
    return stream.readable;
  }

  appended(accountId: string, entries: readonly FeedEntry[]): void {
    for (const { stream } of this.open.get(accountId) ?? []) stream.offer(entries);
  }

  /** The API token `tok_…` or session `ses_…` is no longer good. */
  endCredential(id: string): void {
    this.each(({ caller, stream }) => {
      if (caller.actor.id === id || caller.sessionId === id) stream.end();
    });
  }

  endAccount(accountId: string): void {
    for (const { stream } of this.open.get(accountId) ?? []) stream.end();
  }

  /** At once, so that clients go on elsewhere. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
    this.each(({ stream }) => stream.end());
  }

  private add(accountId: string, one: Open): void {
    const ofAccount = this.open.get(accountId) ?? new Set();
    if (this.stopping) throw problem('dependency_unavailable');
    if (ofAccount.size >= MOST_STREAMS) throw problem('too_many_streams');
    this.open.set(accountId, ofAccount.add(one));
    const heart = setInterval(() => void this.beat(one), HEARTBEAT_MILLISECONDS);
    one.stream.signal.addEventListener('abort', () => {
      clearInterval(heart);
      ofAccount.delete(one);
      if (ofAccount.size === 0 && this.open.get(accountId) === ofAccount) this.open.delete(accountId);
    });
  }

  /** Keeps the connection alive, and makes good for a broadcast that was lost: of entries, or of access that ended. */
  private async beat(one: Open): Promise<void> {
    one.stream.heartbeat();
    one.stream.catchUp();
    if (!(await this.mayGoOn(one))) one.stream.end();
  }

  private async mayGoOn(one: Open): Promise<boolean> {
    try {
      const { caller = null } = (await this.identities.of(one.credential)) ?? {};
      one.unchecked = 0;
      if (!caller || !liesIn(caller.networks, one.address)) return false;
      return refusalOf(caller, 'servers:read') === null;
    } catch {
      one.unchecked += 1;
      return one.unchecked < MOST_UNCHECKED_HEARTBEATS;
    }
  }

  private each(visit: (one: Open) => void): void {
    for (const ofAccount of this.open.values()) for (const one of ofAccount) visit(one);
  }
}

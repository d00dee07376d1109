import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, ListAuditEvents, ListStaffDeeds, RecordAuditEvent, ReplyOf } from '@berth/contracts';
import { currentMessage } from '@berth/messaging';
import { insertOne, newId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { ActorNames, shownName } from './actor-names.ts';
import {
  AuditEventModel,
  auditEventOf,
  viewOfAuditEvent,
  type StoredAuditEvent,
} from './audit-event.model.ts';
import { cursorAfter } from './cursor.ts';
import { matching } from './matching.ts';

const ERASED_AT_ONCE = 500;

type Told = DataOf<typeof RecordAuditEvent>;
/** What this service has done by itself; of the rest there is none where it is not said. */
export type OwnDeed = Pick<Told, 'accountId' | 'actor' | 'action'> &
  Partial<Pick<Told, 'target' | 'outcome' | 'status' | 'code' | 'address' | 'userAgent' | 'changes'>>;

/** Who did what, or was not let: the trail of every account. */
@Injectable()
export class AuditTrail {
  constructor(
    @InjectModel(AuditEventModel.name) private readonly events: Model<StoredAuditEvent>,
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    private readonly names: ActorNames,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds an entry, in the open transaction if there is one. Who knows that the account is there, and what the actor is called (`name`), says so:
   * then nothing is looked up.
   */
  async note(deed: OwnDeed, name?: string): Promise<void> {
    const told: Told = {
      ...{ target: null, status: null, code: null, address: null, userAgent: null, changes: null },
      ...{ id: newId('aud'), at: this.clock.now().toISOString(), outcome: 'done' },
      requestId: currentMessage()?.correlationId ?? null,
      ...deed,
    };
    if (name === undefined) await this.add(told);
    else await insertOne(this.events, auditEventOf(told, shownName(told.actor.kind, name)));
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({
    accountId,
    limit,
    ...query
  }: DataOf<typeof ListAuditEvents>): Promise<ReplyOf<typeof ListAuditEvents>> {
    return this.page(this.events.find({ accountId, ...matching(query) }), limit);
  }

  /** What one of the staff did in all accounts, newest first. Throws 400 `invalid_cursor`. */
  async deedsOf({
    userId,
    limit,
    ...query
  }: DataOf<typeof ListStaffDeeds>): Promise<ReplyOf<typeof ListStaffDeeds>> {
    const theirs = this.events.find({ userId, ...matching(query) }).setOptions({ crossTenant: true });
    return this.page(theirs, limit);
  }

  /** Removes some of the trail of an account that is deleted; returns whether there may be more. */
  async eraseSome(accountId: string): Promise<boolean> {
    const some = await this.events.find({ accountId }, { _id: 1 }).limit(ERASED_AT_ONCE).lean();
    if (some.length === 0) return false;
    const _id = { $in: some.map((event) => event._id) };
    await this.events.deleteMany({ accountId, _id }).setOptions({ deletedAccount: true });
    return true;
  }

  private async page(events: ReturnType<Model<StoredAuditEvent>['find']>, limit: number) {
    const found = await events
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .lean<StoredAuditEvent[]>();
    return pageOf(found, limit, { item: viewOfAuditEvent, cursor: cursorAfter });
  }

  /** What is noted late of an account that is deleted does not begin its trail anew. */
  private async add(told: Told): Promise<void> {
    if (await this.accounts.exists({ _id: told.accountId, deletedAt: { $ne: null } })) return;
    await insertOne(this.events, auditEventOf(told, await this.names.of(told)));
  }
}

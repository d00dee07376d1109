import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, RecordAuditEvent } from '@berth/contracts';
import { insertNew } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { ActorNames } from './actor-names.ts';
import { AuditEventModel, auditEventOf, type StoredAuditEvent } from './audit-event.model.ts';
import { GroupCommit } from './group-commit.ts';

/** By then nearly every change has its outcome, and both are one write: nobody waits for it. */
const GATHERED_FOR_MILLISECONDS = 100;
/** As many as the bus handles at once. */
const MOST_TOGETHER = 50;

type Told = DataOf<typeof RecordAuditEvent>;

/** What other services tell of, in the trail of the account. */
@Injectable()
export class ToldEvents {
  private readonly commits = new GroupCommit<Told>((group) => this.write(group), {
    milliseconds: GATHERED_FOR_MILLISECONDS,
    items: MOST_TOGETHER,
  });

  constructor(
    @InjectModel(AuditEventModel.name) private readonly events: Model<StoredAuditEvent>,
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    private readonly names: ActorNames,
  ) {}

  /**
   * Adds an entry, or gives the one that is there its outcome, should that be unknown; else all is known already. Resolves when it is stored,
   * together with what else was told meanwhile.
   */
  record(told: Told): Promise<void> {
    return this.commits.add(told);
  }

  private async write(group: readonly Told[]): Promise<void> {
    const told = onceEach(group);
    const added = await this.add(told);
    for (const each of told) if (hasOutcome(each) && !added.has(each.id)) await this.settle(each);
  }

  /** The ids of those that are new. What is told late of an account that is deleted does not begin its trail anew. */
  private async add(told: readonly Told[]): Promise<ReadonlySet<string>> {
    const _id = { $in: [...new Set(told.map(({ accountId }) => accountId))] };
    const deleted = await this.accounts.find({ _id, deletedAt: { $ne: null } }, { _id: 1 }).lean<Account[]>();
    const gone = new Set(deleted.map((account) => account._id));
    const present = told.filter(({ accountId }) => !gone.has(accountId));
    const names = await this.names.ofAll(present);
    const known = await insertNew(
      this.events,
      present.map((each, index) => auditEventOf(each, names[index] ?? null)),
    );
    const added = new Set(present.map(({ id }) => id));
    for (const id of known) added.delete(id);
    return added;
  }

  /** Whose concern it was that staff asked for is known with the answer. */
  private async settle({ id: _id, accountId, target, outcome, status, code }: Told): Promise<void> {
    await this.events
      .updateOne(
        { _id, outcome: 'unknown', status: null },
        { $set: { accountId, target, outcome, status, code } },
      )
      .setOptions({ crossTenant: true });
  }
}

const hasOutcome = ({ outcome, status }: Told): boolean => outcome !== 'unknown' || status !== null;

/** Of what was told about one entry, the first that has the outcome. */
function onceEach(group: readonly Told[]): Told[] {
  const byId = new Map<string, Told>();
  for (const told of group) {
    const before = byId.get(told.id);
    if (!before || (hasOutcome(told) && !hasOutcome(before))) byId.set(told.id, told);
  }
  return [...byId.values()];
}

import type { ModelDefinition } from '@nestjs/mongoose';
import { AccountStatus, type Closing, type Me, type Quota } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** A customer: what servers belong to and bills go to. */
export interface Account {
  /** `acc_…` */
  _id: string;
  name: string;
  status: AccountStatus;
  quota: Quota;
  createdAt: Date;
  /** Whether an owner's address is verified; absent on accounts of before it was asked: it counts as verified. */
  emailVerified?: boolean;
  /** Absent: it is not closing. */
  closing?: StoredClosing;
  /** When its grace period was over; from then on only this document is left of it. */
  deletedAt?: Date;
  /** What it had is being deleted. */
  isErasing?: boolean;
  /** What billing has decided about what it owes; absent: nothing yet. */
  debt?: Debt;
  /** Raised with every change. */
  version: number;
}

/** Whether an account is suspended for what it owes, by the last word of billing. */
export interface Debt {
  /** Of billing's decision: a lower one is older. */
  sequence: number;
  /** It is suspended for that and nothing else; false once staff have decided, who then decide alone. */
  suspended: boolean;
  since: Date | null;
}

/** That an account is to be deleted. */
export interface StoredClosing {
  requestedAt: Date;
  deletesAt: Date;
  /** When provisioning told that all its servers are terminated. */
  serversGoneAt?: Date;
  /** When its owners were told that the time is near. */
  remindedAt?: Date;
}

export const viewOfClosing = ({ requestedAt, deletesAt }: StoredClosing): Closing => ({
  requestedAt: requestedAt.toISOString(),
  deletesAt: deletesAt.toISOString(),
});

/** An account as its members see it. */
export const viewOfAccount = ({ _id: id, name, status, createdAt, closing }: Account): Me['account'] => ({
  id,
  name,
  status,
  createdAt: createdAt.toISOString(),
  ...(closing && { closing: viewOfClosing(closing) }),
});

const date = { type: Date, required: true };
const count = { type: Number, required: true, min: 0 };

const schema = documentSchema<Account>(
  {
    _id: idOf('acc'),
    name: { type: String, required: true },
    status: { type: String, required: true, enum: AccountStatus.options },
    quota: { servers: count, vcpu: count, diskGib: count },
    createdAt: { type: Date, required: true },
    emailVerified: { type: Boolean },
    closing: {
      type: { requestedAt: date, deletesAt: date, serversGoneAt: Date, remindedAt: Date },
      _id: false,
    },
    debt: {
      type: {
        sequence: { type: Number, required: true },
        suspended: { type: Boolean, required: true },
        since: { type: Date, default: null },
      },
      _id: false,
    },
    deletedAt: { type: Date },
    isErasing: { type: Boolean },
    version: { type: Number, default: 0 },
  },
  { collection: 'accounts' },
)
  // Those that are closing, and those of which something may be left.
  .index({ 'closing.deletesAt': 1 }, { sparse: true })
  .index({ isErasing: 1 }, { sparse: true });

export const AccountModel = { name: 'Account', schema } satisfies ModelDefinition;

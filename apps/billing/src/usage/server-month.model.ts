import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import { textOf, usedIn } from './month-text.ts';
import type { ServerMonth } from './server-month.ts';

/** What a server used in a month, under its id. */
export interface StoredServerMonth extends Omit<ServerMonth, 'sums' | 'rest'> {
  /** `<serverId>/<month>` */
  _id: string;
  /** The sums and the rest; see {@link textOf}. */
  used: string;
  /** Whether there is any `rest`, which belongs to later months too. */
  goesOn: boolean;
}

const schema = documentSchema<StoredServerMonth>(
  {
    _id: String,
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    month: { type: String, required: true },
    until: { type: Date, required: true },
    used: { type: String, required: true },
    goesOn: { type: Boolean, required: true },
  },
  { collection: 'server_months', tenantScoped: true },
)
  // An account's in a month, and the accounts of a month.
  .index({ month: 1, accountId: 1, serverId: 1 })
  // What of an account's reaches past its month, and whose does.
  .index({ accountId: 1, month: 1 }, { partialFilterExpression: { goesOn: true } })
  .index({ month: 1, accountId: 1 }, { partialFilterExpression: { goesOn: true } });

/** For the database. */
export const packed = ({
  accountId,
  serverId,
  month,
  until,
  ...used
}: ServerMonth): Omit<StoredServerMonth, '_id' | 'goesOn'> => ({
  accountId,
  serverId,
  month,
  until,
  used: textOf(used),
});

/** From the database. */
export const unpacked = ({ accountId, serverId, month, until, used }: StoredServerMonth): ServerMonth => ({
  accountId,
  serverId,
  month,
  until,
  ...usedIn(used),
});

export const ServerMonthModel = { name: 'ServerMonth', schema } satisfies ModelDefinition;

import { z } from 'zod';
import { AccountId, Instant, ServerId, VoidId } from './fields.ts';
import { request } from './message.ts';
import { Meter } from './meters.ts';
import { page, pageRequest } from './page.ts';

/** The most that is declared void at once. */
const MOST_DAYS = 31;

const Minute = Instant.refine((at) => Date.parse(at) % 60_000 === 0, 'must be a whole minute');

/** Minutes of one server's meter that are not billed, whatever it did in them: its records are reversed, and what is left of them is written anew. */
export const Void = z.object({
  id: VoidId,
  serverId: ServerId,
  meter: Meter,
  /** Whole UTC minutes `[from, to)`. */
  from: Instant,
  to: Instant,
  /** What was billed in them when they were declared void, in the meter's unit. */
  quantity: z.number().int().nonnegative(),
  /** Why, in words for the customer. */
  reason: z.string(),
  declaredAt: Instant,
  /** Since when they are billed again; null: they are not. */
  withdrawnAt: Instant.nullable(),
});
export type Void = z.output<typeof Void>;

/** What staff say of minutes that are not to be billed: at most 31 days of them, which are over. */
export const NewVoid = z
  .strictObject({
    serverId: ServerId,
    meter: Meter,
    from: Minute,
    to: Minute,
    /** Shown to the customer. */
    reason: z.string().trim().min(1).max(200),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be later than from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= MOST_DAYS * 86_400_000, {
    path: ['to'],
    message: `must be at most ${MOST_DAYS} days after from`,
  });
export type NewVoid = z.input<typeof NewVoid>;

/** What was declared void of an account's usage, newest first. 400 `invalid_cursor`. */
export const ListVoids = request(
  'billing',
  'berth.billing.list-voids.v1',
  z.object({ accountId: AccountId, ...pageRequest }),
  page(Void),
  ['usage:read', 'staff:read'],
);

/**
 * Staff declare minutes void. 404 `not_found` for a server that has used nothing in the account, 400 `invalid_request` for minutes to
 * come, 409 `invalid_state` when nothing is billed in them.
 */
export const DeclareVoid = request(
  'billing',
  'berth.billing.declare-void.v1',
  z.object({ accountId: AccountId, declared: NewVoid }),
  Void,
  'staff:write',
);

/** Staff have minutes billed again. 404 `not_found`, 409 `invalid_state` when they are. */
export const WithdrawVoid = request(
  'billing',
  'berth.billing.withdraw-void.v1',
  z.object({ accountId: AccountId, voidId: VoidId }),
  Void,
  'staff:write',
);

import { z } from 'zod';
import { AccountId, CreditId, Currency, Decimal, Instant } from './fields.ts';
import { request } from './message.ts';
import { page, pageRequest } from './page.ts';

/** Money an account need not pay: invoices take it first. */
export const Credit = z.object({
  id: CreditId,
  /** What was granted. */
  amount: Decimal,
  /** What of it may still be taken: nothing once it is withdrawn, or has expired. */
  remaining: Decimal,
  currency: Currency,
  /** Why, in words for the customer. */
  reason: z.string(),
  grantedAt: Instant,
  /** From when on it is worth nothing; null: never. */
  expiresAt: Instant.nullable(),
  withdrawnAt: Instant.nullable(),
});
export type Credit = z.output<typeof Credit>;

/** An account's credits, newest first; `available` is what remains of those in the currency that is billed now. */
export const Credits = page(Credit).extend({ available: Decimal, currency: Currency });
export type Credits = z.output<typeof Credits>;

/** What staff say of a credit: its currency is the one that is billed. */
export const NewCredit = z.strictObject({
  /** Below a million, in whole cents. */
  amount: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})(\.\d{1,2})?$/, 'must be an amount such as 25 or 12.50, below 1000000')
    .refine((amount) => Number(amount) > 0, 'must be above 0'),
  /** Shown to the customer. */
  reason: z.string().trim().min(1).max(200),
  /** Never, when it is not given. */
  expiresAt: Instant.nullable().optional(),
});
export type NewCredit = z.input<typeof NewCredit>;

/** An account's credits. 400 `invalid_cursor`, 503 `dependency_unavailable` before the first catalog has come. */
export const ListCredits = request(
  'billing',
  'berth.billing.list-credits.v1',
  z.object({ accountId: AccountId, ...pageRequest }),
  Credits,
  ['usage:read', 'staff:read'],
);

/** Staff give an account credit. 404 `not_found`, 409 `invalid_state` when it is closed, 400 `invalid_request` when it would have expired. */
export const GrantCredit = request(
  'billing',
  'berth.billing.grant-credit.v1',
  NewCredit.extend({ accountId: AccountId }),
  Credit,
  'staff:write',
);

/** Staff take back what remains of a credit; what invoices took of it stays taken. 404 `not_found`, 409 `invalid_state` when nothing remains. */
export const WithdrawCredit = request(
  'billing',
  'berth.billing.withdraw-credit.v1',
  z.object({ accountId: AccountId, creditId: CreditId }),
  Credit,
  'staff:write',
);

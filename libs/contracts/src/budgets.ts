import { z } from 'zod';
import { Month } from './costs.ts';
import { AccountId, Currency, Decimal, Instant, UserId } from './fields.ts';
import { command, event, request } from './message.ts';

/**
 * What is done when a budget is used up, besides writing. `block_launches`: nothing is launched or resumed. `pause_servers`: that, and
 * what runs is paused. Nothing is ever terminated.
 */
export const BudgetAction = z.enum(['none', 'block_launches', 'pause_servers']);
export type BudgetAction = z.output<typeof BudgetAction>;

/** What restricts an account that has used up its budget. */
export const BudgetRestriction = BudgetAction.exclude(['none']);
export type BudgetRestriction = z.output<typeof BudgetRestriction>;

const Percent = z.number().int().min(1).max(100);
const MOST_WARNINGS = 5;

/** What an account means to spend in a month, as it says it. */
export const BudgetBody = z.strictObject({
  /** In the account's currency, before tax and credit: above 0, below a billion, in whole cents. */
  amount: z
    .string()
    .regex(/^(0|[1-9]\d{0,8})(\.\d{1,2})?$/, 'must be an amount such as 250 or 99.50, below 1000000000')
    .refine((amount) => Number(amount) > 0, 'must be above 0'),
  /** At how many percent of it people are written to; when all is used they are in any case. */
  warnAt: z
    .array(Percent)
    .min(1)
    .max(MOST_WARNINGS)
    .refine((percents) => new Set(percents).size === percents.length, 'must differ from each other')
    .default([50, 80, 100]),
  action: BudgetAction.default('none'),
});
export type BudgetBody = z.input<typeof BudgetBody>;

/** A budget, how much of it the current month has used, and what was done about it. */
export const Budget = z.object({
  /** Null: there is no budget, and nothing is done whatever is spent. */
  amount: Decimal.nullable(),
  /** Ascending; empty without a budget. */
  warnAt: z.array(Percent).max(MOST_WARNINGS),
  action: BudgetAction,
  currency: Currency,
  month: Month,
  /** What the month has used by now, and what it comes to when all goes on as it is: `total` and `forecast` of the costs. */
  used: Decimal,
  forecast: Decimal,
  /** Whole percent of the amount, rounded down; null without a budget. */
  percent: z.number().int().nonnegative().nullable(),
  /** What was acted upon: `warned` when a warning was sent, `exceeded` when all was found used. Up to two minutes behind `used`. */
  state: z.enum(['within', 'warned', 'exceeded']),
  /** The restriction that is in force, since when, and why in words; null: none. */
  acted: z.object({ action: BudgetRestriction, at: Instant, reason: z.string() }).nullable(),
  /** When it was set; null without a budget. */
  updatedAt: Instant.nullable(),
});
export type Budget = z.output<typeof Budget>;

/** A budget with the entity tag of what people set of it. */
export const TaggedBudget = Budget.extend({ etag: z.string() });
export type TaggedBudget = z.output<typeof TaggedBudget>;

const ifMatch = z.array(z.string()).optional();

/** An account's budget, and the figures of the current month also without one. 503 `dependency_unavailable` before the first catalog has come. */
export const GetBudget = request(
  'billing',
  'berth.billing.get-budget.v1',
  z.object({ accountId: AccountId }),
  TaggedBudget,
  ['usage:read', 'staff:read'],
);
/** Sets an account's budget; what follows from it by now is done with it. 412 `precondition_failed`, 503 `dependency_unavailable`. */
export const SetBudget = request(
  'billing',
  'berth.billing.set-budget.v1',
  BudgetBody.extend({ accountId: AccountId, ifMatch }),
  TaggedBudget,
  'billing:write',
);
/** Takes an account's budget away, and with it what restricts the account; one without is answered the same. 412 `precondition_failed`, 503 `dependency_unavailable`. */
export const RemoveBudget = request(
  'billing',
  'berth.billing.remove-budget.v1',
  z.object({ accountId: AccountId, ifMatch }),
  TaggedBudget,
  'billing:write',
);

const crossing = {
  accountId: AccountId,
  month: Month,
  /** Of the amount: one at which a warning is due, or 100. */
  percent: Percent,
  amount: Decimal,
  /** By the moment at which it was noticed; at least so many percent. */
  used: Decimal,
  currency: Currency,
  /** What is done when all is used. */
  action: BudgetAction,
  at: Instant,
};

/** An account has used so many percent of its budget: once for each of them in a month, lowest first, and again when the budget was raised and is used up again. */
export const BudgetCrossed = event('berth.budget.crossed.v1', z.object(crossing));

/**
 * What restricts an account because of its budget: at every change, and when asked for. `sequence` grows with every change of the
 * account's restriction; older ones are ignored.
 */
export const BudgetChanged = event(
  'berth.budget.changed.v1',
  z.object({
    accountId: AccountId,
    sequence: z.number().int().positive(),
    /** Null: nothing. */
    restriction: z
      .object({
        action: BudgetRestriction,
        month: Month,
        amount: Decimal,
        used: Decimal,
        currency: Currency,
        at: Instant,
        /** The end of the month: from then on it is over, whether or not that is told. */
        until: Instant,
      })
      .nullable(),
    at: Instant,
  }),
);

/** Makes billing publish {@link BudgetChanged} again for every account that was ever restricted; with `after`, for those with a higher id. */
export const SendBudgetSnapshots = command(
  'billing',
  'berth.billing.send-budget-snapshots.v1',
  z.object({ requestedBy: z.string(), after: AccountId.optional() }),
);

/** Writes about a budget to the owners of an account and those who see to its bills, or to one of them; not to who has left. */
export const SendBudgetMail = command(
  'accounts',
  'berth.accounts.send-budget-mail.v1',
  z.object({ ...crossing, userId: UserId.optional() }),
);

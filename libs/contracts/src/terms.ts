import { z } from 'zod';
import { Price } from './catalog.ts';
import { AccountId, Currency, Instant } from './fields.ts';
import { command, event, request } from './message.ts';

/** The currency an account is billed in from the first of a UTC month on, so that an invoice has one. */
export const BilledCurrency = z.object({ currency: Currency, activeFrom: Instant });
export type BilledCurrency = z.output<typeof BilledCurrency>;

/**
 * A price of an account's own: it holds instead of the catalog's of the same meter, size, region and currency, in minutes
 * `[activeFrom, activeUntil)`; null: until further notice.
 */
export const OwnPrice = Price.extend({ activeUntil: Instant.nullable() });
export type OwnPrice = z.output<typeof OwnPrice>;

/** What differs for one account from what holds for all. */
export const AccountTerms = z.object({
  accountId: AccountId,
  /** Grows with every change. */
  sequence: z.number().int().positive(),
  /** Oldest first; before the first, and without any, it is the currency that the catalog priced first. */
  currencies: z.array(BilledCurrency),
  /** What is over stays: usage of its time is billed by it. */
  prices: z.array(OwnPrice),
});
export type AccountTerms = z.output<typeof AccountTerms>;

/** On what terms an account buys: at every change, and when asked for. Older ones are ignored. */
export const TermsChanged = event('berth.terms.changed.v1', AccountTerms);

/** Makes billing publish {@link TermsChanged} for every account that has terms of its own; with `after`, for those with a higher id. */
export const SendTerms = command(
  'billing',
  'berth.billing.send-terms.v1',
  z.object({ requestedBy: z.string(), after: AccountId.optional() }),
);

/** An account's terms as they are shown. */
export const Terms = AccountTerms.omit({ accountId: true }).extend({
  /** 0 where nothing was ever agreed. */
  sequence: z.number().int().nonnegative(),
  /** The currency of the current month. */
  currency: Currency,
});
export type Terms = z.output<typeof Terms>;

const MOST_CURRENCIES = 100;
const MOST_PRICES = 300;

const WholeMinute = Instant.refine(
  (text) => Date.parse(text) % 60_000 === 0,
  'must be a whole UTC minute, such as 2026-01-01T00:00:00Z',
);
const FirstOfMonth = Instant.refine(
  (text) => /-01T00:00:00(\.0+)?Z$/.test(text),
  'must be the first of a UTC month, such as 2026-01-01T00:00:00Z',
);

/** What staff agree with an account. A list that is given replaces the one there is, and has to hold what has begun. */
export const NewTerms = z.strictObject({
  /** The sequence of the terms this was decided on. */
  basedOnSequence: z.number().int().nonnegative(),
  currencies: z
    .array(z.strictObject({ currency: Currency, activeFrom: FirstOfMonth }))
    .max(MOST_CURRENCIES)
    .optional(),
  prices: z
    .array(
      z.strictObject({
        ...OwnPrice.shape,
        /** Above zero, with at most 12 decimals. */
        perMinute: z
          .string()
          .regex(
            /^\d{1,9}(\.\d{1,12})?$/,
            'must be a decimal number with at most 12 decimals, such as 0.0042',
          )
          .refine((text) => /[1-9]/.test(text), 'must be more than zero'),
        activeFrom: WholeMinute,
        activeUntil: WholeMinute.nullable(),
      }),
    )
    .max(MOST_PRICES)
    .optional(),
});
export type NewTerms = z.output<typeof NewTerms>;

/** The terms of an account, of its own or not. 503 `dependency_unavailable` before the first catalog has come. */
export const GetTerms = request(
  'billing',
  'berth.billing.get-terms.v1',
  z.object({ accountId: AccountId }),
  Terms,
  ['usage:read', 'staff:read'],
);

/**
 * Staff change on what terms an account buys, all of it or nothing. 404 `not_found`, 409 `invalid_state` when it is closed, 409
 * `changed_meanwhile` when it was decided on older ones, 400 `invalid_request` with every row that cannot be.
 */
export const DecideTerms = request(
  'billing',
  'berth.billing.decide-terms.v1',
  NewTerms.extend({ accountId: AccountId }),
  Terms,
  'staff:write',
);

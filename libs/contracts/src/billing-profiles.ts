import { z } from 'zod';
import { Email } from './accounts.ts';
import { AccountId, Decimal, Instant } from './fields.ts';
import { request } from './message.ts';

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** ISO 3166-1, two letters. */
export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be a country of two letters such as DE')
  .refine((code) => REGIONS.of(code) !== undefined, 'is no country of ISO 3166-1');

const Line = z.string().trim().min(1).max(100);

/** Whom an account's invoices are for. What is null, or empty, is left out of them. */
export const NewBillingProfile = z.strictObject({
  /** Of a company or a person, as it is to stand on invoices. */
  legalName: z.string().trim().min(1).max(200),
  addressLines: z.array(Line).min(1).max(6),
  country: Country,
  /** As the tax authority writes it: `DE123456789`. It is not checked. */
  taxId: z.string().trim().min(1).max(50).nullable().default(null),
  /** Who is written to about invoices besides owners and billing members. */
  email: Email.nullable().default(null),
});

/** How an account's invoices are taxed; staff say it. */
export const AccountTax = z.object({
  /** Percent. */
  rate: Decimal,
  /** The customer owes the tax: none is added, and `note` says so. */
  reverseCharge: z.boolean(),
  note: z.string().nullable(),
});
export type AccountTax = z.output<typeof AccountTax>;

/** An account's billing profile; all null and empty while nobody has set it. */
export const BillingProfile = z.object({
  legalName: z.string().nullable(),
  addressLines: z.array(z.string()),
  country: z.string().nullable(),
  taxId: z.string().nullable(),
  email: z.string().nullable(),
  updatedAt: Instant.nullable(),
  tax: AccountTax,
});
export type BillingProfile = z.output<typeof BillingProfile>;

/** An account's billing profile. */
export const GetBillingProfile = request(
  'billing',
  'berth.billing.get-profile.v1',
  z.object({ accountId: AccountId }),
  BillingProfile,
  ['usage:read', 'staff:read'],
);
/** Replaces it; invoices that are issued already stay as they are. 404 `not_found`, 409 `invalid_state` when the account is closed. */
export const SetBillingProfile = request(
  'billing',
  'berth.billing.set-profile.v1',
  NewBillingProfile.extend({ accountId: AccountId }),
  BillingProfile,
  'billing:write',
);

export const NewAccountTax = z.strictObject({
  /** Percent, up to 3 decimals; null: the vendor's own. */
  rate: z
    .string()
    .regex(/^(0|[1-9]\d?)(\.\d{1,3})?$/, 'must be percent such as 19 or 7.7, below 100')
    .nullable()
    .default(null),
  /** The customer owes the tax, so none is added, whatever the rate. */
  reverseCharge: z.boolean().default(false),
  /** What invoices say of it; under reverse charge there is a usual text. */
  note: z.string().trim().min(1).max(300).nullable().default(null),
});
/** Staff say how an account's next invoices are taxed. 404 `not_found`. */
export const SetAccountTax = request(
  'billing',
  'berth.billing.set-tax.v1',
  NewAccountTax.extend({ accountId: AccountId }),
  BillingProfile,
  'staff:write',
);

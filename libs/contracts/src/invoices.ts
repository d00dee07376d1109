import { z } from 'zod';
import { Month } from './costs.ts';
import { AccountId, Actor, CreditId, Currency, Decimal, Instant, InvoiceId } from './fields.ts';
import { event, request } from './message.ts';
import { Meter, MeterUnit } from './meters.ts';
import { page, pageRequest } from './page.ts';
import { UsageRecord } from './usage.ts';

/** `credit_note`: takes back a part of an invoice that was issued; its amounts are negative. */
export const InvoiceKind = z.enum(['invoice', 'credit_note']);
export type InvoiceKind = z.output<typeof InvoiceKind>;

/** `draft`: being worked out, without a number, and shown to nobody. `issued`: to be paid, or a credit note, which stays so. */
export const InvoiceStatus = z.enum(['draft', 'issued', 'paid', 'void']);
export type InvoiceStatus = z.output<typeof InvoiceStatus>;

/** Who issues invoices, as it stands on them. */
export const InvoiceSeller = z.object({
  name: z.string(),
  addressLines: z.array(z.string()),
  /** ISO 3166-1, two letters. */
  country: z.string(),
  taxId: z.string().nullable(),
  email: z.string().nullable(),
  /** How and where to pay: lines such as the bank and its account. */
  paymentLines: z.array(z.string()),
});
export type InvoiceSeller = z.output<typeof InvoiceSeller>;

/** Whom an invoice is for: the account's billing profile as it was then. Without a name, the profile was empty. */
export const InvoiceBuyer = z.object({
  accountId: AccountId,
  name: z.string().nullable(),
  addressLines: z.array(z.string()),
  country: z.string().nullable(),
  taxId: z.string().nullable(),
  email: z.string().nullable(),
});
export type InvoiceBuyer = z.output<typeof InvoiceBuyer>;

/** An invoice that another refers to. */
export const InvoiceReference = z.object({ id: InvoiceId, number: z.string() });
export type InvoiceReference = z.output<typeof InvoiceReference>;

/** Usage of one meter, size and region at one price in a month. A price that changes within the month makes another line. */
export const InvoiceLine = z.object({
  /** 1, 2, 3 … */
  n: z.number().int().positive(),
  /** `correction`: what a month that was closed comes to more or less than was said of it. */
  kind: z.enum(['usage', 'correction']),
  /** In English: `Compute small in eu-central-1`. */
  description: z.string(),
  /** In which it was used; of a correction, the month that is corrected. */
  month: Month,
  meter: Meter,
  region: z.string(),
  /** For `compute`, the size; null for `disk` and `backup`. */
  size: z.string().nullable(),
  /** The times of the month in which the unit price was in force, `to` not being part of it: nearly always one. */
  periods: z.array(z.object({ from: Instant, to: Instant })),
  /** Minutes (`compute`) or GiB-minutes (`disk`, `backup`); negative when it takes back. */
  quantity: z.number().int(),
  unit: MeterUnit,
  /** For one unit, exact: `0.000231481481`. */
  unitPrice: Decimal,
  /** Quantity times unit price, rounded half to even to the currency's minor unit: `12.40`. */
  amount: Decimal,
  /** Of a correction: the invoice of the month, if there was one. */
  corrects: InvoiceReference.nullable(),
});
export type InvoiceLine = z.output<typeof InvoiceLine>;

/** Tax on the sum of the lines. */
export const InvoiceTax = z.object({
  /** Percent: `19`, `7.7`; `0` under reverse charge. */
  rate: Decimal,
  reverseCharge: z.boolean(),
  /** What the invoice has to say of it, such as who owes the tax under reverse charge. */
  note: z.string().nullable(),
  /** Rounded half to even, once. */
  amount: Decimal,
});
export type InvoiceTax = z.output<typeof InvoiceTax>;

/** What was taken of one credit. */
export const InvoiceCredit = z.object({ creditId: CreditId, reason: z.string(), amount: Decimal });

/**
 * What is written on an invoice or credit note. Nothing of it changes once it is issued, so it can be made a document of.
 * All amounts but unit prices have the currency's minor digits. Of a credit note they are negative, and nothing is due.
 */
export const InvoiceContent = z.object({
  id: InvoiceId,
  accountId: AccountId,
  kind: InvoiceKind,
  /** `BERTH-2026-000001`, without gaps; null only of a draft. */
  number: z.string().nullable(),
  /** The UTC month that was closed, or of a credit note the one that is corrected. */
  month: Month,
  currency: Currency,
  seller: InvoiceSeller,
  buyer: InvoiceBuyer,
  /** Null only of a draft. */
  issuedAt: Instant.nullable(),
  /** When it has to be paid by; null of a draft and of a credit note. */
  dueAt: Instant.nullable(),
  lines: z.array(InvoiceLine),
  /** The sum of the lines. */
  subtotal: Decimal,
  tax: InvoiceTax,
  /** With tax. */
  total: Decimal,
  /** Credit that was taken, after tax: it is a means of payment. */
  credits: z.array(InvoiceCredit),
  /** `total` without `credits`. */
  amountDue: Decimal,
  /** Of a credit note: the invoice it takes back a part of. */
  corrects: InvoiceReference.nullable(),
});
export type InvoiceContent = z.output<typeof InvoiceContent>;

/** A file that was made of an invoice, as it lies in storage. */
export const InvoiceDocument = z.object({ sha256: z.string(), bytes: z.number().int().positive() });
export type InvoiceDocument = z.output<typeof InvoiceDocument>;
export const INVOICE_FORMATS = ['json', 'csv', 'pdf'] as const;
export type InvoiceFormat = (typeof INVOICE_FORMATS)[number];

/** What was paid of an invoice: all of it, or a part, since transfers come short by a fee, or in two. */
export const InvoicePayment = z.object({
  amount: Decimal,
  /** When it was paid. */
  at: Instant,
  /** By which it is found again: of a bank's statement, say. */
  reference: z.string(),
  /** Who of the staff noted it, and when. */
  notedBy: Actor.nullable(),
  notedAt: Instant,
});
export type InvoicePayment = z.output<typeof InvoicePayment>;

const standing = {
  status: InvoiceStatus,
  createdAt: Instant,
  /** What has still to be paid: what was due without what credit notes took off and what was paid; nothing once it is void. */
  outstanding: Decimal,
  /** By how much credit notes have lowered what is due. What they took back beyond it became credit. */
  reductions: z.array(z.object({ creditNote: InvoiceReference, amount: Decimal })),
  /** In the order in which they were noted; none when credit was all that was needed. */
  payments: z.array(InvoicePayment),
  /** When nothing was left to pay. */
  paidAt: Instant.nullable(),
  voided: z.object({ at: Instant, reason: z.string() }).nullable(),
  /** Null until they are made, moments after it was issued. */
  documents: z.object({ json: InvoiceDocument, csv: InvoiceDocument, pdf: InvoiceDocument }).nullable(),
};

/** An invoice or credit note: what is written on it, and what has become of it. */
export const Invoice = InvoiceContent.extend(standing);
export type Invoice = z.output<typeof Invoice>;

/** An invoice in a list. */
export const InvoiceSummary = Invoice.omit({ seller: true, buyer: true, lines: true, credits: true });
export type InvoiceSummary = z.output<typeof InvoiceSummary>;

/** A usage record of a line, and how much of its quantity the line counts: less than all when the price changed within it. */
export const InvoiceLineUsage = UsageRecord.extend({ counted: z.number().int() });
export type InvoiceLineUsage = z.output<typeof InvoiceLineUsage>;

const ofAccount = { accountId: AccountId };
const one = { ...ofAccount, invoiceId: InvoiceId };
const readers = ['usage:read', 'staff:read'] as const;

/** An account's invoices and credit notes, newest first, without drafts. 400 `invalid_cursor`. */
export const ListInvoices = request(
  'billing',
  'berth.billing.list-invoices.v1',
  z.object({ ...ofAccount, ...pageRequest }),
  page(InvoiceSummary),
  readers,
);
/** One of an account's invoices, not a draft. 404 `not_found`. */
export const GetInvoice = request('billing', 'berth.billing.get-invoice.v1', z.object(one), Invoice, readers);
/**
 * The usage records that a line was made of, oldest first: what they count adds up to its quantity. 404 `not_found`, 400 `invalid_cursor`.
 */
export const ListInvoiceLineUsage = request(
  'billing',
  'berth.billing.list-invoice-line-usage.v1',
  z.object({ ...one, line: z.number().int().positive(), ...pageRequest }),
  page(InvoiceLineUsage),
  readers,
);

export const CloseMonthBody = z.strictObject({ month: Month });
/**
 * Staff close a month of an account by hand, without waiting for the grace period, or again after its invoice was voided. Idempotent. 409
 * `period_open` when it is not over, or hours of it are still to be recorded, `invalid_state` when it has an invoice or nothing was
 * used; 404 `not_found`, 503 `dependency_unavailable`.
 */
export const CloseMonth = request(
  'billing',
  'berth.billing.close-month.v1',
  CloseMonthBody.extend(ofAccount),
  Invoice,
  'staff:write',
);
export const PayInvoiceBody = z.strictObject({
  /** In the invoice's currency, at most what is left to pay; all of that, when it is not given. */
  amount: z
    .string()
    .regex(/^(0|[1-9]\d{0,11})(\.\d{1,3})?$/, 'must be an amount such as 25 or 12.50')
    .refine((amount) => Number(amount) > 0, 'must be above 0')
    .optional(),
  /** By which the payment is found again. */
  reference: z.string().trim().min(1).max(200),
  /** When it was paid; now, when it is not given. Not later than now. */
  at: Instant.optional(),
});
/** Staff note what was paid of an invoice. 404 `not_found`, 409 `invalid_state`, 400 `invalid_request` also of more than is left to pay. */
export const PayInvoice = request(
  'billing',
  'berth.billing.pay-invoice.v1',
  PayInvoiceBody.extend({ invoiceId: InvoiceId }),
  Invoice,
  'staff:write',
);
export const VoidInvoiceBody = z.strictObject({
  /** Shown to the customer. */
  reason: z.string().trim().min(1).max(200),
});
/**
 * Staff make an invoice void of which nothing is paid: the credit it took is given back, and its month can be closed again. 404
 * `not_found`, 409 `invalid_state`, also of one that has a credit note.
 */
export const VoidInvoice = request(
  'billing',
  'berth.billing.void-invoice.v1',
  VoidInvoiceBody.extend({ invoiceId: InvoiceId }),
  Invoice,
  'staff:write',
);

const told = z.object({
  accountId: AccountId,
  invoiceId: InvoiceId,
  kind: InvoiceKind,
  number: z.string(),
  month: Month,
  currency: Currency,
  total: Decimal,
  outstanding: Decimal,
  dueAt: Instant.nullable(),
  at: Instant,
});

/** An invoice or credit note was issued. */
export const InvoiceIssued = event('berth.invoice.issued.v1', told);
/** Nothing is left to pay of an invoice. */
export const InvoicePaid = event('berth.invoice.paid.v1', told);
/** An invoice was not paid in time. Told once. */
export const InvoicePastDue = event('berth.invoice.past-due.v1', told);
/** An invoice is void. */
export const InvoiceVoided = event('berth.invoice.voided.v1', told.extend({ reason: z.string() }));

/** All of an invoice or credit note that was issued, for billing systems outside Berth: at least once, deduplicate by `id`. */
export const UsageInvoiced = event('berth.usage.invoiced.v1', InvoiceContent, 'berth.usage');
/** An invoice is void, for billing systems outside Berth: at least once, and maybe before its {@link UsageInvoiced}. */
export const UsageInvoiceVoided = event(
  'berth.usage.invoice-voided.v1',
  z.object({ accountId: AccountId, id: InvoiceId, number: z.string(), reason: z.string(), at: Instant }),
  'berth.usage',
);

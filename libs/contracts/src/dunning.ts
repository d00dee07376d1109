import { z } from 'zod';
import { Email } from './accounts.ts';
import { AccountId, Currency, Decimal, Instant, InvoiceId, UserId } from './fields.ts';
import { command } from './message.ts';
import { secret } from './secret.ts';

/** What an account is written about an invoice: that there is one, that it was due, and, before it is suspended, that it will be. */
export const InvoiceMailKind = z.enum(['invoice_issued', 'credit_note_issued', 'payment_reminder']);
export type InvoiceMailKind = z.output<typeof InvoiceMailKind>;

/**
 * Writes to an account about an invoice, with a link to it. Without `userId` and `email`, to each of its owners and billing members, and
 * to the address of its billing profile: accounts orders one of itself for each, so that one that fails is not sent again to the others.
 */
export const SendInvoiceMail = command(
  'accounts',
  'berth.accounts.send-invoice-mail.v1',
  z.object({
    kind: InvoiceMailKind,
    accountId: AccountId,
    invoiceId: InvoiceId,
    number: z.string(),
    currency: Currency,
    total: Decimal,
    /** What has still to be paid. */
    outstanding: Decimal,
    dueAt: Instant.nullable(),
    /** When the account is suspended if it is not paid; null: not for that. */
    suspendsAt: Instant.nullable(),
    /** Of the billing profile, where there is one. */
    profileEmail: secret(Email.nullable()),
    userId: UserId.optional(),
    email: secret(Email.optional()),
  }),
);

/**
 * Whether an account is suspended for what it owes. One that staff have suspended stays so; one that staff have reinstated since is left
 * alone until the next time. Of two the higher `sequence` counts.
 */
export const SetDebtStanding = command(
  'accounts',
  'berth.accounts.set-debt-standing.v1',
  z.object({
    accountId: AccountId,
    sequence: z.number().int().positive(),
    /** Why it is suspended, in words for the audit trail; null: nothing is past due any more. */
    owes: z.object({ invoiceId: InvoiceId, reason: z.string().max(200) }).nullable(),
  }),
);

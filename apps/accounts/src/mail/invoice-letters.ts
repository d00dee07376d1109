import type { DataOf, InvoiceMailKind, SendInvoiceMail } from '@berth/contracts';
import type { Letter } from './letters.ts';
import { quoted } from './quoted.ts';

type Told = DataOf<typeof SendInvoiceMail>;

/** What is written about an invoice. To the address of a billing profile, which may be anybody's, no account is named: its name is a stranger's word. */
export const invoiceLetter = (told: Told, accountName: string | null): Letter =>
  LETTERS[told.kind](
    told,
    accountName === null ? 'an account on Berth' : `the account ${quoted(accountName)} on Berth`,
  );

const LETTERS: Readonly<Record<InvoiceMailKind, (told: Told, account: string) => Letter>> = {
  invoice_issued: ({ number, total, outstanding, currency, dueAt }, account) => ({
    subject: `Invoice ${number}`,
    before: [
      `Invoice ${number} for ${account} has been issued, over ${total} ${currency}.`,
      isNothing(outstanding)
        ? 'Nothing is left to pay. To see it, open this link:'
        : `${outstanding} ${currency} ${dueAt === null ? 'is' : `are due by ${day(dueAt)}`}. To see it, and how to pay, open this link:`,
    ],
    action: 'See the invoice',
    after: [],
  }),
  credit_note_issued: ({ number, total, currency }, account) => ({
    subject: `Credit note ${number}`,
    before: [
      `Credit note ${number} for ${account} has been issued, over ${total} ${currency}: something that was invoiced came to less. To see it, open this link:`,
    ],
    action: 'See the credit note',
    after: [
      'It lowers what is still to be paid of the invoice; what is beyond that is credit for the next one.',
    ],
  }),
  payment_reminder: ({ number, outstanding, currency, dueAt, suspendsAt }, account) => ({
    subject: `Invoice ${number} is past due`,
    before: [
      `Of invoice ${number} for ${account}, ${outstanding} ${currency} have not been paid yet${dueAt === null ? '' : `; they were due on ${day(dueAt)}`}. To see it, and how to pay, open this link:`,
    ],
    action: 'See the invoice',
    after: [
      ...(suspendsAt === null
        ? []
        : [`If it is not paid by ${day(suspendsAt)}, the account is suspended and its servers are paused.`]),
      'If you have paid it in the last days, do nothing.',
    ],
  }),
};

const isNothing = (amount: string) => /^0(\.0*)?$/.test(amount);

/** `23 December 2026`, of UTC. */
const day = (at: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at));

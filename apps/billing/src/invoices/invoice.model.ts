import type { ModelDefinition } from '@nestjs/mongoose';
import type {
  InvoiceContent,
  InvoiceDocument,
  InvoiceFormat,
  InvoiceKind,
  InvoiceLine,
  InvoicePayment,
  InvoiceReference,
  InvoiceStatus,
} from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';
import { Schema } from 'mongoose';
import { immutableOnceIssued } from './immutable.ts';

/** A line, and which records it was made of. */
export interface StoredLine extends InvoiceLine {
  /** Those recorded up to `until`, and later than `after`: what was recorded before stands in former lines of the month. */
  recorded: { after: Date | null; until: Date };
}

/** A file of an invoice, and under which key it lies in storage. */
export type StoredDocument = InvoiceDocument & { key: string };

/** What was paid of an invoice, and who noted it. */
export type StoredPayment = Omit<InvoicePayment, 'at' | 'notedAt'> & { at: Date; notedAt: Date };

/** An invoice or a credit note. What is written on it changes no more once it is issued; amounts are decimal numbers as text. */
export interface StoredInvoice extends Omit<InvoiceContent, 'id' | 'issuedAt' | 'dueAt' | 'lines'> {
  _id: string;
  accountId: string;
  status: InvoiceStatus;
  /** 1, 2 … of those of one kind for the month: a voided invoice is followed by another. */
  sequence: number;
  createdAt: Date;
  issuedAt: Date | null;
  dueAt: Date | null;
  lines: StoredLine[];
  /** Of a draft: the closings that it was worked out from, as they were. It is right as long as they are. */
  basedOn: { closingId: string; version: number }[];
  reductions: { creditNote: InvoiceReference; amount: string }[];
  /** Absent where all was paid at once, of which `payment` tells. */
  payments?: StoredPayment[];
  /** With what nothing was left to pay: null where no payment was needed. */
  payment: { at: Date; reference: string | null } | null;
  voided: { at: Date; reason: string } | null;
  documents: Record<InvoiceFormat, StoredDocument> | null;
  /** How often it was asked for after it was due. */
  dunning: { toldPastDue: boolean; reminders: number; suspended: boolean };
  version: number;
}

const text = { type: String, required: true };
const maybe = { type: String, default: null };
const date = { type: Date, default: null };
const part = (fields: Record<string, unknown>) =>
  new Schema(fields as never, { _id: false, strict: 'throw' });

const reference = part({ id: text, number: text });
const line = part({
  n: { type: Number, required: true },
  kind: text,
  description: text,
  month: text,
  meter: text,
  region: text,
  size: maybe,
  periods: [part({ from: text, to: text })],
  quantity: { type: Number, required: true },
  unit: text,
  unitPrice: text,
  amount: text,
  corrects: { type: reference, default: null },
  recorded: part({ after: date, until: { type: Date, required: true } }),
});
const party = { addressLines: [String], taxId: maybe, email: maybe };
const document = part({ key: text, sha256: text, bytes: { type: Number, required: true } });

const schema = documentSchema<StoredInvoice>(
  {
    _id: idOf('inv'),
    accountId: text,
    kind: { ...text, enum: ['invoice', 'credit_note'] satisfies InvoiceKind[] },
    status: text,
    month: text,
    sequence: { type: Number, required: true },
    number: maybe,
    currency: text,
    seller: part({ ...party, name: text, country: text, paymentLines: [String] }),
    buyer: part({ ...party, accountId: text, name: maybe, country: maybe }),
    createdAt: { type: Date, required: true },
    issuedAt: date,
    dueAt: date,
    lines: [line],
    subtotal: text,
    tax: part({ rate: text, reverseCharge: { type: Boolean, required: true }, note: maybe, amount: text }),
    total: text,
    credits: [part({ creditId: text, reason: text, amount: text })],
    amountDue: text,
    corrects: { type: reference, default: null },
    basedOn: [part({ closingId: text, version: { type: Number, required: true } })],
    reductions: [part({ creditNote: reference, amount: text })],
    payments: {
      type: [
        part({
          ...{ amount: text, at: { type: Date, required: true }, reference: text },
          notedBy: { type: part({ kind: text, id: text }), default: null },
          notedAt: { type: Date, required: true },
        }),
      ],
      default: undefined,
    },
    payment: { type: part({ at: date, reference: maybe }), default: null },
    voided: { type: part({ at: date, reason: text }), default: null },
    documents: { type: part({ json: document, csv: document, pdf: document }), default: null },
    dunning: part({
      toldPastDue: { type: Boolean, required: true },
      reminders: { type: Number, required: true },
      suspended: { type: Boolean, required: true },
    }),
  } as never,
  { collection: 'invoices', tenantScoped: true },
)
  .plugin(immutableOnceIssued)
  // One of a kind for a month, and after it another.
  .index({ accountId: 1, month: 1, kind: 1, sequence: 1 }, { unique: true })
  // No number twice.
  .index({ number: 1 }, { unique: true, partialFilterExpression: { number: { $gt: '' } } })
  // An account's, newest first.
  .index({ accountId: 1, _id: -1 })
  // What was said of a month.
  .index({ accountId: 1, 'lines.month': 1 })
  // What is past due, of all accounts and of one.
  .index({ status: 1, kind: 1, dueAt: 1 })
  .index({ accountId: 1, status: 1, dueAt: 1 })
  // What has no documents yet.
  .index({ 'documents.json.sha256': 1, issuedAt: 1 });

export const InvoiceModel = { name: 'Invoice', schema } satisfies ModelDefinition;

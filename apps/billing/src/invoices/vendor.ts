import { readFileSync } from 'node:fs';
import { Country, Month, type InvoiceSeller } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

const line = z.string().trim().min(1).max(100);
const lines = z.array(line).min(1).max(8);
const days = z.number().int().min(1).max(365);
const prefix = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,15}$/, 'must be at most 16 of A-Z, 0-9 and hyphens');

/** `deploy/vendor.yaml` explains each. */
const VendorFile = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    addressLines: lines,
    country: Country,
    taxId: z.string().trim().min(1).max(50).nullable().default(null),
    email: z.email().nullable().default(null),
    paymentLines: lines,
    invoicePrefix: prefix,
    creditNotePrefix: prefix,
    firstMonth: Month.nullable().default(null),
    paymentTermDays: days.default(14),
    graceHours: z
      .number()
      .int()
      .min(0)
      .max(20 * 24)
      .default(72),
    taxRate: z
      .string()
      .regex(/^(0|[1-9]\d?)(\.\d{1,3})?$/, "must be percent in quotes, such as '19' or '7.7'")
      .default('0'),
    reverseChargeNote: z.string().trim().min(1).max(300),
    reminderDays: z.array(days).max(5).default([1, 7]),
    suspensionDays: days.nullable().default(21),
  })
  .refine(({ invoicePrefix, creditNotePrefix }) => invoicePrefix !== creditNotePrefix, {
    path: ['creditNotePrefix'],
    message: 'must be another than invoicePrefix, for the numbers are two series',
  });

/** Who issues invoices, and how they are paid, taxed and asked for. */
export type Vendor = z.output<typeof VendorFile>;

/** Throws an error that names the file and what is wrong with it. */
export function readVendor(file: string): Vendor {
  try {
    return VendorFile.parse(parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`The vendor's details in ${file} are not right: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => [path.join('.'), message].join(' ').trim()).join('; ');
  if (error instanceof YAMLParseError) return error.message.split('\n')[0] ?? error.message;
  return (error as Error).message;
}

export const sellerOf = ({
  name,
  addressLines,
  country,
  taxId,
  email,
  paymentLines,
}: Vendor): InvoiceSeller => ({ name, addressLines, country, taxId, email, paymentLines });

/** The vendor's details, where they are known: without them nothing is invoiced, and all else goes on. */
export class VendorDetails {
  constructor(readonly known: Vendor | null) {}

  /** Throws 503 `dependency_unavailable`. */
  expect(): Vendor {
    if (this.known) return this.known;
    throw problem('dependency_unavailable', {
      detail: 'Nothing is invoiced: the vendor’s details are not set.',
    });
  }
}

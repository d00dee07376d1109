import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import {
  GetInvoiceDocument,
  INVOICE_FORMATS,
  INVOICE_MEDIA_TYPES,
  type InvoiceDocumentPart,
  type InvoiceFormat,
  type InputOf,
} from '@berth/contracts';
import { carryingOn } from '../access/caller-passports.ts';
import type { Bus } from '../bus/bus.ts';
import { accepted } from '../http/accepted.ts';

const FORMATS = new Map(INVOICE_FORMATS.map((format) => [INVOICE_MEDIA_TYPES[format], format]));
const ACCEPTED = ['application/json', ...FORMATS.keys()] as const;

/**
 * The file that is asked for: by `format`, in links, which cannot say what they accept, or by the header `Accept`. Null: the invoice
 * itself, as JSON, with what has become of it. Throws 406 `not_acceptable`.
 */
export function fileWanted(
  headers: IncomingHttpHeaders,
  { format }: { format?: InvoiceFormat | undefined },
): InvoiceFormat | null {
  if (format) return format;
  const type = accepted(headers, ACCEPTED);
  return type === 'application/json' ? null : (FORMATS.get(type) ?? null);
}

/** A file of an invoice as it is kept, part by part as it is taken. Throws what reading the first part throws. */
export async function invoiceFile(
  bus: Bus,
  wanted: Omit<InputOf<typeof GetInvoiceDocument>, 'part'>,
  { method, reply }: { method: string; reply: FastifyReply },
): Promise<Readable> {
  const { format } = wanted;
  const read = (part: number) => bus.ask(GetInvoiceDocument, { ...wanted, part });
  const first = await read(0);
  reply.headers({
    'content-type': `${INVOICE_MEDIA_TYPES[format]}${format === 'csv' ? '; charset=utf-8' : ''}`,
    'content-disposition': `attachment; filename="${first.number}.${format}"`,
    'content-length': first.bytes,
    etag: `"${first.sha256}"`,
    vary: 'accept',
  });
  return Readable.from(method === 'HEAD' ? [] : carryingOn(contentOf(first, read)));
}

async function* contentOf(
  first: InvoiceDocumentPart,
  read: (part: number) => Promise<InvoiceDocumentPart>,
): AsyncGenerator<Buffer> {
  for (let part = first; ; part = await read(part.nextPart)) {
    yield Buffer.from(part.content, 'base64');
    if (part.nextPart === null) return;
  }
}

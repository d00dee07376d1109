import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  GetInvoice,
  GetInvoiceDocument,
  INVOICE_FORMATS,
  INVOICE_MEDIA_TYPES,
  type InputOf,
  type Invoice,
  type InvoiceDocumentPart,
  type InvoiceFormat,
} from '@berth/contracts';
import { carryingOn } from '../access/caller-passports.ts';
import type { Bus } from '../bus/bus.ts';
import { accepted } from '../http/accepted.ts';

const FORMATS = new Map<string, InvoiceFormat>(
  INVOICE_FORMATS.map((format) => [INVOICE_MEDIA_TYPES[format], format]),
);

interface Http {
  request: FastifyRequest;
  reply: FastifyReply;
}

/**
 * An invoice as it stands, or a file that was made of it: the one that `format` names, in links, which cannot say what they accept, or the
 * one that the client would rather have. Throws 406 `not_acceptable`, 404 `not_found`, 503 `dependency_unavailable`.
 */
export async function invoiceOrFile(
  bus: Bus,
  which: InputOf<typeof GetInvoice>,
  format: InvoiceFormat | undefined,
  { request, reply }: Http,
): Promise<Invoice | Readable> {
  reply.header('vary', 'accept');
  const wanted = format ?? FORMATS.get(accepted(request.headers, ['application/json', ...FORMATS.keys()]));
  if (!wanted) return bus.ask(GetInvoice, which);
  return fileOf(bus, { ...which, format: wanted }, { request, reply });
}

/** A file as it is kept, part by part as it is taken. */
async function fileOf(
  bus: Bus,
  which: Omit<InputOf<typeof GetInvoiceDocument>, 'part'>,
  { request, reply }: Http,
): Promise<Readable> {
  const { format } = which;
  const read = (part: number) => bus.ask(GetInvoiceDocument, { ...which, part });
  const first = await read(0);
  reply.headers({
    'content-type': `${INVOICE_MEDIA_TYPES[format]}${format === 'csv' ? '; charset=utf-8' : ''}`,
    'content-disposition': `attachment; filename="${first.number}.${format}"`,
    'content-length': first.bytes,
    etag: `"${first.sha256}"`,
  });
  return Readable.from(request.method === 'HEAD' ? [] : carryingOn(contentOf(first, read)));
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

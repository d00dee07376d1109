import { Readable } from 'node:stream';
import { AuditEvent, type ListAuditEvents, type ReplyOf } from '@berth/contracts';
import { jsonArray } from '../http/json-array.ts';
import { pagesFrom, type ReadPage } from '../http/pages.ts';
import { csvHead, csvLineOf } from './csv.ts';

type Event = ReplyOf<typeof ListAuditEvents>['items'][number];

/**
 * The whole list, from its first page on, as a file: read page by page, as fast as it is taken. A page that cannot be read breaks the
 * file off, which its reader notices. Throws what reading the first page throws.
 */
export async function exported(format: 'csv' | 'json', read: ReadPage<Event>): Promise<Readable> {
  const pages = publicIn(pagesFrom(await read(), read));
  return Readable.from(format === 'csv' ? csvOf(pages) : jsonArray(pages));
}

async function* publicIn(pages: AsyncIterable<Event[]>): AsyncGenerator<AuditEvent[]> {
  for await (const events of pages) yield events.map((event) => AuditEvent.parse(event));
}

async function* csvOf(pages: AsyncIterable<AuditEvent[]>): AsyncGenerator<string> {
  yield csvHead();
  for await (const events of pages) yield events.map(csvLineOf).join('');
}

import { Readable } from 'node:stream';
import { AuditEvent, type ListAuditEvents, type ReplyOf } from '@berth/contracts';
import { csvHead, csvLine } from './csv.ts';

type Page = ReplyOf<typeof ListAuditEvents>;
type ReadPage = (cursor?: string) => Promise<Page>;

/**
 * The whole list, from its first page on, as a file: read page by page, as fast as it is taken. A page that cannot be read breaks the
 * file off, which its reader notices. Throws what reading the first page throws.
 */
export async function exported(format: 'csv' | 'json', read: ReadPage): Promise<Readable> {
  const pages = pagesFrom(await read(), read);
  return Readable.from(format === 'csv' ? csvOf(pages) : jsonOf(pages));
}

async function* pagesFrom(first: Page, read: ReadPage): AsyncGenerator<AuditEvent[]> {
  for (let page = first; ;) {
    yield page.items.map((event) => AuditEvent.parse(event));
    if (page.nextCursor === null) return;
    page = await read(page.nextCursor);
  }
}

async function* csvOf(pages: AsyncIterable<AuditEvent[]>): AsyncGenerator<string> {
  yield csvHead();
  for await (const events of pages) yield events.map(csvLine).join('');
}

async function* jsonOf(pages: AsyncIterable<AuditEvent[]>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const events of pages) {
    for (const event of events) {
      yield before + JSON.stringify(event);
      before = ',\n';
    }
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

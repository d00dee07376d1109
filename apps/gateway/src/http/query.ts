import { problem } from '@berth/messaging';
import { pointer } from './field-errors.ts';

/** The query of a URL by name. A name given twice is refused: which one counts would be anybody's guess. */
export function readQuery(url = ''): Record<string, string> {
  const start = url.indexOf('?');
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start))) {
    if (query.has(name)) {
      const errors = [{ pointer: pointer([name]), detail: 'Given more than once' }];
      throw problem('invalid_request', { detail: 'The query is not valid.', errors });
    }
    query.set(name, value);
  }
  return Object.fromEntries(query);
}

import { problem } from '@berth/messaging';

/** https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/**
 * The entity tags of an If-Match header as they are written, weak ones too; `['*']` for any; undefined without the
 * header. Whether one holds is for the owner of the thing to say (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1).
 */
export function readIfMatch(header: string | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return ['*'];
  const tags = header.match(ENTITY_TAG) ?? [];
  const between = header.replaceAll(ENTITY_TAG, '');
  if (tags.length > 0 && /^[\t ,]*$/.test(between)) return tags;
  throw problem('invalid_request', { detail: 'If-Match takes `*` or entity tags in double quotes.' });
}

import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';
import { problem } from '@berth/messaging';

/**
 * Which of these media types a client would rather have (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1): the first, when it has no
 * preference. Throws 406 `not_acceptable`.
 */
export function accepted<Type extends string>(headers: IncomingHttpHeaders, types: readonly Type[]): Type {
  const [best] = new Negotiator({ headers }).mediaTypes([...types]);
  const type = types.find((each) => each === best);
  if (type) return type;
  throw problem('not_acceptable', { detail: `There is ${new Intl.ListFormat('en-GB').format(types)}.` });
}

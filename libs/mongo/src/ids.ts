import { TypeID, typeidUnboxed } from 'typeid-js';

/**
 * What Berth gives ids to, by prefix: account, user, membership, invitation, session, API token, server, operation, invoice, credit, void,
 * backup, webhook, audit event, mail, message on the bus, HTTP request.
 */
export const ID_PREFIXES = [
  'acc',
  'usr',
  'mem',
  'ivn',
  'ses',
  'tok',
  'srv',
  'op',
  'inv',
  'crd',
  'vod',
  'bkp',
  'whk',
  'aud',
  'eml',
  'msg',
  'req',
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/** A TypeID (https://github.com/jetify-com/typeid): `srv_01jq…`, sortable by the time it was made. */
export function newId(prefix: IdPrefix): string {
  return typeidUnboxed(prefix);
}

/** When a TypeID was made, by the clock of the machine that made it: it is a UUIDv7 (RFC 9562, 5.7). */
export function madeAt(id: string): Date {
  const milliseconds = TypeID.fromString(id).toUUID().replace('-', '').slice(0, 12);
  return new Date(Number.parseInt(milliseconds, 16));
}

/** Whether a text is a well-formed id of this kind; says nothing about whether the thing exists. */
export function isId(prefix: IdPrefix, text: unknown): text is string {
  if (typeof text !== 'string') return false;
  try {
    return TypeID.fromString(text, prefix).toString() === text;
  } catch {
    return false;
  }
}

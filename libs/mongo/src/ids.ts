import { createHash } from 'node:crypto';
import { TypeID, typeidUnboxed } from 'typeid-js';

/**
 * What Berth gives ids to, by prefix: account, user, membership, invitation, session, API token, server, operation, invoice, credit, void,
 * backup, webhook, audit event, mail, replay of usage, reconciliation with AWS, message on the bus, HTTP request.
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
  'rpl',
  'rcn',
  'msg',
  'req',
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/** A TypeID (https://github.com/jetify-com/typeid): `srv_01jq…`, sortable by the time it was made. */
export function newId(prefix: IdPrefix): string {
  return typeidUnboxed(prefix);
}

/**
 * The id that a text has: the same whoever asks for it, and whenever. It sorts by the moment that is given, like one that was made
 * then; the rest is of the text's SHA-256 (a UUIDv8, RFC 9562, 5.8).
 */
export function idOfText(prefix: IdPrefix, text: string, at: Date): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return TypeID.fromUUIDBytes(prefix, bytes).toString();
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

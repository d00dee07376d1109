import type { TimelineEntry } from '@berth/contracts';

/** Who somebody is to the reader: `you`, or what their id says of them. */
export function whoIs(id: string, reader: string): string {
  if (id === reader) return 'you';
  if (id.startsWith('usr_')) return 'another member';
  return id.startsWith('tok_') ? 'an API token' : 'Berth';
}

/** What made a server change, as a sentence for the reader: `Paused by you`. */
export function causeText({ cause }: Pick<TimelineEntry, 'cause'>, reader: string): string {
  const { kind, id, text } = cause;
  const told = kind === 'actor' && id ? text.replaceAll(id, whoIs(id, reader)) : text;
  return told.charAt(0).toUpperCase() + told.slice(1);
}

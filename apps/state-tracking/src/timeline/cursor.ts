/** Where the next page of a timeline begins: opaque to those who pass it on. */
export const cursorAfter = (sequence: number): string =>
  Buffer.from(`after ${sequence}`).toString('base64url');

/** Undefined when no list has given this cursor. */
export function sequenceOf(cursor: string): number | undefined {
  const sequence = /^after (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  return sequence === undefined ? undefined : Number(sequence);
}

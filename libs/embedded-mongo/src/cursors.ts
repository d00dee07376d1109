import { Long } from 'bson';
import { MongoError } from './errors.ts';
import type { Doc } from './values/document.ts';
import { EncodedBatch, encodeSome, type Result } from './wire/encoded-batch.ts';

/** The server's default for the first batch. */
const firstBatchSize = 101;
const idleMinutes = 10;

interface Cursor {
  id: Long;
  namespace: string;
  docs: Result[];
  position: number;
  usedAt: number;
}

export interface BatchOptions {
  /** Documents in the first batch; default 101. */
  batchSize?: number;
  /** Close after the first batch. */
  singleBatch?: boolean;
}

/** Results that are fetched in batches of at most 16 MB. A cursor's result is fixed when it is opened. */
export class Cursors {
  readonly #cursors = new Map<string, Cursor>();
  #lastId = 0;

  /** The reply with the first batch; a cursor stays open when there is more. */
  open(
    namespace: string,
    docs: Result[],
    { batchSize = firstBatchSize, singleBatch = false }: BatchOptions,
  ): Doc {
    const batch = encodeSome(docs, 0, batchSize);
    let id = Long.ZERO;
    if (batch.length < docs.length && !singleBatch) {
      id = Long.fromNumber(++this.#lastId * 1_000_003);
      this.#cursors.set(id.toString(), { id, namespace, docs, position: batch.length, usedAt: Date.now() });
    }
    return { cursor: new EncodedBatch('firstBatch', namespace, batch, id), ok: 1 };
  }

  /** The reply with the next batch; throws CursorNotFound. `batchSize` 0 means as many as fit. */
  next(id: string, batchSize: number): Doc {
    const cursor = this.#cursors.get(id);
    if (!cursor) throw new MongoError('CursorNotFound', `cursor id ${id} not found`);
    const batch = encodeSome(cursor.docs, cursor.position, batchSize || Infinity);
    cursor.position += batch.length;
    cursor.usedAt = Date.now();
    const isDone = cursor.position >= cursor.docs.length;
    if (isDone) this.#cursors.delete(id);
    return {
      cursor: new EncodedBatch('nextBatch', cursor.namespace, batch, isDone ? Long.ZERO : cursor.id),
      ok: 1,
    };
  }

  /** False when there is no such cursor. */
  kill(id: string): boolean {
    return this.#cursors.delete(id);
  }

  expire(now: number): void {
    for (const [id, { usedAt }] of this.#cursors) {
      if (now - usedAt > idleMinutes * 60_000) this.#cursors.delete(id);
    }
  }
}

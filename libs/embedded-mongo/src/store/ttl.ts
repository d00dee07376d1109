import { Deadline } from '../deadline.ts';
import { compileFilter } from '../filter/filter.ts';
import { indexKey } from '../values/index-key.ts';
import type { Engine } from './engine.ts';
import { find } from './find.ts';

/** Removed in one go per index and sweep, so that a large backlog does not hold up clients. */
const mostPerSweep = 5000;

/** Removes the documents whose TTL has passed. Those a transaction is writing stay for the next sweep. */
export function removeExpired(engine: Engine, now: number): void {
  for (const collection of engine.collections()) {
    for (const { fields, expireAfterSeconds } of collection.indexes.values()) {
      const [field] = fields;
      if (expireAfterSeconds === null || !field) continue;
      const filter = compileFilter({ [field.name]: { $lte: new Date(now - expireAfterSeconds * 1000) } });
      const options = { filter, sort: [], skip: 0, limit: mostPerSweep };
      for (const { document } of find(collection, options, null, new Deadline(0))) {
        const slot = collection.slot(indexKey(document._id));
        if (slot && !slot.writer) collection.write(slot, null, null);
      }
    }
  }
}

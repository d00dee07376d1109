import type { Model, QueryFilter, UpdateQuery } from 'mongoose';

/** Somebody else changed the document since it was read, or it is gone: read it again and decide anew. */
export class VersionConflict extends Error {
  constructor(model: string, version: number) {
    super(`${model} is no longer at version ${version}`);
  }
}

/**
 * Changes the one document of this filter and version and raises its version by one.
 * Returns the changed document as a plain object; throws {@link VersionConflict} when there is none.
 */
export async function updateVersioned<Document>(
  model: Model<Document>,
  filter: QueryFilter<Document>,
  version: number,
  update: UpdateQuery<Document>,
): Promise<Document> {
  const changed = await model
    .findOneAndUpdate(
      { ...filter, version } as QueryFilter<Document>,
      { ...update, $inc: { ...update.$inc, version: 1 } } as UpdateQuery<Document>,
      { returnDocument: 'after' },
    )
    .lean();
  if (!changed) throw new VersionConflict(model.modelName, version);
  return changed as Document;
}

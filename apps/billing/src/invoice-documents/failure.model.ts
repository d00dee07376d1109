import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';

/** That the documents of an invoice could not be made: gone once they are. */
export interface DocumentFailure {
  /** The invoice's. */
  _id: string;
  /** In a row. */
  attempts: number;
  /** What the last of them failed with. */
  error: string;
  nextAttemptAt: Date;
}

const schema = documentSchema<DocumentFailure>(
  {
    _id: idOf('inv'),
    attempts: { type: Number, required: true },
    error: { type: String, required: true },
    nextAttemptAt: { type: Date, required: true },
  },
  { collection: 'document_failures' },
)
  // Those whose turn has not come again.
  .index({ nextAttemptAt: 1 });

export const DocumentFailureModel = { name: 'DocumentFailure', schema } satisfies ModelDefinition;

import type { ModelDefinition } from '@nestjs/mongoose';
import type { Reconciliation, ReconciliationTotals } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';
import { Schema } from 'mongoose';

/** A comparison with AWS that staff have asked for; see `Reconciliation` in libs/contracts for what its fields mean. */
export interface ReconciliationDocument {
  _id: string;
  month: string;
  report: string;
  state: Reconciliation['state'];
  errorCode: string | null;
  errorDetail: string | null;
  totals: ReconciliationTotals | null;
  createdAt: Date;
  endedAt: Date | null;
  /** How often it was begun; the last is the one that counts. */
  attempt: number;
  /** When it is begun next, unless it has ended by then. */
  dueAt: Date;
}

const schema = documentSchema<ReconciliationDocument>(
  {
    _id: idOf('rcn'),
    month: { type: String, required: true },
    report: { type: String, required: true },
    state: { type: String, required: true },
    errorCode: { type: String, default: null },
    errorDetail: { type: String, default: null },
    totals: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
    attempt: { type: Number, required: true },
    dueAt: { type: Date, required: true },
  },
  { collection: 'reconciliations' },
)
  // Those that go on, oldest first.
  .index({ state: 1, _id: 1 });

export const ReconciliationModel = { name: 'Reconciliation', schema } satisfies ModelDefinition;

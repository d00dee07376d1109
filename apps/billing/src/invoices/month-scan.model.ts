import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** How far the accounts have been found that used something in a month. */
export interface MonthScan {
  /** `2026-11` */
  _id: string;
  /** The last account that was found; null: none yet. */
  after: string | null;
  done: boolean;
}

const schema = documentSchema<MonthScan>(
  { _id: String, after: { type: String, default: null }, done: { type: Boolean, required: true } },
  { collection: 'month_scans' },
);

export const MonthScanModel = { name: 'MonthScan', schema } satisfies ModelDefinition;

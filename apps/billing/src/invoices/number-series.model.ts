import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** The last number that was given in a series. */
export interface NumberSeries {
  /** `BERTH-2026`, what stands before the number. */
  _id: string;
  last: number;
}

const schema = documentSchema<NumberSeries>(
  { _id: String, last: { type: Number, required: true } },
  { collection: 'number_series' },
);

export const NumberSeriesModel = { name: 'NumberSeries', schema } satisfies ModelDefinition;

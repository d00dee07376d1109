import type { ModelDefinition } from '@nestjs/mongoose';
import type { Price } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';

/** The price rows of the newest catalog heard of; there is one such document. */
export interface PriceList {
  _id: 'prices';
  /** The catalog's. */
  revision: number;
  prices: Price[];
}

const schema = documentSchema<PriceList>(
  {
    _id: { type: String, enum: ['prices'], required: true },
    revision: { type: Number, required: true },
    prices: [
      {
        _id: false,
        meter: { type: String, required: true },
        size: { type: String, default: null },
        region: { type: String, required: true },
        currency: { type: String, required: true },
        perMinute: { type: String, required: true },
        activeFrom: { type: String, required: true },
      },
    ],
  },
  { collection: 'price_list' },
);

export const PriceListModel = { name: 'PriceList', schema } satisfies ModelDefinition;

import type { ModelDefinition } from '@nestjs/mongoose';
import type { AccountTerms } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** The newest terms heard of an account. */
export interface KeptTerms extends Omit<AccountTerms, 'accountId'> {
  /** The account. */
  _id: string;
}

const schema = documentSchema<KeptTerms>(
  {
    _id: { type: String, required: true },
    sequence: { type: Number, required: true },
    currencies: { type: Schema.Types.Mixed, required: true },
    prices: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'kept_terms' },
);

export const KeptTermsModel = { name: 'KeptTerms', schema } satisfies ModelDefinition;

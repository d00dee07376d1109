import type { ModelDefinition } from '@nestjs/mongoose';
import type { AccountTerms } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** What was agreed with an account, all that was ever in force of it included; there is none for most. */
export interface TermsDocument extends AccountTerms {
  /** The account again. */
  _id: string;
}

const schema = documentSchema<TermsDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    sequence: { type: Number, required: true },
    currencies: { type: Schema.Types.Mixed, required: true },
    prices: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'terms', tenantScoped: true },
);

export const TermsModel = { name: 'Terms', schema } satisfies ModelDefinition;

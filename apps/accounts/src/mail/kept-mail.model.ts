import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';
import type { Mail } from './mail.ts';

/** A mail that was kept instead of sent. */
export interface KeptMailDocument extends Mail {
  /** `eml_…` */
  _id: string;
  at: Date;
}

const schema = documentSchema<KeptMailDocument>(
  {
    _id: idOf('eml'),
    at: { type: Date, required: true },
    to: { type: String, required: true },
    subject: { type: String, required: true },
    text: { type: String, required: true },
    html: { type: String, required: true },
    link: { type: String, default: null },
  },
  { collection: 'kept_mails' },
);

export const KeptMailModel = { name: 'KeptMail', schema } satisfies ModelDefinition;

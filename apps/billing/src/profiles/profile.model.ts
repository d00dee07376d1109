import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** Whom an account's invoices are for, and how they are taxed. Kept when the account is deleted, as its invoices are. */
export interface ProfileDocument {
  /** The account's id. */
  _id: string;
  legalName: string | null;
  addressLines: string[];
  country: string | null;
  taxId: string | null;
  email: string | null;
  updatedAt: Date | null;
  /** Percent; null: the vendor's own. */
  taxRate: string | null;
  reverseCharge: boolean;
  taxNote: string | null;
  version: number;
}

const maybe = { type: String, default: null };

const schema = documentSchema<ProfileDocument>(
  {
    _id: String,
    legalName: maybe,
    addressLines: { type: [String], default: [] },
    country: maybe,
    taxId: maybe,
    email: maybe,
    updatedAt: { type: Date, default: null },
    taxRate: maybe,
    reverseCharge: { type: Boolean, default: false },
    taxNote: maybe,
  },
  { collection: 'billing_profiles' },
);

export const ProfileModel = { name: 'BillingProfile', schema } satisfies ModelDefinition;

import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type {
  AccountTax,
  BillingProfile,
  DataOf,
  GetBillingProfile,
  InvoiceBuyer,
  SetAccountTax,
  SetBillingProfile,
} from '@berth/contracts';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { VendorDetails, type Vendor } from '../invoices/vendor.ts';
import { ProfileModel, type ProfileDocument } from './profile.model.ts';

/** Whom invoices are for, as the accounts say it, and how they are taxed, as staff do. */
@Injectable()
export class Profiles {
  constructor(
    @InjectModel(ProfileModel.name) private readonly profiles: Model<ProfileDocument>,
    private readonly accounts: Accounts,
    private readonly vendor: VendorDetails,
    private readonly clock: Clock,
  ) {}

  /** Empty also for an account that was not heard of yet. */
  async get({ accountId }: DataOf<typeof GetBillingProfile>): Promise<BillingProfile> {
    return this.shown(await this.of(accountId));
  }

  /** Throws 404 `not_found`, 409 `invalid_state` when the account is closed. */
  async set({ accountId, ...profile }: DataOf<typeof SetBillingProfile>): Promise<BillingProfile> {
    await this.accounts.expectOpen(accountId);
    return this.change(accountId, { ...profile, updatedAt: this.clock.now() });
  }

  /** Throws 404 `not_found`. An account that is closed may still have an invoice to come. */
  async setTax({
    accountId,
    rate: taxRate,
    reverseCharge,
    note: taxNote,
  }: DataOf<typeof SetAccountTax>): Promise<BillingProfile> {
    await this.accounts.expectKnown(accountId);
    return this.change(accountId, { taxRate, reverseCharge, taxNote });
  }

  /** As they stand on an invoice that is issued now. */
  async forInvoice(accountId: string, vendor: Vendor): Promise<{ buyer: InvoiceBuyer; tax: AccountTax }> {
    const profile = await this.of(accountId);
    const { legalName: name, addressLines, country, taxId, email } = profile;
    return {
      buyer: { accountId, name, addressLines, country, taxId, email },
      tax: taxOf(profile, vendor),
    };
  }

  private async change(accountId: string, $set: Partial<ProfileDocument>): Promise<BillingProfile> {
    const changed = await this.profiles
      .findOneAndUpdate(
        { _id: accountId },
        { $set, $inc: { version: 1 } },
        { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true },
      )
      .orFail()
      .lean<ProfileDocument>();
    return this.shown(changed);
  }

  private async of(accountId: string): Promise<ProfileDocument> {
    const found = await this.profiles.findById(accountId).lean<ProfileDocument | null>();
    return found ?? { ...UNKNOWN, _id: accountId };
  }

  private shown(profile: ProfileDocument): BillingProfile {
    const { legalName, addressLines, country, taxId, email, updatedAt } = profile;
    return {
      ...{ legalName, addressLines, country, taxId, email },
      updatedAt: updatedAt?.toISOString() ?? null,
      tax: taxOf(profile, this.vendor.known),
    };
  }
}

const UNKNOWN: Omit<ProfileDocument, '_id'> = {
  legalName: null,
  addressLines: [],
  country: null,
  taxId: null,
  email: null,
  updatedAt: null,
  taxRate: null,
  reverseCharge: false,
  taxNote: null,
  version: 0,
};

/** Under reverse charge nothing is added, and the invoice says who owes the tax. */
function taxOf(
  { taxRate, reverseCharge, taxNote }: Pick<ProfileDocument, 'taxRate' | 'reverseCharge' | 'taxNote'>,
  vendor: Vendor | null,
): AccountTax {
  if (reverseCharge) return { rate: '0', reverseCharge, note: taxNote ?? vendor?.reverseChargeNote ?? null };
  return { rate: taxRate ?? vendor?.taxRate ?? '0', reverseCharge, note: taxNote };
}

import type { ModelDefinition } from '@nestjs/mongoose';
import { ProfileHandlers } from '../profiles/profile.handlers.ts';
import { ProfileModel } from '../profiles/profile.model.ts';
import { Profiles } from '../profiles/profiles.ts';
import { ClosingSweep } from './closing-sweep.ts';
import { ClosingModel } from './closing.model.ts';
import { Closings } from './closings.ts';
import { Comparisons } from './comparisons.ts';
import { Corrections } from './corrections.ts';
import { DebtorModel } from './debtor.model.ts';
import { Debtors } from './debtors.ts';
import { Drafts } from './drafts.ts';
import { DueMonths } from './due-months.ts';
import { Dunning } from './dunning.ts';
import { InvoiceMails } from './invoice-mails.ts';
import { InvoiceHandlers } from './invoice.handlers.ts';
import { InvoiceModel } from './invoice.model.ts';
import { Invoices } from './invoices.ts';
import { Issuing } from './issuing.ts';
import { LineUsage } from './line-usage.ts';
import { MonthScanModel } from './month-scan.model.ts';
import { InvoiceNews } from './news.ts';
import { NumberSeriesModel } from './number-series.model.ts';
import { Numbers } from './numbers.ts';
import { Payments } from './payments.ts';
import { RecordedHours } from './recorded-hours.ts';

/** What billing is made of besides: invoices, and the profiles of whom they are for. */
export const invoicing = {
  models: [
    ProfileModel,
    InvoiceModel,
    ClosingModel,
    MonthScanModel,
    NumberSeriesModel,
    DebtorModel,
  ] satisfies ModelDefinition[],
  controllers: [InvoiceHandlers, ProfileHandlers],
  providers: [
    Profiles,
    RecordedHours,
    Comparisons,
    Drafts,
    Numbers,
    Issuing,
    Closings,
    DueMonths,
    Invoices,
    LineUsage,
    Payments,
    Debtors,
    Corrections,
    Dunning,
    InvoiceMails,
    InvoiceNews,
    ClosingSweep,
  ],
};

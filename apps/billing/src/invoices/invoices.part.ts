import type { Part } from '../part.ts';
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
import { VendorDetails, type Vendor } from './vendor.ts';

/**
 * Closes months, and knows for whom invoices are. Answers `ListInvoices`, `GetInvoice`, `ListInvoiceLineUsage`, `CloseMonth`, `PayInvoice`,
 * `VoidInvoice`, `GetBillingProfile`, `SetBillingProfile`, `SetAccountTax`. Publishes `InvoiceIssued`, `InvoicePaid`, `InvoicePastDue`, `InvoiceVoided`,
 * and outside `UsageInvoiced` and `UsageInvoiceVoided`; orders `SendInvoiceMail` and `SetDebtStanding`. Owns `invoices`, `closings`, `month_scans`,
 * `number_series`, `debtors` and `billing_profiles`.
 */
export const invoices = (vendor: Vendor | null): Part => ({
  models: [ProfileModel, InvoiceModel, ClosingModel, MonthScanModel, NumberSeriesModel, DebtorModel],
  controllers: [InvoiceHandlers, ProfileHandlers],
  providers: [
    { provide: VendorDetails, useValue: new VendorDetails(vendor) },
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
});

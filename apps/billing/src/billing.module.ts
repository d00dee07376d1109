import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CatalogCopyModule } from '@berth/catalog-copy';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import { AccountHandlers } from './accounts/account.handlers.ts';
import { AccountModel } from './accounts/account.model.ts';
import { Accounts } from './accounts/accounts.ts';
import { BudgetWatch } from './budgets/budget-watch.ts';
import { BudgetHandlers } from './budgets/budget.handlers.ts';
import { BudgetModel } from './budgets/budget.model.ts';
import { Budgets } from './budgets/budgets.ts';
import { HintModel } from './budgets/hint.model.ts';
import { BudgetHints } from './budgets/hints.ts';
import { Notices } from './budgets/notices.ts';
import { Spending } from './budgets/spending.ts';
import { Config } from './config.ts';
import { CostHandlers } from './costs/cost.handlers.ts';
import { Costs } from './costs/costs.ts';
import { CreditHandlers } from './credits/credit.handlers.ts';
import { CreditModel } from './credits/credit.model.ts';
import { Credits } from './credits/credits.ts';
import { FeedHandlers } from './feed/feed.handlers.ts';
import { Replaying } from './feed/replaying.ts';
import { UsageFeed } from './feed/usage-feed.ts';
import { ReplayModel } from './feed/usage-replay.model.ts';
import { UsageReplays } from './feed/usage-replays.ts';
import { documenting } from './invoice-documents/documenting.ts';
import { invoicing } from './invoices/invoicing.ts';
import { VendorDetails } from './invoices/vendor.ts';
import { MonthUsage } from './rating/month-usage.ts';
import { Usages } from './rating/usages.ts';
import { Billed } from './reconciliation/billed.ts';
import { CostReports } from './reconciliation/cost-reports.ts';
import { ReconciledServerModel } from './reconciliation/reconciled-server.model.ts';
import { ReconciliationHandlers } from './reconciliation/reconciliation.handlers.ts';
import { ReconciliationModel } from './reconciliation/reconciliation.model.ts';
import { Reconciliations } from './reconciliation/reconciliations.ts';
import { Reconciling } from './reconciliation/reconciling.ts';
import { Agreements } from './terms/agreements.ts';
import { TermsHandlers } from './terms/terms.handlers.ts';
import { TermsModel } from './terms/terms.model.ts';
import { Terms } from './terms/terms.ts';
import { FactModel } from './usage/fact.model.ts';
import { Facts } from './usage/facts.ts';
import { Intervals } from './usage/interval-store.ts';
import { IntervalModel } from './usage/interval.model.ts';
import { LedgerModel } from './usage/ledger.model.ts';
import { Ledgers } from './usage/ledgers.ts';
import { Metering } from './usage/metering.ts';
import { RecordModel } from './usage/record.model.ts';
import { Records } from './usage/records.ts';
import { ServerMonthModel } from './usage/server-month.model.ts';
import { ServerMonths } from './usage/server-months.ts';
import { UsageList } from './usage/usage-list.ts';
import { UsageSweep } from './usage/usage-sweep.ts';
import { UsageHandlers } from './usage/usage.handlers.ts';
import { Declarations } from './voids/declarations.ts';
import { VoidHandlers } from './voids/void.handlers.ts';
import { VoidModel } from './voids/void.model.ts';
import { Voids } from './voids/voids.ts';

/**
 * Answers `ListUsage`, `GetCosts`, `ListCredits`, `GrantCredit`, `WithdrawCredit`, `ListVoids`, `DeclareVoid`, `WithdrawVoid`, `GetTerms`,
 * `DecideTerms`, `ReadUsageFeed`, `StartUsageReplay` and what belongs to it. Obeys `SendTerms`. Consumes every event of `SERVER_EVENTS`, and
 * `AccountChanged`. Publishes `UsageRecorded`, `TermsChanged`. Owns `facts`, `intervals`, `usage_records`, `server_months`, `ledgers` (one per
 * server), `voids`, `credits`, `terms`, `usage_replays`; keeps copies of the catalog and of which `accounts` there are.
 *
 * Of budgets: answers `GetBudget`, `SetBudget`, `RemoveBudget`, obeys `SendBudgetSnapshots`, consumes `AccountDeleted`, publishes `BudgetCrossed` and
 * `BudgetChanged`, sends `SendBudgetMail` and `RecordAuditEvent`; owns `budgets` and `budget_hints`.
 *
 * Closes months: answers `ListInvoices`, `GetInvoice`, `ListInvoiceLineUsage`, `CloseMonth`, `PayInvoice`, `VoidInvoice`, `GetBillingProfile`,
 * `SetBillingProfile`, `SetAccountTax`. Publishes `InvoiceIssued`, `InvoicePaid`, `InvoicePastDue`, `InvoiceVoided`, and outside `UsageInvoiced` and
 * `UsageInvoiceVoided`; orders `SendInvoiceMail` and `SetDebtStanding`. Owns `invoices`, `closings`, `month_scans`, `number_series`, `debtors` and
 * `billing_profiles`.
 * Answers `ListUsage`, `GetCosts`, `ListCredits`, `GrantCredit`, `WithdrawCredit`. Consumes every event of `SERVER_EVENTS`, and `AccountChanged`.
 * Publishes `UsageRecorded`. Owns `facts`, `intervals`, `usage_records`, `ledgers` (one per server), `credits`; keeps copies of the
 * catalog and of which `accounts` there are. Gives usage out again: `ReadUsageFeed`, and `StartUsageReplay` with its list; owns `usage_replays`.
 * Compares what AWS charges with what is billed: `StartReconciliation` with its lists; owns `reconciliations` and `reconciled_servers`.
 *
 * Keeps documents of invoices in S3, and answers `GetInvoiceDocument`. Owns `document_failures`.
 */
@Module({})
export class BillingModule {
  static forRoot(config: Config, database = 'berth_billing'): DynamicModule {
    const documents = documenting(config.invoiceBucket);
    return {
      module: BillingModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({ service: 'billing', amqpUrl: config.amqpUrl, passportKeys: config.passportKeys }),
        CatalogCopyModule.forRoot('billing'),
        MongooseModule.forFeature([
          AccountModel,
          BudgetModel,
          HintModel,
          CreditModel,
          ReplayModel,
          ReconciledServerModel,
          ReconciliationModel,
          TermsModel,
          FactModel,
          IntervalModel,
          LedgerModel,
          RecordModel,
          ServerMonthModel,
          VoidModel,
          ...documents.models,
          ...invoicing.models,
        ]),
      ],
      controllers: [
        AccountHandlers,
        BudgetHandlers,
        CostHandlers,
        CreditHandlers,
        FeedHandlers,
        ReconciliationHandlers,
        TermsHandlers,
        UsageHandlers,
        VoidHandlers,
        ...documents.controllers,
        ...invoicing.controllers,
      ],
      providers: [
        Accounts,
        BudgetWatch,
        Budgets,
        BudgetHints,
        Notices,
        Spending,
        { provide: Config, useValue: config },
        Costs,
        Credits,
        Replaying,
        UsageFeed,
        UsageReplays,
        { provide: VendorDetails, useValue: new VendorDetails(config.vendor) },
        MonthUsage,
        Usages,
        Billed,
        CostReports,
        Reconciliations,
        Reconciling,
        Agreements,
        Terms,
        Facts,
        Intervals,
        Ledgers,
        Metering,
        Records,
        ServerMonths,
        UsageList,
        UsageSweep,
        Declarations,
        Voids,
        ...documents.providers,
        ...invoicing.providers,
      ],
    };
  }
}

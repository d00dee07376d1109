import type {
  AccountStatus,
  AppliedPrices,
  AuditEvent,
  BookedPrices,
  BillingProfile,
  Budget,
  Credit,
  Credits,
  CustomerAccount,
  DeadLetter,
  DeadLetterDetails,
  Fleet,
  FoundAccount,
  Invoice,
  InvoiceFormat,
  InvoiceLineUsage,
  InvoiceSummary,
  Limits,
  Me,
  Member,
  NewCredit,
  NewVoid,
  NewTerms,
  NewReconciliation,
  NewUsageReplay,
  PricePreview,
  Quota,
  ReconciledServer,
  Reconciliation,
  ReconciliationFlag,
  Server,
  StuckThing,
  Terms,
  Void,
  UsageFeed,
  UsageReplay,
} from '@berth/contracts';
import { get, LONGEST, post, type ApiCall, type Page } from './call.ts';

/** How an account’s invoices are taxed; the rate null: as the vendor taxes everybody. */
export interface NewAccountTax {
  rate: string | null;
  reverseCharge: boolean;
  note: string | null;
}

/** Those that only staff may make. */
export const staffCalls = {
  findAccounts: (filter: { q?: string; status?: AccountStatus | undefined } = {}) =>
    get<Page<FoundAccount>>('/v1/admin/accounts', { ...filter, limit: 50 }),
  account: (id: string) => get<CustomerAccount>(`/v1/admin/accounts/${id}`),
  updateAccount: (id: string, quota: Quota): ApiCall<CustomerAccount> => ({
    method: 'PATCH',
    path: `/v1/admin/accounts/${id}`,
    body: { quota },
  }),
  accountMembers: (id: string) => get<Page<Member>>(`/v1/admin/accounts/${id}/members`, { limit: LONGEST }),
  accountServers: (id: string, includeTerminated?: 'true') =>
    get<Page<Server>>(`/v1/admin/accounts/${id}/servers`, { includeTerminated, limit: LONGEST }),
  accountLimits: (id: string) => get<Limits>(`/v1/admin/accounts/${id}/limits`),
  accountAuditEvents: (account: string) =>
    get<Page<AuditEvent>>('/v1/admin/audit-events', { account, limit: 50 }),
  accountBudget: (id: string) => get<Budget>(`/v1/admin/accounts/${id}/budget`),
  accountCredits: (id: string) => get<Credits>(`/v1/admin/accounts/${id}/credits`, { limit: LONGEST }),
  grantCredit: (id: string, credit: NewCredit) => post<Credit>(`/v1/admin/accounts/${id}/credits`, credit),
  withdrawCredit: (id: string, creditId: string) =>
    post<Credit>(`/v1/admin/accounts/${id}/credits/${creditId}/withdraw`),
  accountVoids: (id: string) => get<Page<Void>>(`/v1/admin/accounts/${id}/voids`, { limit: LONGEST }),
  declareVoid: (id: string, declared: NewVoid) => post<Void>(`/v1/admin/accounts/${id}/voids`, declared),
  withdrawVoid: (id: string, voidId: string) =>
    post<Void>(`/v1/admin/accounts/${id}/voids/${voidId}/withdraw`),
  accountTerms: (id: string) => get<Terms>(`/v1/admin/accounts/${id}/terms`),
  updateAccountTerms: (id: string, body: NewTerms): ApiCall<Terms> => ({
    method: 'PATCH',
    path: `/v1/admin/accounts/${id}/terms`,
    body,
  }),
  prices: () => get<BookedPrices>('/v1/admin/prices'),
  previewPrices: (yaml: string): ApiCall<PricePreview> => ({
    method: 'POST',
    path: '/v1/admin/prices/preview',
    body: { yaml },
  }),
  applyPrices: (yaml: string, basedOnRevision: number) =>
    post<AppliedPrices>('/v1/admin/prices', { yaml, basedOnRevision }),
  accountInvoices: (id: string) =>
    get<Page<InvoiceSummary>>(`/v1/admin/accounts/${id}/invoices`, { limit: LONGEST }),
  accountInvoice: (id: string, invoiceId: string) =>
    get<Invoice>(`/v1/admin/accounts/${id}/invoices/${invoiceId}`),
  accountInvoiceFile: (id: string, invoiceId: string, format: InvoiceFormat) =>
    get(`/v1/admin/accounts/${id}/invoices/${invoiceId}`, { format }),
  accountInvoiceLineUsage: (id: string, invoiceId: string, line: number) =>
    get<Page<InvoiceLineUsage>>(`/v1/admin/accounts/${id}/invoices/${invoiceId}/lines/${line}/usage`, {
      limit: LONGEST,
    }),
  closeMonth: (id: string, month: string) => post<Invoice>(`/v1/admin/accounts/${id}/invoices`, { month }),
  payInvoice: (id: string, payment: { reference: string; amount?: string }) =>
    post<Invoice>(`/v1/admin/invoices/${id}/pay`, payment),
  voidInvoice: (id: string, reason: string) => post<Invoice>(`/v1/admin/invoices/${id}/void`, { reason }),
  accountBillingProfile: (id: string) => get<BillingProfile>(`/v1/admin/accounts/${id}/billing-profile`),
  setAccountTax: (id: string, body: NewAccountTax): ApiCall<BillingProfile> => ({
    method: 'PUT',
    path: `/v1/admin/accounts/${id}/tax`,
    body,
  }),
  suspendAccount: (id: string) => post<Me['account']>(`/v1/admin/accounts/${id}/suspend`),
  reinstateAccount: (id: string) => post<Me['account']>(`/v1/admin/accounts/${id}/reinstate`),

  fleet: () => get<Fleet>('/v1/admin/fleet'),
  stuck: () => get<Page<StuckThing> & { unanswered: string[] }>('/v1/admin/stuck', { limit: LONGEST }),
  nudge: (id: string) => post<StuckThing>(`/v1/admin/stuck/${id}/nudge`),
  deadLetters: () =>
    get<{ items: DeadLetter[]; total: number; unanswered: string[] }>('/v1/admin/dead-letters', {
      limit: LONGEST,
    }),
  deadLetter: (service: string, id: string) =>
    get<DeadLetterDetails>(`/v1/admin/dead-letters/${service}/${encodeURIComponent(id)}`),
  replay: (service: string, id: string) =>
    post<{ replayed: number }>(`/v1/admin/dead-letters/${service}/${encodeURIComponent(id)}/replay`),
  usageFeed: () => get<UsageFeed>('/v1/admin/usage', { limit: LONGEST }),
  usageReplays: () => get<Page<UsageReplay>>('/v1/admin/usage/replays', { limit: 50 }),
  usageReplay: (id: string) => get<UsageReplay>(`/v1/admin/usage/replays/${id}`),
  startUsageReplay: (replay: NewUsageReplay) => post<UsageReplay>('/v1/admin/usage/replays', replay),
  cancelUsageReplay: (id: string): ApiCall<UsageReplay> => ({
    method: 'DELETE',
    path: `/v1/admin/usage/replays/${id}`,
  }),
  reconciliations: () => get<Page<Reconciliation>>('/v1/admin/reconciliations', { limit: 50 }),
  reconciliation: (id: string) => get<Reconciliation>(`/v1/admin/reconciliations/${id}`),
  startReconciliation: (of: NewReconciliation) => post<Reconciliation>('/v1/admin/reconciliations', of),
  reconciledServers: (id: string, flag?: ReconciliationFlag) =>
    get<Page<ReconciledServer>>(`/v1/admin/reconciliations/${id}/servers`, { flag, limit: 100 }),

  replayAll: (service: string) => post<{ replayed: number }>(`/v1/admin/dead-letters/${service}/replay`),
};

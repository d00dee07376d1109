import type {
  Accepted,
  AccountStatus,
  ApiToken,
  AppliedPrices,
  AuditEvent,
  AuditFilter,
  Budget,
  BudgetBody,
  BookedPrices,
  BillingProfile,
  Closing,
  CostGrouping,
  Costs,
  Credit,
  Credits,
  CustomerAccount,
  DeadLetter,
  DeadLetterDetails,
  Fleet,
  FoundAccount,
  HostnameCheck,
  Invitation,
  Invoice,
  InvoiceFormat,
  InvoiceLineUsage,
  InvoiceSummary,
  LaunchServerBody,
  Limits,
  ListedSession,
  Me,
  Member,
  NewCredit,
  NewVoid,
  NewTerms,
  NewReconciliation,
  NewUsageReplay,
  OfferedCatalog,
  Operation,
  PricePreview,
  Quota,
  Quote,
  QuoteBody,
  ReadInvitation,
  ReconciledServer,
  Reconciliation,
  ReconciliationFlag,
  RecoveryCodes,
  ReplyOf,
  Role,
  SecondFactorDetails,
  Server,
  StuckThing,
  StaffMe,
  Terms,
  TimelineEntry,
  TokenScope,
  TotpSecret,
  Void,
  UsageFeed,
  UsageReplay,
} from '@berth/contracts';
import { get, post, type ApiCall } from './call.ts';

/** Whom an account's next invoices are for. */
export type NewBillingProfile = Pick<BillingProfile, 'addressLines' | 'taxId' | 'email'> & {
  legalName: string;
  country: string;
};
/** How they are taxed; the rate null: as the vendor taxes everybody. */
export interface NewAccountTax {
  rate: string | null;
  reverseCharge: boolean;
  note: string | null;
}

/** What an invitation is to, for who holds its secret. */
export type OpenInvitation = ReplyOf<typeof ReadInvitation>;

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The longest page that the API gives. */
const LONGEST = 200;

/** Every call of the console, by what it is for; paths and shapes are those of `routes` in contracts. */
export const calls = {
  limits: () => get<Limits>('/v1/limits'),
  me: () => get<Me | StaffMe>('/v1/me'),
  signUp: (body: {
    email: string;
    password: string;
    name: string;
    accountName?: string;
    invitation?: string;
  }) => post<Me>('/v1/signup', body),
  logIn: (body: { email: string; password: string; code?: string }): ApiCall<{ id: string }> => ({
    method: 'POST',
    path: '/v1/sessions',
    body,
  }),
  logOut: (): ApiCall<null> => ({ method: 'DELETE', path: '/v1/sessions/current' }),
  members: () => get<Page<Member>>('/v1/members', { limit: LONGEST }),
  updateMember: (id: string, role: Role): ApiCall<Member> => ({
    method: 'PATCH',
    path: `/v1/members/${id}`,
    body: { role },
  }),
  removeMember: (id: string): ApiCall<null> => ({ method: 'DELETE', path: `/v1/members/${id}` }),
  leaveAccount: (): ApiCall<null> => ({ method: 'DELETE', path: '/v1/members/me' }),
  invitations: () => get<Page<Invitation>>('/v1/invitations', { limit: LONGEST }),
  invite: (body: { email: string; role: Role }) =>
    post<Invitation & { token: string }>('/v1/invitations', body),
  revokeInvitation: (id: string): ApiCall<null> => ({ method: 'DELETE', path: `/v1/invitations/${id}` }),
  readInvitation: (invitation: string): ApiCall<OpenInvitation> => ({
    method: 'POST',
    path: '/v1/invitations/read',
    body: { invitation },
  }),
  acceptInvitation: (invitation: string): ApiCall<Member & { account: Me['account'] }> => ({
    method: 'POST',
    path: '/v1/members',
    body: { invitation },
  }),
  ownAccounts: () => get<{ items: { account: Me['account']; role: Role }[] }>('/v1/accounts'),
  switchAccount: (accountId: string): ApiCall<{ id: string }> => ({
    method: 'PATCH',
    path: '/v1/sessions/current',
    body: { accountId },
  }),

  auditEvents: (filter: { [name in keyof AuditFilter]?: string }) =>
    get<Page<AuditEvent>>('/v1/audit-events', filter),
  exportAuditEvents: (format: 'csv' | 'json', span: { from?: string; to?: string }) =>
    get('/v1/audit-events/export', { format, ...span }),

  closeAccount: (body: { password: string; accountName: string }): ApiCall<Closing> => ({
    method: 'POST',
    path: '/v1/account/close',
    body,
  }),
  reopenAccount: (): ApiCall<Me['account']> => ({ method: 'POST', path: '/v1/account/reopen', body: {} }),
  exportAccount: () => get('/v1/account/export'),

  sessions: () => get<Page<ListedSession>>('/v1/sessions', { limit: LONGEST }),
  endSession: (id: string): ApiCall<null> => ({ method: 'DELETE', path: `/v1/sessions/${id}` }),
  endSessions: (): ApiCall<null> => ({ method: 'DELETE', path: '/v1/sessions' }),
  changePassword: (body: { currentPassword: string; newPassword: string }): ApiCall<null> => ({
    method: 'POST',
    path: '/v1/me/password',
    body,
  }),
  secondFactor: () => get<SecondFactorDetails>('/v1/me/second-factor'),
  beginTotp: (body: { password: string }): ApiCall<TotpSecret> => ({
    method: 'POST',
    path: '/v1/me/second-factor/totp',
    body,
  }),
  confirmTotp: (body: { code: string }): ApiCall<RecoveryCodes> => ({
    method: 'POST',
    path: '/v1/me/second-factor/totp/confirm',
    body,
  }),
  removeTotp: (body: { password: string; code: string }): ApiCall<null> => ({
    method: 'POST',
    path: '/v1/me/second-factor/totp/remove',
    body,
  }),
  renewRecoveryCodes: (body: { password: string; code: string }): ApiCall<RecoveryCodes> => ({
    method: 'POST',
    path: '/v1/me/second-factor/recovery-codes',
    body,
  }),
  resendVerification: (): ApiCall<null> => ({ method: 'POST', path: '/v1/email-verifications', body: {} }),
  confirmEmail: (secret: string): ApiCall<{ email: string }> => ({
    method: 'POST',
    path: '/v1/email-verifications/confirm',
    body: { secret },
  }),
  requestPasswordReset: (body: { email: string }): ApiCall<null> => ({
    method: 'POST',
    path: '/v1/password-resets',
    body,
  }),
  resetPassword: (body: { secret: string; password: string }): ApiCall<null> => ({
    method: 'POST',
    path: '/v1/password-resets/confirm',
    body,
  }),
  requestEmailChange: (body: { email: string; password: string }): ApiCall<null> => ({
    method: 'POST',
    path: '/v1/email-changes',
    body,
  }),
  confirmEmailChange: (secret: string): ApiCall<{ email: string }> => ({
    method: 'POST',
    path: '/v1/email-changes/confirm',
    body: { secret },
  }),
  updateMe: (body: { name: string }): ApiCall<Me['user']> => ({ method: 'PATCH', path: '/v1/me', body }),

  tokens: () => get<Page<ApiToken>>('/v1/tokens', { limit: LONGEST }),
  createToken: (body: { name: string; expiresAt?: string; scopes?: TokenScope[]; networks?: string[] }) =>
    post<ApiToken & { token: string }>('/v1/tokens', body),
  revokeToken: (id: string): ApiCall<null> => ({ method: 'DELETE', path: `/v1/tokens/${id}` }),

  catalog: () => get<OfferedCatalog>('/v1/catalog'),
  quote: (body: QuoteBody): ApiCall<Quote> => ({ method: 'POST', path: '/v1/quotes', body }),
  hostname: (name: string) => get<HostnameCheck>(`/v1/hostnames/${encodeURIComponent(name)}`),

  servers: ({
    includeTerminated,
    ...filter
  }: { includeTerminated?: boolean; q?: string; tag?: string } = {}) =>
    get<Page<Server>>('/v1/servers', {
      limit: LONGEST,
      ...filter,
      includeTerminated: includeTerminated ? 'true' : undefined,
    }),
  server: (id: string) => get<Server>(`/v1/servers/${id}`),
  timeline: (id: string) => get<Page<TimelineEntry>>(`/v1/servers/${id}/timeline`, { limit: LONGEST }),
  launch: (body: LaunchServerBody) => post<Accepted>('/v1/servers', body),
  act: (id: string, action: 'pause' | 'resume' | 'restart') =>
    post<Accepted>(`/v1/servers/${id}/actions/${action}`),
  retry: (id: string, body: { zone?: string; size?: string } = {}) =>
    post<Accepted>(`/v1/servers/${id}/actions/retry`, body),
  terminate: (id: string): ApiCall<Accepted> => ({
    method: 'DELETE',
    path: `/v1/servers/${id}`,
    idempotencyKey: crypto.randomUUID(),
  }),
  update: (
    id: string,
    body: { name?: string; tags?: Record<string, string>; protected?: boolean },
    ifMatch?: string,
  ): ApiCall<Server> => ({ method: 'PATCH', path: `/v1/servers/${id}`, body, ...(ifMatch && { ifMatch }) }),

  operation: (id: string) => get<Operation>(`/v1/operations/${id}`),
  operations: (server: string) => get<Page<Operation>>('/v1/operations', { server, limit: 20 }),
  /** Those of all servers that went well, newest first. */
  recentOperations: () => get<Page<Operation>>('/v1/operations', { status: 'succeeded', limit: LONGEST }),
  cancel: (id: string) => post<Operation>(`/v1/operations/${id}/cancel`),

  costs: (query: { month?: string; groupBy: CostGrouping; server?: string }) =>
    get<Costs>('/v1/costs', { ...query, limit: LONGEST }),
  credits: () => get<Credits>('/v1/credits', { limit: LONGEST }),
  voids: () => get<Page<Void>>('/v1/usage/voids', { limit: LONGEST }),
  budget: () => get<Budget>('/v1/budget'),
  setBudget: (body: BudgetBody, ifMatch?: string): ApiCall<Budget> => ({
    method: 'PUT',
    path: '/v1/budget',
    body,
    ...(ifMatch && { ifMatch }),
  }),
  removeBudget: (ifMatch?: string): ApiCall<Budget> => ({
    method: 'DELETE',
    path: '/v1/budget',
    ...(ifMatch && { ifMatch }),
  }),
  terms: () => get<Terms>('/v1/terms'),

  invoices: () => get<Page<InvoiceSummary>>('/v1/invoices', { limit: 50 }),
  invoice: (id: string) => get<Invoice>(`/v1/invoices/${id}`),
  invoiceFile: (id: string, format: InvoiceFormat) => get(`/v1/invoices/${id}`, { format }),
  invoiceLineUsage: (id: string, line: number) =>
    get<Page<InvoiceLineUsage>>(`/v1/invoices/${id}/lines/${line}/usage`, { limit: LONGEST }),
  billingProfile: () => get<BillingProfile>('/v1/billing-profile'),
  setBillingProfile: (body: NewBillingProfile): ApiCall<BillingProfile> => ({
    method: 'PUT',
    path: '/v1/billing-profile',
    body,
  }),

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
  payInvoice: (id: string, reference: string) => post<Invoice>(`/v1/admin/invoices/${id}/pay`, { reference }),
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

import type {
  Accepted,
  ApiToken,
  AuditEvent,
  AuditFilter,
  Budget,
  BudgetBody,
  BillingProfile,
  Closing,
  CostGrouping,
  Costs,
  Credits,
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
  OfferedCatalog,
  Operation,
  Quote,
  QuoteBody,
  ReadInvitation,
  RecoveryCodes,
  ReplyOf,
  Role,
  SecondFactorDetails,
  Server,
  StaffMe,
  Terms,
  TimelineEntry,
  TokenScope,
  TotpSecret,
  Void,
} from '@berth/contracts';
import { get, LONGEST, post, type ApiCall, type Page } from './call.ts';
import { staffCalls } from './staff-calls.ts';

export type { Page } from './call.ts';

/** Whom an account's next invoices are for. */
export type NewBillingProfile = Pick<BillingProfile, 'addressLines' | 'taxId' | 'email'> & {
  legalName: string;
  country: string;
};

/** What an invitation is to, for who holds its secret. */
export type OpenInvitation = ReplyOf<typeof ReadInvitation>;

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

  ...staffCalls,
};

import { z } from 'zod';
import { BillingProfile, NewAccountTax, NewBillingProfile } from '../billing-profiles.ts';
import { AccountId, InvoiceId } from '../fields.ts';
import { INVOICE_MEDIA_TYPES } from '../invoice-documents.ts';
import {
  CloseMonthBody,
  INVOICE_FORMATS,
  Invoice,
  InvoiceContent,
  InvoiceLineUsage,
  InvoiceSummary,
  PayInvoiceBody,
  VoidInvoiceBody,
} from '../invoices.ts';
import { page } from '../page.ts';
import { PageQuery, wholeNumberInPath } from './query.ts';
import { route } from './route.ts';

const InvoiceParams = z.strictObject({ id: InvoiceId });
const AccountParams = z.strictObject({ id: AccountId });
const OfAccountParams = AccountParams.extend({ invoiceId: InvoiceId });
/** For links, which cannot say what they accept: the file as it is kept. */
const FileQuery = z.strictObject({ format: z.enum(INVOICE_FORMATS).optional() });
/** The invoice as it stands, or a file that was made of it when it was issued. */
const invoiceOrFile = {
  status: 200,
  body: Invoice,
  files: {
    [INVOICE_MEDIA_TYPES.pdf]: z.string(),
    [INVOICE_MEDIA_TYPES.csv]: z.string(),
    [INVOICE_MEDIA_TYPES.json]: InvoiceContent,
  },
} as const;
const line = { n: wholeNumberInPath(1, 1_000_000) };

/** Invoices, whom they are for, and what staff do about them. */
export const invoiceRoutes = {
  listInvoices: route({
    method: 'GET',
    path: '/v1/invoices',
    summary: 'List the account’s invoices and credit notes, newest first',
    tag: 'Invoices',
    permission: 'usage:read',
    query: PageQuery,
    success: { status: 200, body: page(InvoiceSummary) },
    problems: ['invalid_cursor'],
  }),
  getInvoice: route({
    method: 'GET',
    path: '/v1/invoices/{id}',
    summary:
      'Read an invoice or a credit note: as JSON with what has become of it, or by `Accept` as PDF or CSV; `format` downloads the file that was made of it',
    tag: 'Invoices',
    permission: 'usage:read',
    params: InvoiceParams,
    query: FileQuery,
    success: invoiceOrFile,
    problems: ['not_found', 'not_acceptable'],
  }),
  listInvoiceLineUsage: route({
    method: 'GET',
    path: '/v1/invoices/{id}/lines/{n}/usage',
    summary: 'List the usage records that a line of an invoice was made of, oldest first',
    tag: 'Invoices',
    permission: 'usage:read',
    params: InvoiceParams.extend(line),
    query: PageQuery,
    success: { status: 200, body: page(InvoiceLineUsage) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  getBillingProfile: route({
    method: 'GET',
    path: '/v1/billing-profile',
    summary: 'Read whom the account’s invoices are for, and how they are taxed',
    tag: 'Invoices',
    permission: 'usage:read',
    success: { status: 200, body: BillingProfile },
    problems: [],
  }),
  setBillingProfile: route({
    method: 'PUT',
    path: '/v1/billing-profile',
    summary: 'Say whom the account’s next invoices are for',
    tag: 'Invoices',
    permission: 'billing:write',
    body: NewBillingProfile,
    success: { status: 200, body: BillingProfile },
    problems: ['not_found', 'invalid_state'],
  }),
  listAccountInvoices: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/invoices',
    summary: 'List the invoices and credit notes of an account, newest first',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    query: PageQuery,
    success: { status: 200, body: page(InvoiceSummary) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  getAccountInvoice: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/invoices/{invoiceId}',
    summary: 'Read an invoice or a credit note of an account, in the same forms as its people do',
    tag: 'Staff',
    permission: 'staff:read',
    params: OfAccountParams,
    query: FileQuery,
    success: invoiceOrFile,
    problems: ['not_found', 'not_acceptable'],
  }),
  listAccountInvoiceLineUsage: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/invoices/{invoiceId}/lines/{n}/usage',
    summary: 'List the usage records that a line of an account’s invoice was made of, oldest first',
    tag: 'Staff',
    permission: 'staff:read',
    params: OfAccountParams.extend(line),
    query: PageQuery,
    success: { status: 200, body: page(InvoiceLineUsage) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  closeMonth: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/invoices',
    summary:
      'Close a month of an account that is over without waiting, or again after its invoice was voided',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: CloseMonthBody,
    idempotency: 'optional',
    success: { status: 201, body: Invoice },
    problems: ['not_found', 'period_open', 'invalid_state'],
  }),
  payInvoice: route({
    method: 'POST',
    path: '/v1/admin/invoices/{id}/pay',
    summary: 'Note what was paid of an invoice, all of it or a part',
    tag: 'Staff',
    permission: 'staff:write',
    params: InvoiceParams,
    body: PayInvoiceBody,
    idempotency: 'optional',
    success: { status: 200, body: Invoice },
    problems: ['not_found', 'invalid_state'],
  }),
  voidInvoice: route({
    method: 'POST',
    path: '/v1/admin/invoices/{id}/void',
    summary: 'Make an invoice void of which nothing is paid, and give back the credit it took',
    tag: 'Staff',
    permission: 'staff:write',
    params: InvoiceParams,
    body: VoidInvoiceBody,
    success: { status: 200, body: Invoice },
    problems: ['not_found', 'invalid_state'],
  }),
  getAccountBillingProfile: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/billing-profile',
    summary: 'Read whom an account’s invoices are for, and how they are taxed',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    success: { status: 200, body: BillingProfile },
    problems: ['not_found'],
  }),
  setAccountTax: route({
    method: 'PUT',
    path: '/v1/admin/accounts/{id}/tax',
    summary: 'Say how an account’s next invoices are taxed',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: NewAccountTax,
    success: { status: 200, body: BillingProfile },
    problems: ['not_found'],
  }),
};

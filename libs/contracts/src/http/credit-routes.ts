import { z } from 'zod';
import { Credit, Credits, NewCredit } from '../credits.ts';
import { AccountId, CreditId } from '../fields.ts';
import { PageQuery } from './query.ts';
import { route } from './route.ts';

const AccountParams = z.strictObject({ id: AccountId });

/** What an account need not pay: shown to it, decided by staff. */
export const creditRoutes = {
  credits: route({
    method: 'GET',
    path: '/v1/credits',
    summary: 'List the account’s credits, newest first, and what remains of all of them',
    tag: 'Usage',
    permission: 'usage:read',
    query: PageQuery,
    success: { status: 200, body: Credits },
    problems: ['invalid_cursor'],
  }),
  listAccountCredits: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/credits',
    summary: 'List the credits of an account, newest first, and what remains of all of them',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    query: PageQuery,
    success: { status: 200, body: Credits },
    problems: ['not_found', 'invalid_cursor'],
  }),
  grantCredit: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/credits',
    summary: 'Give an account credit, which its invoices take first',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: NewCredit,
    idempotency: 'optional',
    success: { status: 201, body: Credit },
    problems: ['not_found', 'invalid_state'],
  }),
  withdrawCredit: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/credits/{creditId}/withdraw',
    summary: 'Take back what remains of a credit',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams.extend({ creditId: CreditId }),
    body: z.strictObject({}),
    success: { status: 200, body: Credit },
    problems: ['not_found', 'invalid_state'],
  }),
};

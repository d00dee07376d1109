import { z } from 'zod';
import { AccountId } from '../fields.ts';
import { NewTerms, Terms } from '../terms.ts';
import { route } from './route.ts';

const AccountParams = z.strictObject({ id: AccountId });

/** In which currency an account is billed, and at which prices: shown to it, decided by staff. */
export const termsRoutes = {
  terms: route({
    method: 'GET',
    path: '/v1/terms',
    summary: 'Read in which currency the account is billed, and its own prices',
    tag: 'Usage',
    permission: 'usage:read',
    success: { status: 200, body: Terms },
    problems: [],
  }),
  getAccountTerms: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/terms',
    summary: 'Read in which currency an account is billed, and its own prices',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    success: { status: 200, body: Terms },
    problems: ['not_found'],
  }),
  updateAccountTerms: route({
    method: 'PATCH',
    path: '/v1/admin/accounts/{id}/terms',
    summary: 'Change in which currency an account is billed, or its own prices, from the future on',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: NewTerms,
    success: { status: 200, body: Terms },
    problems: ['not_found', 'invalid_state', 'changed_meanwhile'],
  }),
};

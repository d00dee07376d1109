import { z } from 'zod';
import { AccountId, VoidId } from '../fields.ts';
import { page } from '../page.ts';
import { NewVoid, Void } from '../voids.ts';
import { PageQuery } from './query.ts';
import { route } from './route.ts';

const AccountParams = z.strictObject({ id: AccountId });

/** What of an account's usage is not billed: shown to it, decided by staff. */
export const voidRoutes = {
  listVoids: route({
    method: 'GET',
    path: '/v1/usage/voids',
    summary: 'List the minutes that were declared void and are not billed, newest first',
    tag: 'Usage',
    permission: 'usage:read',
    query: PageQuery,
    success: { status: 200, body: page(Void) },
    problems: ['invalid_cursor'],
  }),
  listAccountVoids: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/voids',
    summary: 'List the minutes of an account that were declared void, newest first',
    tag: 'Staff',
    permission: 'staff:read',
    params: AccountParams,
    query: PageQuery,
    success: { status: 200, body: page(Void) },
    problems: ['not_found', 'invalid_cursor'],
  }),
  declareVoid: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/voids',
    summary: 'Declare minutes of a server void, so that they are not billed',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams,
    body: NewVoid,
    idempotency: 'optional',
    success: { status: 201, body: Void },
    problems: ['not_found', 'invalid_state'],
  }),
  withdrawVoid: route({
    method: 'POST',
    path: '/v1/admin/accounts/{id}/voids/{voidId}/withdraw',
    summary: 'Have minutes billed again that were declared void',
    tag: 'Staff',
    permission: 'staff:write',
    params: AccountParams.extend({ voidId: VoidId }),
    body: z.strictObject({}),
    success: { status: 200, body: Void },
    problems: ['not_found', 'invalid_state'],
  }),
};

import { z } from 'zod';
import { ReconciliationId } from '../fields.ts';
import { page } from '../page.ts';
import {
  NewReconciliation,
  ReconciledServer,
  Reconciliation,
  ReconciliationFlag,
} from '../reconciliations.ts';
import { PageQuery } from './query.ts';
import { route } from './route.ts';

const ReconciliationParams = z.strictObject({ id: ReconciliationId });

/** What AWS charges against what is billed, for staff. */
export const reconciliationRoutes = {
  startReconciliation: route({
    method: 'POST',
    path: '/v1/admin/reconciliations',
    summary: 'Compare a Cost and Usage Report of AWS with what was billed in its month',
    tag: 'Staff',
    permission: 'staff:write',
    body: NewReconciliation,
    idempotency: 'optional',
    success: { status: 202, body: Reconciliation },
    problems: ['invalid_state'],
  }),
  listReconciliations: route({
    method: 'GET',
    path: '/v1/admin/reconciliations',
    summary: 'List comparisons with AWS, newest first',
    tag: 'Staff',
    permission: 'staff:read',
    query: PageQuery,
    success: { status: 200, body: page(Reconciliation) },
    problems: ['invalid_cursor'],
  }),
  getReconciliation: route({
    method: 'GET',
    path: '/v1/admin/reconciliations/{id}',
    summary: 'Read a comparison with AWS, and what it came to',
    tag: 'Staff',
    permission: 'staff:read',
    params: ReconciliationParams,
    success: { status: 200, body: Reconciliation },
    problems: ['not_found'],
  }),
  listReconciledServers: route({
    method: 'GET',
    path: '/v1/admin/reconciliations/{id}/servers',
    summary:
      'List what each server cost and was billed, those with flags first; with one flag if you name it',
    tag: 'Staff',
    permission: 'staff:read',
    params: ReconciliationParams,
    query: PageQuery.extend({ flag: ReconciliationFlag.optional() }),
    success: { status: 200, body: page(ReconciledServer) },
    problems: ['not_found', 'invalid_cursor'],
  }),
};

import { z } from 'zod';
import { AuditEvent, AuditFilter } from '../audit.ts';
import { page } from '../page.ts';
import { PageQuery } from './query.ts';
import { route } from './route.ts';

/** Who did what. */
export const auditRoutes = {
  listAuditEvents: route({
    method: 'GET',
    path: '/v1/audit-events',
    summary: 'List who did what in your account, or was not let, newest first',
    tag: 'Audit trail',
    permission: 'audit:read',
    query: PageQuery.extend(AuditFilter.shape),
    success: { status: 200, body: page(AuditEvent) },
    problems: ['invalid_cursor'],
  }),
  exportAuditEvents: route({
    method: 'GET',
    path: '/v1/audit-events/export',
    summary: 'Download the audit trail, or what of it lies in [from, to), as a file',
    tag: 'Audit trail',
    permission: 'audit:read',
    query: z.strictObject({
      ...AuditFilter.pick({ from: true, to: true }).shape,
      format: z.enum(['csv', 'json']).default('json'),
    }),
    success: {
      status: 200,
      body: null,
      files: { 'text/csv': z.string(), 'application/json': z.array(AuditEvent) },
    },
    problems: [],
  }),
};

import { z } from 'zod';
import { Month } from './costs.ts';
import { AccountId, Currency, Decimal, Instant, ReconciliationId, ServerId } from './fields.ts';
import { request } from './message.ts';
import { ofEachMeter } from './meters.ts';
import { page, pageRequest } from './page.ts';

/** What AWS charged for, in its currency; credits, refunds and discounts are adjustments, and mostly below 0. */
export const AwsCost = z.object({
  ...ofEachMeter(() => Decimal),
  other: Decimal,
  adjustments: Decimal,
  total: Decimal,
});
export type AwsCost = z.output<typeof AwsCost>;

/**
 * What is wrong with a server, by UTC hours; the hour before and the hour after one that was billed are those of launches and
 * terminations, and up to two hours beyond are let pass (docs/decisions/0041-reconciliation-with-aws.md).
 *
 * - `costs_without_being_billed`: AWS charged for an instance, a disk or a backup of it in hours in which the same was not billed.
 * - `unknown_server`: it carries the tag of our deployment, but no server's, or that of one we never heard of.
 * - `billed_without_cost`: it was billed in hours for which AWS charged nothing.
 */
export const ReconciliationFlag = z.enum([
  'costs_without_being_billed',
  'unknown_server',
  'billed_without_cost',
]);
export type ReconciliationFlag = z.output<typeof ReconciliationFlag>;

/** A server, or a resource that names none, in the month: what it cost and what was billed for it. */
export const ReconciledServer = z.object({
  /** Null for a resource with the tag of our deployment and no server's. */
  serverId: ServerId.nullable(),
  /** `vol-…` where there is no server's id. */
  resourceId: z.string().nullable(),
  accountId: AccountId.nullable(),
  awsCost: AwsCost,
  /** Exact, before rounding; in the currency of the account. */
  billed: Decimal,
  billedCurrency: Currency.nullable(),
  /** What was billed less what it cost; null when the currencies are two. */
  margin: Decimal.nullable(),
  flags: z.array(ReconciliationFlag),
  /** Hours that AWS charged and nobody was billed for, and the other way round, beyond those next to a billed one. */
  unbilledHours: z.number().int(),
  uncostedHours: z.number().int(),
});
export type ReconciledServer = z.output<typeof ReconciledServer>;

/** What a comparison came to. */
export const ReconciliationTotals = z.object({
  /** Of AWS. */
  currency: Currency,
  /** Lines of the report, those of others included. */
  lines: z.number().int(),
  /** Of what carries our deployment's tag. */
  awsCost: AwsCost,
  /** Of all else in the report: other deployments, taxes, and what nobody can tag. */
  elsewhere: Decimal,
  billed: z.array(z.object({ currency: Currency, amount: Decimal })),
  /** Null unless all is billed in the currency of AWS. */
  margin: Decimal.nullable(),
  servers: z.number().int(),
  /** How many of them have each flag; those that none has are left out. */
  flagged: z.array(z.object({ flag: ReconciliationFlag, servers: z.number().int() })),
});
export type ReconciliationTotals = z.output<typeof ReconciliationTotals>;

/** A month's Cost and Usage Report of AWS, compared with what was billed. */
export const Reconciliation = z.object({
  id: ReconciliationId,
  month: Month,
  /** The key of the report, or of its manifest. */
  report: z.string(),
  state: z.enum(['running', 'succeeded', 'failed']),
  /** Why it has failed, or what it is waiting for. */
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  /** Once it has succeeded. */
  totals: ReconciliationTotals.nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
});
export type Reconciliation = z.output<typeof Reconciliation>;

/** Of the characters that AWS allows in the prefix and the name of a report; no part begins with a dot. */
const KEY = /^(?:[\w!*'()=-][\w!.*'()=-]*\/)*[\w!*'()=-][\w!.*'()=-]*\.(?:csv|csv\.gz|json)$/;

/** A month that is over, and the key of its report in the bucket of reports: a CSV, plain or gzip, or a manifest, which names several. */
export const NewReconciliation = z.strictObject({
  month: Month,
  report: z.string().max(1_024).regex(KEY, 'must be the key of a .csv, a .csv.gz or a -Manifest.json'),
});
export type NewReconciliation = z.output<typeof NewReconciliation>;

/** 400 `invalid_request` for a month that is not over and a key outside the reports' prefix, 409 `invalid_state` when no bucket is set. */
export const StartReconciliation = request(
  'billing',
  'berth.billing.start-reconciliation.v1',
  NewReconciliation,
  Reconciliation,
  'staff:write',
);

/** Newest first. 400 `invalid_cursor`. */
export const ListReconciliations = request(
  'billing',
  'berth.billing.list-reconciliations.v1',
  z.object(pageRequest),
  page(Reconciliation),
  'staff:read',
);

/** 404 `not_found`. */
export const GetReconciliation = request(
  'billing',
  'berth.billing.get-reconciliation.v1',
  z.object({ reconciliationId: ReconciliationId }),
  Reconciliation,
  'staff:read',
);

/** Those with flags first; none before it has succeeded. 400 `invalid_cursor`, 404 `not_found`. */
export const ListReconciledServers = request(
  'billing',
  'berth.billing.list-reconciled-servers.v1',
  z.object({ reconciliationId: ReconciliationId, flag: ReconciliationFlag.optional(), ...pageRequest }),
  page(ReconciledServer),
  'staff:read',
);

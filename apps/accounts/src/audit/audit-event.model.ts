import type { ModelDefinition } from '@nestjs/mongoose';
import { AuditOutcome, type AccountAuditEvent, type DataOf, type RecordAuditEvent } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';
import { Schema } from 'mongoose';
import { appendOnly } from './append-only.ts';

/** An entry of the audit trail. */
export interface StoredAuditEvent {
  /** `aud_…`, given by who tells of it. */
  _id: string;
  /** In whose trail it stands. */
  accountId: string;
  at: Date;
  /** `name` is what it was called then: it may be gone by now. */
  actor: { kind: AccountAuditEvent['actor']['kind']; id: string; name: string | null };
  /** The person, also behind a token; null where there is none. */
  userId: string | null;
  action: string;
  target: { type: string; id: string } | null;
  outcome: AuditOutcome;
  status: number | null;
  code: string | null;
  requestId: string | null;
  address: string | null;
  userAgent: string | null;
  /** JSON: the names in it are customers'. */
  changes: string | null;
}

const text = { type: String, default: null };
const actor = new Schema({ kind: String, id: String, name: String }, { _id: false });
const target = new Schema({ type: { type: String }, id: String }, { _id: false });
const schema = documentSchema<StoredAuditEvent>(
  {
    _id: idOf('aud'),
    accountId: { type: String, required: true },
    at: { type: Date, required: true },
    actor: { type: actor, required: true },
    userId: text,
    action: { type: String, required: true },
    target: { type: target, default: null },
    outcome: { type: String, required: true, enum: AuditOutcome.options },
    status: { type: Number, default: null },
    code: text,
    requestId: text,
    address: text,
    userAgent: text,
    changes: text,
  },
  { collection: 'audit_events', tenantScoped: true },
)
  .plugin(appendOnly)
  .index({ accountId: 1, at: -1, _id: -1 })
  .index({ accountId: 1, action: 1, at: -1, _id: -1 })
  .index({ accountId: 1, outcome: 1, at: -1, _id: -1 })
  .index({ accountId: 1, 'actor.id': 1, at: -1, _id: -1 })
  // What is over.
  .index({ at: 1 })
  // A person's, in one account or, of staff, in all.
  .index({ userId: 1, at: -1, _id: -1 });

export const AuditEventModel = { name: 'AuditEvent', schema } satisfies ModelDefinition;

/** An entry as it is stored; `name` is what who acted is called. */
export const auditEventOf = (
  { id: _id, at, actor: { kind, id, userId }, changes, ...told }: DataOf<typeof RecordAuditEvent>,
  name: string | null,
): StoredAuditEvent => ({
  ...told,
  ...{ _id, at: new Date(at), userId },
  actor: { kind, id, name },
  changes: changes && JSON.stringify(changes),
});

/** An entry as it is listed. */
export const viewOfAuditEvent = ({
  _id: id,
  at,
  changes,
  userId: _,
  ...event
}: StoredAuditEvent): AccountAuditEvent => ({
  ...event,
  id,
  at: at.toISOString(),
  changes: changes === null ? null : (JSON.parse(changes) as AccountAuditEvent['changes']),
});

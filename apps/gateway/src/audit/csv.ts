import type { AuditEvent } from '@berth/contracts';
import { csvLine } from '@berth/csv';

const COLUMNS: Readonly<Record<string, (event: AuditEvent) => string | number | null>> = {
  at: ({ at }) => at,
  actorKind: ({ actor }) => actor.kind,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  action: ({ action }) => action,
  targetType: ({ target }) => target && target.type,
  targetId: ({ target }) => target && target.id,
  outcome: ({ outcome }) => outcome,
  status: ({ status }) => status,
  code: ({ code }) => code,
  address: ({ address }) => address,
  userAgent: ({ userAgent }) => userAgent,
  requestId: ({ requestId }) => requestId,
  changes: ({ changes }) => changes && JSON.stringify(changes),
  id: ({ id }) => id,
};

/** The first line of the file. */
export const csvHead = (): string => csvLine(Object.keys(COLUMNS));

/** An entry as a line. */
export const csvLineOf = (event: AuditEvent): string =>
  csvLine(Object.values(COLUMNS).map((valueIn) => valueIn(event)));

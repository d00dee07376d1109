import { Controller } from '@nestjs/common';
import { ListAuditEvents, ListStaffDeeds, RecordAuditEvent, type DataOf } from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { AuditTrail } from './audit-trail.ts';

@Controller()
export class AuditHandlers {
  constructor(private readonly trail: AuditTrail) {}

  // An entry and its outcome often come at once.
  @OnCommand(RecordAuditEvent, { inTurn: ({ id }: DataOf<typeof RecordAuditEvent>) => id })
  record(event: DataOf<typeof RecordAuditEvent>) {
    return this.trail.record(event);
  }

  @OnRequest(ListAuditEvents)
  list(query: DataOf<typeof ListAuditEvents>) {
    return this.trail.list(query);
  }

  @OnRequest(ListStaffDeeds)
  deeds(query: DataOf<typeof ListStaffDeeds>) {
    return this.trail.deedsOf(query);
  }
}

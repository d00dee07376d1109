import { Controller } from '@nestjs/common';
import { ListAuditEvents, ListStaffDeeds, RecordAuditEvent, type DataOf } from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { AuditTrail } from './audit-trail.ts';
import { ToldEvents } from './told-events.ts';

@Controller()
export class AuditHandlers {
  constructor(
    private readonly trail: AuditTrail,
    private readonly told: ToldEvents,
  ) {}

  @OnCommand(RecordAuditEvent, { naturallyIdempotent: true })
  record(event: DataOf<typeof RecordAuditEvent>) {
    return this.told.record(event);
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

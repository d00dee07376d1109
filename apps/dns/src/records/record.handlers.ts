import { Controller } from '@nestjs/common';
import { SetRecord, type DataOf } from '@berth/contracts';
import { OnCommand } from '@berth/messaging';
import { Records } from './records.ts';

@Controller()
export class RecordHandlers {
  constructor(private readonly records: Records) {}

  /** This address, or none; a lower sequence than known is ignored, an equal one is answered again. */
  @OnCommand(SetRecord)
  wish(wish: DataOf<typeof SetRecord>) {
    return this.records.wish(wish);
  }
}

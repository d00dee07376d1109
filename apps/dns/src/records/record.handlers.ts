import { Controller } from '@nestjs/common';
import { SetRecord, type DataOf } from '@berth/contracts';
import { OnCommand } from '@berth/messaging';
import { Records } from './records.ts';

@Controller()
export class RecordHandlers {
  constructor(private readonly records: Records) {}

  @OnCommand(SetRecord)
  wish(wish: DataOf<typeof SetRecord>) {
    return this.records.wish(wish);
  }
}

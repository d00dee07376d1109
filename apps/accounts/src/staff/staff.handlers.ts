import { Controller } from '@nestjs/common';
import { GetStaffMe, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Staff } from './staff.ts';

@Controller()
export class StaffHandlers {
  constructor(private readonly staff: Staff) {}

  @OnRequest(GetStaffMe)
  getMe({ userId }: DataOf<typeof GetStaffMe>) {
    return this.staff.me(userId);
  }
}

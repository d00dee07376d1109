import { Controller } from '@nestjs/common';
import { ListOrphans, ReleaseOrphan, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { OrphanDesk } from './orphan-desk.ts';

@Controller()
export class OrphanHandlers {
  constructor(private readonly desk: OrphanDesk) {}

  @OnRequest(ListOrphans)
  list(query: DataOf<typeof ListOrphans>) {
    return this.desk.list(query);
  }

  /** To do it twice has the effect of once. */
  @OnRequest(ReleaseOrphan)
  release({ id }: DataOf<typeof ReleaseOrphan>) {
    return this.desk.release(id);
  }
}

import { Controller } from '@nestjs/common';
import { ApplyPrices, GetPriceBook, PreviewPrices, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { PriceDesk } from './price-desk.ts';

@Controller()
export class PriceHandlers {
  constructor(private readonly desk: PriceDesk) {}

  @OnRequest(GetPriceBook)
  read() {
    return this.desk.read();
  }

  @OnRequest(PreviewPrices)
  preview({ yaml }: DataOf<typeof PreviewPrices>) {
    return this.desk.preview(yaml);
  }

  @OnRequest(ApplyPrices, { idempotent: true })
  apply(list: DataOf<typeof ApplyPrices>) {
    return this.desk.apply(list);
  }
}

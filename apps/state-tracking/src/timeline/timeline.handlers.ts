import { Controller } from '@nestjs/common';
import { GetTimeline, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Timeline } from './timeline.ts';

@Controller()
export class TimelineHandlers {
  constructor(private readonly timeline: Timeline) {}

  @OnRequest(GetTimeline)
  page(question: DataOf<typeof GetTimeline>) {
    return this.timeline.page(question);
  }
}

import { Injectable } from '@nestjs/common';
import { Looks } from '../instances/looks.ts';
import { Regions } from '../regions/regions.ts';
import { Rejections } from '../reports/rejections.ts';
import { Reports } from '../reports/reports.ts';
import { notificationOf, type Notification } from './notification.ts';
import { later, PATIENCE_ATTEMPTS, type Outcome } from './outcome.ts';

/** EC2's answers may lag behind its notifications; later than this the sweep sees it anyway. */
const LOOKS_PER_NOTIFICATION = 4;

/** What a message from the topic leads to. */
@Injectable()
export class Notifications {
  constructor(
    private readonly looks: Looks,
    private readonly regions: Regions,
    private readonly reports: Reports,
    private readonly rejections: Rejections,
  ) {}

  /** `attempt`: how often the message has been delivered. */
  async handle(body: string, attempt: number): Promise<Outcome> {
    const notification = notificationOf(body);
    if (notification?.kind === 'agent_report') return this.reports.receive(notification.report, attempt);
    if (notification && (await this.regions.all()).includes(notification.region)) {
      return this.look(notification, attempt);
    }
    // At the first start the catalog, which says what our regions are, may still be on its way.
    if (notification && attempt < PATIENCE_ATTEMPTS) return later(attempt);
    await this.rejections.record('not_understood', null, body);
    return 'done';
  }

  /** The notification only says where to look: whoever may publish to the topic could have written it. */
  private async look(
    { region, instanceId, state }: Extract<Notification, { kind: 'state_change' }>,
    attempt: number,
  ): Promise<Outcome> {
    const seen = await this.looks.at(region, instanceId);
    return seen?.state === state || attempt >= LOOKS_PER_NOTIFICATION ? 'done' : later(attempt);
  }
}

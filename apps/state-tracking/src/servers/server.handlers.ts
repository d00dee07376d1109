import { Controller } from '@nestjs/common';
import { SERVER_EVENTS, WatchServer, type DataOf, type ServerTransition } from '@berth/contracts';
import { OnCommand, OnEvent } from '@berth/messaging';
import { DeletedAccounts } from '../deletion/deleted-accounts.ts';
import { Instances } from '../instances/instances.ts';
import { Timeline } from '../timeline/timeline.ts';
import { Servers } from './servers.ts';

const { requested, ...others } = SERVER_EVENTS;

@Controller()
export class ServerHandlers {
  constructor(
    private readonly servers: Servers,
    private readonly instances: Instances,
    private readonly timeline: Timeline,
    private readonly deleted: DeletedAccounts,
  ) {}

  /** Believes reports signed with this secret, and probes. */
  @OnCommand(WatchServer)
  async watch(server: DataOf<typeof WatchServer>) {
    if (!(await this.deleted.includes(server.accountId))) await this.servers.watch(server);
  }

  /** Timeline; what to probe; instances to expect. A server's transitions come in bursts, and meet in what is known of it. */
  @OnEvent(requested, ...Object.values(others), { inTurn: ({ serverId }) => serverId })
  async follow(transition: ServerTransition) {
    if (await this.deleted.includes(transition.accountId)) return;
    await this.timeline.record(transition);
    await this.servers.follow(transition);
    await this.instances.expect(transition);
  }
}

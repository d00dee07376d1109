import { Controller } from '@nestjs/common';
import { SERVER_EVENTS, WatchServer, type DataOf, type ServerTransition } from '@berth/contracts';
import { OnCommand, OnEvent } from '@berth/messaging';
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
  ) {}

  /** Believes reports signed with this secret, and probes. */
  @OnCommand(WatchServer)
  watch(server: DataOf<typeof WatchServer>) {
    return this.servers.watch(server);
  }

  /** Timeline; what to probe; instances to expect. A server's transitions come in bursts, and meet in what is known of it. */
  @OnEvent(requested, ...Object.values(others), { inTurn: ({ serverId }) => serverId })
  async follow(transition: ServerTransition) {
    await this.timeline.record(transition);
    await this.servers.follow(transition);
    await this.instances.expect(transition);
  }
}

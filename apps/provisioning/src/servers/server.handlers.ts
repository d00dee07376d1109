import { Controller } from '@nestjs/common';
import {
  AgentReported,
  GetFleet,
  GetServer,
  HealthObserved,
  InstanceObserved,
  LaunchServer,
  ListServers,
  PauseServer,
  RecordInSync,
  RecordRefused,
  RestartServer,
  ResumeServer,
  RetryServer,
  TerminateServer,
  UpdateServer,
  type DataOf,
} from '@berth/contracts';
import { OnEvent, OnRequest, type MessageContext } from '@berth/messaging';
import { FleetCount } from './fleet.ts';
import { Launches } from './launches.ts';
import { Observations } from './observations.ts';
import { Orders } from './orders.ts';
import { Queries } from './queries.ts';

type Order = DataOf<typeof PauseServer>;

/** What is observed of a server comes from several sides at once, and meets in its document. */
const OF_ONE_SERVER = { inTurn: ({ serverId }: { serverId: string }) => serverId };

@Controller()
export class ServerHandlers {
  constructor(
    private readonly launches: Launches,
    private readonly orders: Orders,
    private readonly queries: Queries,
    private readonly fleetCount: FleetCount,
    private readonly observations: Observations,
  ) {}

  /** All launches of an account meet in what it uses of its quota. */
  @OnRequest(LaunchServer, { idempotent: true, inTurn: ({ accountId }) => accountId })
  launch(order: DataOf<typeof LaunchServer>) {
    return this.launches.launch(order);
  }

  @OnRequest(PauseServer, { idempotent: true })
  pause(order: Order) {
    return this.orders.pause(order);
  }

  @OnRequest(ResumeServer, { idempotent: true })
  resume(order: Order) {
    return this.orders.resume(order);
  }

  @OnRequest(RestartServer, { idempotent: true })
  restart(order: Order) {
    return this.orders.restart(order);
  }

  @OnRequest(TerminateServer, { idempotent: true })
  terminate(order: Order) {
    return this.orders.terminate(order);
  }

  @OnRequest(RetryServer, { idempotent: true, inTurn: ({ accountId }) => accountId })
  retry(order: DataOf<typeof RetryServer>) {
    return this.launches.retry(order);
  }

  @OnRequest(UpdateServer)
  update(order: DataOf<typeof UpdateServer>) {
    return this.orders.update(order);
  }

  @OnRequest(GetServer)
  get(query: DataOf<typeof GetServer>) {
    return this.queries.get(query);
  }

  @OnRequest(ListServers)
  list(query: DataOf<typeof ListServers>) {
    return this.queries.list(query);
  }

  @OnRequest(GetFleet)
  fleet() {
    return this.fleetCount.now();
  }

  /** Noted in the server, which may move it. */
  @OnEvent(InstanceObserved, OF_ONE_SERVER)
  instanceObserved(seen: DataOf<typeof InstanceObserved>, context: MessageContext) {
    return this.observations.instance(seen, context);
  }

  @OnEvent(AgentReported, OF_ONE_SERVER)
  agentReported(report: DataOf<typeof AgentReported>, context: MessageContext) {
    return this.observations.agent(report, context);
  }

  @OnEvent(HealthObserved, OF_ONE_SERVER)
  healthObserved(seen: DataOf<typeof HealthObserved>, context: MessageContext) {
    return this.observations.health(seen, context);
  }

  @OnEvent(RecordInSync)
  recordInSync(answer: DataOf<typeof RecordInSync>, context: MessageContext) {
    return this.observations.record(answer, context);
  }

  @OnEvent(RecordRefused)
  recordRefused(answer: DataOf<typeof RecordRefused>, context: MessageContext) {
    return this.observations.refusedRecord(answer, context);
  }
}

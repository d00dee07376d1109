import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CatalogCopyModule } from '@berth/catalog-copy';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import { Bridge } from './bridge/bridge.ts';
import { EventsQueue } from './bridge/events-queue.ts';
import { NotificationHandlers } from './bridge/notification.handlers.ts';
import { Notifications } from './bridge/notifications.ts';
import { Config } from './config.ts';
import { DeletedAccountsModule } from './deletion/deleted-accounts.module.ts';
import { DeletionSweep } from './deletion/deletion-sweep.ts';
import { Erasures } from './deletion/erasures.ts';
import { FeedModule } from './feed/feed.module.ts';
import { Ec2 } from './instances/ec2.ts';
import { InstanceModel } from './instances/instance.model.ts';
import { Instances } from './instances/instances.ts';
import { Looks } from './instances/looks.ts';
import { HealthModel } from './probes/health.model.ts';
import { Prober } from './probes/prober.ts';
import { Probes } from './probes/probes.ts';
import { Targets } from './probes/targets.ts';
import { Regions } from './regions/regions.ts';
import { RejectedReportsModel } from './reports/rejected-report.model.ts';
import { Rejections } from './reports/rejections.ts';
import { Reports } from './reports/reports.ts';
import { ServerModel } from './servers/server.model.ts';
import { ServerHandlers } from './servers/server.handlers.ts';
import { Servers } from './servers/servers.ts';
import { Sweep } from './sweep/sweep.ts';
import { Sweeper } from './sweep/sweeper.ts';
import { TimelineHandlers } from './timeline/timeline.handlers.ts';
import { Timeline } from './timeline/timeline.ts';
import { TransitionModel } from './timeline/transition.model.ts';

/**
 * Answers `GetTimeline`. Obeys `WatchServer`, `TakeNotification`. Consumes every event of `SERVER_EVENTS`, and the events queue behind SNS.
 * Publishes `InstanceObserved`, `AgentReported`, `HealthObserved`; sends `RecordAuditEvent`.
 * Owns `instances`, `health`, `servers`, `transitions`, `rejected_reports`; keeps a copy of the catalog. Besides what
 * its `FeedModule` and its `DeletedAccountsModule` do.
 */
@Module({})
export class StateTrackingModule {
  static forRoot(config: Config, database = 'berth_state_tracking'): DynamicModule {
    return {
      module: StateTrackingModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({
          service: 'state-tracking',
          amqpUrl: config.amqpUrl,
          passportKeys: config.passportKeys,
        }),
        CatalogCopyModule.forRoot('state-tracking'),
        DeletedAccountsModule,
        FeedModule,
        MongooseModule.forFeature([
          ServerModel,
          InstanceModel,
          RejectedReportsModel,
          HealthModel,
          TransitionModel,
        ]),
      ],
      controllers: [ServerHandlers, TimelineHandlers, NotificationHandlers],
      providers: [
        { provide: Config, useValue: config },
        // What provisioning and catalog say
        Servers,
        Regions,
        Timeline,
        // What EC2 shows
        Ec2,
        Instances,
        Looks,
        Sweep,
        Sweeper,
        // What the topic brings
        EventsQueue,
        Notifications,
        Bridge,
        Reports,
        Rejections,
        // What answers
        Targets,
        Probes,
        Prober,
        // What of deleted accounts is not to stay
        Erasures,
        DeletionSweep,
      ],
    };
  }
}

import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CatalogCopyModule } from '@berth/catalog-copy';
import { Clock, ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { Continuity, MongoModule } from '@berth/mongo';
import { TermsCopyModule } from '@berth/terms-copy';
import { AccountHandlers } from './accounts/account.handlers.ts';
import { Budgets } from './accounts/budgets.ts';
import { Closures } from './accounts/closures.ts';
import { ClosureSweep } from './accounts/closure-sweep.ts';
import { Erasures } from './accounts/erasures.ts';
import { Pauses } from './accounts/pauses.ts';
import { QuotaUseModel } from './accounts/quota-use.model.ts';
import { QuotaUse } from './accounts/quota-use.ts';
import { RestrictionModel } from './accounts/restriction.model.ts';
import { Restrictions } from './accounts/restrictions.ts';
import { StandingModel } from './accounts/standing.model.ts';
import { Standings } from './accounts/standings.ts';
import { Suspensions } from './accounts/suspensions.ts';
import { AwsCloud } from './cloud/aws.ts';
import { CallBudget } from './cloud/call-budget.ts';
import { Cloud } from './cloud/cloud.ts';
import { Inventory } from './cloud/inventory.ts';
import { Config } from './config.ts';
import { HostnameHandlers } from './hostnames/hostname.handlers.ts';
import { HostnameModel } from './hostnames/hostname.model.ts';
import { Hostnames } from './hostnames/hostnames.ts';
import { OperationHandlers } from './operations/operation.handlers.ts';
import { OperationModel } from './operations/operation.model.ts';
import { Operations } from './operations/operations.ts';
import { Capacity } from './servers/capacity.ts';
import { FleetCount } from './servers/fleet.ts';
import { FleetGauges } from './servers/fleet.gauges.ts';
import { OrphanDesk } from './orphans/orphan-desk.ts';
import { OrphanHandlers } from './orphans/orphan.handlers.ts';
import { OrphanGauges } from './orphans/orphan.gauges.ts';
import { OrphanModel } from './orphans/orphan.model.ts';
import { Orphans } from './orphans/orphans.ts';
import { Owners } from './orphans/owners.ts';
import { Removal } from './orphans/removal.ts';
import { SweepRunModel } from './orphans/sweep-run.model.ts';
import { Sweep } from './orphans/sweep.ts';
import { OrphanSweeper } from './orphans/sweeper.ts';
import { LaunchEffects } from './servers/launch.effects.ts';
import { Changes } from './servers/changes.ts';
import { Launches } from './servers/launches.ts';
import { Observations } from './servers/observations.ts';
import { Orders } from './servers/orders.ts';
import { PowerEffects } from './servers/power.effects.ts';
import { Queries } from './servers/queries.ts';
import { RecordEffects } from './servers/record.effects.ts';
import { RemovalEffects } from './servers/removal.effects.ts';
import { ServerEffects } from './servers/server.effects.ts';
import { ServerHandlers } from './servers/server.handlers.ts';
import { ServerModel } from './servers/server.model.ts';
import { ServerRunner } from './servers/server.runner.ts';
import { StuckServers } from './servers/stuck-servers.ts';
import { Views } from './servers/views.ts';

/**
 * Servers: what customers order, what becomes of it, and the only writer to EC2.
 * Answers LaunchServer, Pause-, Resume-, Restart-, Terminate-, UpdateServer, GetServer, ListServers, Get-, List-,
 * CancelOperation, CheckHostname, GetLimits, ListProtectedServers, GetFleet, ListOrphans, ReleaseOrphan. Consumes InstanceObserved, AgentReported, HealthObserved,
 * RecordInSync, RecordRefused, CatalogPublished, TermsChanged, AccountChanged, AccountDeleted. Publishes every server event, ServerChanged and ServersGone; sends
 * SetRecord, WatchServer, SendCatalog, SendTerms, SendAccountSnapshots, RecordAuditEvent.
 * RecordInSync, RecordRefused, CatalogPublished, AccountChanged, AccountDeleted, BudgetChanged. Publishes every server event, ServerChanged and ServersGone; sends
 * SetRecord, WatchServer, SendCatalog, SendAccountSnapshots, SendBudgetSnapshots, RecordAuditEvent.
 */
@Module({})
export class ProvisioningModule {
  static forRoot(config: Config, database = 'berth_provisioning'): DynamicModule {
    return {
      module: ProvisioningModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({
          service: 'provisioning',
          amqpUrl: config.amqpUrl,
          passportKeys: config.passportKeys,
        }),
        CatalogCopyModule.forRoot('provisioning'),
        TermsCopyModule.forRoot('provisioning'),
        MongooseModule.forFeature([
          ServerModel,
          OperationModel,
          HostnameModel,
          QuotaUseModel,
          StandingModel,
          RestrictionModel,
          OrphanModel,
          SweepRunModel,
        ]),
      ],
      controllers: [ServerHandlers, OperationHandlers, HostnameHandlers, AccountHandlers, OrphanHandlers],
      providers: [
        { provide: Config, useValue: config },
        { provide: Cloud, useClass: AwsCloud },
        // What customers order, and what they see
        Launches,
        Orders,
        Queries,
        FleetCount,
        Views,
        Operations,
        Changes,
        // What becomes of it
        ServerRunner,
        Observations,
        ServerEffects,
        LaunchEffects,
        PowerEffects,
        RecordEffects,
        RemovalEffects,
        Capacity,
        CallBudget,
        FleetGauges,
        StuckServers,
        // What is left behind
        OrphanSweeper,
        Sweep,
        Removal,
        Orphans,
        OrphanDesk,
        Owners,
        Inventory,
        Continuity.by(Clock),
        OrphanGauges,
        // What bounds it
        Standings,
        Suspensions,
        Restrictions,
        Budgets,
        Pauses,
        Closures,
        Erasures,
        ClosureSweep,
        QuotaUse,
        Hostnames,
      ],
    };
  }
}

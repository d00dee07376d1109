import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Clock, ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { Continuity, MongoModule } from '@berth/mongo';
import { Config } from './config.ts';
import { HostRecordModel } from './records/record.model.ts';
import { RecordHandlers } from './records/record.handlers.ts';
import { Records } from './records/records.ts';
import { Wakeup } from './records/wakeup.ts';
import { Route53 } from './route53/route53.ts';
import { BatchModel } from './zone-writer/batch.model.ts';
import { Batches } from './zone-writer/batches.ts';
import { ZoneCheck } from './zone-check/zone-check.ts';
import { ZoneWriter } from './zone-writer/zone-writer.ts';

/**
 * Obeys `SetRecord`. Publishes `RecordInSync`, `RecordRefused`.
 * Owns the A records of one zone: `records` (wishes), `batches` (what is under way).
 */
@Module({})
export class DnsModule {
  static forRoot(config: Config, database = 'berth_dns'): DynamicModule {
    return {
      module: DnsModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({ service: 'dns', amqpUrl: config.amqpUrl, passportKeys: config.passportKeys }),
        MongooseModule.forFeature([HostRecordModel, BatchModel]),
      ],
      controllers: [RecordHandlers],
      providers: [
        { provide: Config, useValue: config },
        Records,
        Wakeup,
        Route53,
        Batches,
        ZoneWriter,
        ZoneCheck,
        Continuity.by(Clock),
      ],
    };
  }
}

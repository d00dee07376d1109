import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Readiness, TelemetryEnd } from '@berth/telemetry';
import { Answers } from './answers.ts';
import { Batches } from './batches.ts';
import { Bindings } from './bindings.ts';
import { Broadcasts } from './broadcasts.ts';
import { Bus } from './bus.ts';
import { BusCollections } from './collections.ts';
import { Commands } from './commands.ts';
import { DeadLetters } from './dead-letters.ts';
import { Failures } from './failures.ts';
import { BusGauges } from './gauges.ts';
import { Idempotency } from './idempotency.ts';
import { Inbound } from './inbound.ts';
import { Inbox } from './inbox.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import { OwnAnswers } from './own-answers.ts';
import { PassportControl } from './passports/passport-control.ts';
import { Publisher } from './publisher.ts';
import { Relay } from './relay.ts';
import { Replays } from './replays.ts';
import { Requests } from './requests.ts';
import { Stopping } from './stopping.ts';
import { Stuck } from './stuck.ts';
import { BusTransport } from './transport.ts';
import { Suspects } from './suspects.ts';
import { Turns } from './turns.ts';
import { Unsent } from './unsent.ts';

/**
 * The bus for all modules of a service: `Outbox`, `Commands`, `Requests`, `Broadcasts`, `DeadLetters`, `Replays`, `Readiness`,
 * `Stopping` and `Stuck` can be injected. With `MongoModule` beside it the service can send and handle events and commands;
 * without, only give commands, ask, answer and hear broadcasts.
 */
@Module({})
export class BusModule {
  static forRoot(options: BusOptions): DynamicModule {
    const shared: Provider[] = [
      Outbox,
      Commands,
      Requests,
      Broadcasts,
      DeadLetters,
      Replays,
      Readiness,
      Stopping,
      Stuck,
      BusTransport,
    ];
    return {
      module: BusModule,
      global: true,
      providers: [
        { provide: BUS_OPTIONS, useValue: options },
        Bus,
        BusCollections,
        Publisher,
        Relay,
        Inbox,
        Inbound,
        Batches,
        Failures,
        Suspects,
        Answers,
        PassportControl,
        OwnAnswers,
        Unsent,
        Bindings,
        Idempotency,
        Turns,
        BusGauges,
        TelemetryEnd,
        ...shared,
      ],
      exports: shared,
    };
  }
}

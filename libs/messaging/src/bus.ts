import { Inject, Injectable, Optional, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Readiness } from '@berth/telemetry';
import { BusConnection } from './connection.ts';
import { BUS_OPTIONS, busPatienceSeconds, type BusOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { Requests } from './requests.ts';
import { Stopping } from './stopping.ts';

/**
 * The two connections of a process: one for events and commands, one for requests, so that a burst on the one (or
 * the broker holding back publishers) does not delay the other.
 */
@Injectable()
export class Bus implements OnModuleInit, OnApplicationShutdown {
  readonly work: BusConnection;
  readonly requests: BusConnection;

  constructor(
    @Inject(BUS_OPTIONS) options: BusOptions,
    private readonly publisher: Publisher,
    private readonly asker: Requests,
    private readonly readiness: Readiness,
    private readonly stopping: Stopping,
    @Optional() @InjectConnection() private readonly database?: Connection,
  ) {
    const patience = busPatienceSeconds();
    this.work = new BusConnection(options.amqpUrl, `${options.service} work`, patience);
    this.requests = new BusConnection(options.amqpUrl, `${options.service} requests`, patience);
  }

  async onModuleInit(): Promise<void> {
    const { signal } = this.stopping;
    await Promise.all([this.work.open(signal), this.requests.open(signal)]);
    await this.publisher.open(this.work);
    await this.asker.open(this.requests);
    this.readiness.add('bus', () => this.publisher.isOpen && this.requests.connected);
    const { database } = this;
    if (database) this.readiness.add('database', async () => (await database.db?.admin().ping())?.ok === 1);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.work.close(), this.requests.close()]);
  }
}

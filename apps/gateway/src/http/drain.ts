import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../config.ts';
import type { StoppableServer } from './stoppable-server.ts';

const DRAIN_TIMEOUT_MILLISECONDS = 25_000;

/**
 * How the gateway stops. First it goes on as before, but that /readyz says that it leaves and that it keeps no connection, so
 * that load balancers send their requests elsewhere. Then Nest takes no more connections and waits for the requests under
 * way, and leaves the bus. What is not finished 25 s after the beginning is cut off.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: Config,
  ) {}

  get leaving(): boolean {
    return this.server.leaving;
  }

  async onModuleDestroy(): Promise<void> {
    this.server.leaving = true;
    await sleep(this.config.leavingSeconds * 1000);
  }

  beforeApplicationShutdown(): void {
    const left = DRAIN_TIMEOUT_MILLISECONDS - this.config.leavingSeconds * 1000;
    this.timer = setTimeout(() => this.server.closeAllConnections(), left);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private get server(): StoppableServer {
    return this.host.httpAdapter.getHttpServer();
  }
}

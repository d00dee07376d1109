import type { Server } from 'node:http';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const DRAIN_TIMEOUT_MILLISECONDS = 25_000;

/**
 * When the gateway stops, Nest takes no more connections and waits for the requests under way, then leaves the bus.
 * This bounds the wait: what is not finished after 25 s is cut off.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(private readonly host: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server: Server = this.host.httpAdapter.getHttpServer();
    this.timer = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MILLISECONDS);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }
}

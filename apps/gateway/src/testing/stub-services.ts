import { Controller, Module, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { ClockModule } from '@berth/clock';
import * as contracts from '@berth/contracts';
import {
  Authenticate,
  Role,
  type DataOf,
  type ReplyOf,
  type RequestContract,
  type ServiceName,
} from '@berth/contracts';
import { BusModule, BusTransport, OnRequest, ProblemError, type MessageContext } from '@berth/messaging';
import { SERVICES } from '../health/service-readiness.ts';
import { principal } from './samples.ts';

type Answer = (data: unknown, context: MessageContext) => unknown;

export interface Asked {
  type: string;
  data: unknown;
  context: MessageContext;
}

const REQUESTS = Object.values<unknown>(contracts).filter(isRequest);

function isRequest(exported: unknown): exported is RequestContract {
  return (
    typeof exported === 'object' && exported !== null && 'kind' in exported && exported.kind === 'request'
  );
}

/**
 * All services behind the gateway, on the real bus. They know the callers `brt_owner` … `brt_viewer` by their role and `brt_session`,
 * keep what they were asked besides, and answer what a spec tells them; otherwise that there is no such thing.
 */
export class StubServices {
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly services: INestMicroservice[] = [];

  static async start(amqpUrl: string): Promise<StubServices> {
    const stubs = new StubServices();
    stubs.answer(Authenticate, ({ credential }) => {
      if (credential === 'brt_session') return { principal: { ...principal('owner'), sessionId: 'ses_1' } };
      const role = Role.safeParse(credential.replace('brt_', ''));
      return { principal: role.success ? principal(role.data) : null };
    });
    await Promise.all(SERVICES.map((service) => stubs.serve(service, amqpUrl)));
    return stubs;
  }

  answer<Contract extends RequestContract>(
    request: Contract,
    answer: (
      data: DataOf<Contract>,
      context: MessageContext,
    ) => ReplyOf<Contract> | Promise<ReplyOf<Contract>>,
  ): void {
    this.answers.set(request.type, answer as Answer);
  }

  forget(): void {
    this.asked.length = 0;
    for (const { type } of REQUESTS) if (type !== Authenticate.type) this.answers.delete(type);
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.close()));
  }

  private async serve(service: ServiceName, amqpUrl: string): Promise<void> {
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
      {
        module: Stub,
        imports: [ClockModule.forRoot(), BusModule.forRoot({ service, amqpUrl })],
        controllers: [this.controllerOf(service)],
      },
      { inject: [BusTransport], useFactory: (strategy: BusTransport) => ({ strategy }), logger: false },
    );
    await app.listen();
    this.services.push(app);
  }

  private controllerOf(service: string): Type {
    const receive = (type: string, data: unknown, context: MessageContext) =>
      this.receive(type, data, context);
    @Controller()
    class StubController {
      [name: string]: (data: unknown, context: MessageContext) => unknown;
    }
    for (const request of REQUESTS.filter((each) => each.service === service)) {
      const method = (data: unknown, context: MessageContext) => receive(request.type, data, context);
      Object.defineProperty(StubController.prototype, request.type, { value: method });
      OnRequest(request)(StubController.prototype, request.type, { value: method });
    }
    return StubController;
  }

  private receive(type: string, data: unknown, context: MessageContext): unknown {
    if (type !== Authenticate.type) this.asked.push({ type, data, context });
    const answer = this.answers.get(type);
    if (!answer)
      throw new ProblemError({ code: 'not_found', status: 404, title: 'Not found', detail: 'absent' });
    return answer(data, context);
  }
}

@Module({})
class Stub {}

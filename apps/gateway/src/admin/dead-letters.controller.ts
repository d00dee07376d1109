import { Controller } from '@nestjs/common';
import {
  deadLetterOf,
  deadLettersOf,
  replayDeadLettersOf,
  routes,
  type DeadLetter,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { DEADLINE_SECONDS as deadlineSeconds, EveryService } from './every-service.ts';

@Controller()
export class DeadLettersController {
  constructor(
    private readonly bus: Bus,
    private readonly services: EveryService,
  ) {}

  @Endpoint(routes.listDeadLetters)
  async list(@Given() { query: { service, limit } }: InputOf<'listDeadLetters'>) {
    const { answers, unanswered } = await this.services.ask(
      (each) => this.bus.ask(deadLettersOf(each), { limit }, { deadlineSeconds }),
      service && [service],
    );
    return {
      items: answers
        .flatMap(({ items }) => items)
        .sort(oldestFirst)
        .slice(0, limit),
      total: answers.reduce((sum, { total }) => sum + total, 0),
      unanswered,
    };
  }

  @Endpoint(routes.getDeadLetter)
  read(@Given() { params: { service, id } }: InputOf<'getDeadLetter'>) {
    return this.bus.ask(deadLetterOf(service), { id });
  }

  @Endpoint(routes.replayDeadLetter)
  replay(@Caller() who: StaffPrincipal, @Given() { params: { service, id } }: InputOf<'replayDeadLetter'>) {
    return this.bus.order(replayDeadLettersOf(service), { id }, { actor: who.actor });
  }

  @Endpoint(routes.replayDeadLetters)
  replayAll(@Caller() who: StaffPrincipal, @Given() { params }: InputOf<'replayDeadLetters'>) {
    return this.bus.order(replayDeadLettersOf(params.service), {}, { actor: who.actor });
  }
}

/** What the broker put aside has no time; it stands first. */
const oldestFirst = (a: DeadLetter, b: DeadLetter) => (a.deadAt ?? '').localeCompare(b.deadAt ?? '');

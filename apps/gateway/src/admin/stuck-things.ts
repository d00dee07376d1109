import { Injectable } from '@nestjs/common';
import { nudgeIn, StuckPlace, stuckIn, type Actor, type StuckThing } from '@berth/contracts';
import { problem, ProblemError } from '@berth/messaging';
import { Bus } from '../bus/bus.ts';
import { SERVICES } from '../health/service-readiness.ts';
import { DEADLINE_SECONDS as deadlineSeconds, EveryService } from './every-service.ts';

/** What is stuck anywhere; each service knows its own. */
@Injectable()
export class StuckThings {
  constructor(
    private readonly bus: Bus,
    private readonly services: EveryService,
  ) {}

  /** A page of all services' lists, longest first, and which of them did not answer. Throws 400 `invalid_cursor`. */
  async list({ cursor, limit }: { cursor?: string | undefined; limit: number }) {
    const question = { after: placeIn(cursor), limit: limit + 1 };
    const { answers, unanswered } = await this.services.ask((service) =>
      this.bus.ask(stuckIn(service), question, { deadlineSeconds }),
    );
    const found = answers.flatMap(({ items }) => items).sort(inOrder);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last ? `${last.stuckSince}~${last.id}` : null, unanswered };
  }

  /** Nobody but a service knows what it has, so all are told. Throws 404 `not_found`; what a service throws besides. */
  async nudge(id: string, actor: Actor): Promise<StuckThing> {
    const answers = await Promise.allSettled(
      SERVICES.map((service) => this.bus.order(nudgeIn(service), { id }, { actor })),
    );
    const done = answers.find((answer) => answer.status === 'fulfilled');
    if (done) return done.value;
    throw answers.map((answer) => reasonOf(answer)).find(isTrouble) ?? problem('not_found');
  }
}

const inOrder = (a: StuckThing, b: StuckThing) =>
  a.stuckSince.localeCompare(b.stuckSince) || a.id.localeCompare(b.id);

function placeIn(cursor: string | undefined): StuckPlace | undefined {
  if (cursor === undefined) return undefined;
  const [stuckSince, ...rest] = cursor.split('~');
  const place = StuckPlace.safeParse({ stuckSince, id: rest.join('~') });
  if (!place.success) throw problem('invalid_cursor');
  return place.data;
}

const reasonOf = (answer: PromiseSettledResult<unknown>): unknown =>
  answer.status === 'rejected' ? answer.reason : undefined;

const isTrouble = (error: unknown): boolean => !(error instanceof ProblemError && error.code === 'not_found');

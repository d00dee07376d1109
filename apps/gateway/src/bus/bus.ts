import { Injectable } from '@nestjs/common';
import type { Actor, InputOf, ReplyOf, RequestContract } from '@berth/contracts';
import {
  BusDisconnected,
  problem,
  ProblemError,
  Requests,
  RequestTimeout,
  RequestUnroutable,
} from '@berth/messaging';
import { currentPassports } from '../access/caller-passports.ts';
import { Pending } from './pending.ts';

/** How long a service may take to answer; more than its database needs in a bad moment. */
const DEADLINE_SECONDS = 10;

/** In whose name an order is given: idempotency keys of different accounts or, without one, actors never meet. */
export interface Orderer {
  accountId?: string;
  actor: Actor;
}

/**
 * The services as controllers see them: asked with the passport of the caller at hand. What a service cannot answer becomes a problem for
 * the client.
 */
@Injectable()
export class Bus {
  constructor(
    private readonly requests: Requests,
    private readonly pending: Pending,
  ) {}

  /**
   * Asks for something and changes nothing. `gone` ends the wait early. Throws the service's own problem, or
   * `dependency_unavailable` when it does not answer.
   */
  async ask<Contract extends RequestContract>(
    request: Contract,
    data: InputOf<Contract>,
    { deadlineSeconds = DEADLINE_SECONDS, gone }: { deadlineSeconds?: number; gone?: AbortSignal } = {},
  ): Promise<ReplyOf<Contract>> {
    try {
      return await this.pending.hold(
        request,
        async () => this.requests.ask(request, data, { deadlineSeconds, ...(await passportTo(request)) }),
        gone,
      );
    } catch (error) {
      throw isUnanswered(error) ? problem('dependency_unavailable', { cause: error }) : error;
    }
  }

  /**
   * Has something done. Throws the service's own problem; `dependency_unavailable` when the order has not reached it;
   * `outcome_unknown` when it may have been carried out.
   */
  async order<Contract extends RequestContract>(
    request: Contract,
    data: InputOf<Contract>,
    { accountId, actor }: Orderer,
    idempotencyKey?: string,
  ): Promise<ReplyOf<Contract>> {
    const deadlineSeconds = DEADLINE_SECONDS;
    const options = {
      ...{ deadlineSeconds, accountId, actor, idempotencyKey },
      ...(await passportTo(request)),
    };
    try {
      return await this.pending.hold(request, () => this.requests.ask(request, data, options));
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      if (!mayHaveHappened(error)) throw problem('dependency_unavailable', { cause: error });
      const detail = idempotencyKey ? REPEAT_WITH_KEY : LOOK_FIRST;
      throw problem('outcome_unknown', { detail, cause: error });
    }
  }
}

/** Nobody's requests are made without one, whoever's they follow from. */
const passportTo = async ({ service, permissions }: RequestContract) =>
  permissions.includes('public') ? {} : { passport: await currentPassports()?.for(service) };

const REPEAT_WITH_KEY = 'Repeat it with the same Idempotency-Key: it is carried out once.';
const LOOK_FIRST = 'Look whether it was done before you repeat it.';

type Unanswered = RequestTimeout | RequestUnroutable | BusDisconnected | ProblemError;

function isUnanswered(error: unknown): error is Unanswered {
  return (
    error instanceof RequestTimeout ||
    error instanceof RequestUnroutable ||
    error instanceof BusDisconnected ||
    // Its database was away: the service itself cannot know.
    (error instanceof ProblemError && error.code === 'outcome_unknown')
  );
}

function mayHaveHappened(error: Unanswered): boolean {
  return (
    error instanceof RequestTimeout ||
    error instanceof ProblemError ||
    (error instanceof BusDisconnected && error.sent)
  );
}

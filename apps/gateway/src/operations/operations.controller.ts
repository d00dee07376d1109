import { Controller } from '@nestjs/common';
import { CancelOperation, GetOperation, ListOperations, routes, type Principal } from '@berth/contracts';
import { Caller, orderedBy } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Drain } from '../http/drain.ts';
import { Endpoint, Given, Gone } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

/** Time for the answer to come back after the service has waited as long as it was asked to. */
const MARGIN_SECONDS = 5;

@Controller()
export class OperationsController {
  constructor(
    private readonly bus: Bus,
    private readonly drain: Drain,
  ) {}

  @Endpoint(routes.listOperations)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'listOperations'>) {
    const { server: serverId, ...rest } = query;
    return this.bus.ask(ListOperations, { ...rest, accountId, serverId });
  }

  @Endpoint(routes.getOperation)
  async read(
    @Caller() { accountId }: Principal,
    @Given() { params, query }: InputOf<'getOperation'>,
    @Gone() gone: AbortSignal,
  ) {
    const wanted = { accountId, operationId: params.id, waitSeconds: query.wait };
    try {
      return await this.bus.ask(GetOperation, wanted, { deadlineSeconds: query.wait + MARGIN_SECONDS, gone });
    } catch (error) {
      if (!this.drain.leaving || gone.aborted) throw error;
      // The stop has ended the wait: then the operation is shown as it is by now.
      return this.bus.ask(GetOperation, { ...wanted, waitSeconds: 0 });
    }
  }

  @Endpoint(routes.cancelOperation)
  cancel(@Caller() who: Principal, @Given() { params, idempotencyKey }: InputOf<'cancelOperation'>) {
    return this.bus.order(
      CancelOperation,
      { ...orderedBy(who), operationId: params.id },
      who,
      idempotencyKey,
    );
  }
}

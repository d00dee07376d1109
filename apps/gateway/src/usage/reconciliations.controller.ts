import { Controller } from '@nestjs/common';
import {
  GetReconciliation,
  ListReconciledServers,
  ListReconciliations,
  routes,
  StartReconciliation,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

/** What AWS charges against what is billed, for staff. */
@Controller()
export class ReconciliationsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.startReconciliation)
  start(
    @Caller() { actor }: StaffPrincipal,
    @Given() { body, idempotencyKey }: InputOf<'startReconciliation'>,
  ) {
    return this.bus.order(StartReconciliation, body, { actor }, idempotencyKey);
  }

  @Endpoint(routes.listReconciliations)
  list(@Given() { query }: InputOf<'listReconciliations'>) {
    return this.bus.ask(ListReconciliations, query);
  }

  @Endpoint(routes.getReconciliation)
  get(@Given() { params }: InputOf<'getReconciliation'>) {
    return this.bus.ask(GetReconciliation, { reconciliationId: params.id });
  }

  @Endpoint(routes.listReconciledServers)
  servers(@Given() { params, query }: InputOf<'listReconciledServers'>) {
    return this.bus.ask(ListReconciledServers, { ...query, reconciliationId: params.id });
  }
}

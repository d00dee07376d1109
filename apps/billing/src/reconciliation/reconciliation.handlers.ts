import { Controller } from '@nestjs/common';
import {
  GetReconciliation,
  ListReconciledServers,
  ListReconciliations,
  StartReconciliation,
  type DataOf,
} from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Reconciliations } from './reconciliations.ts';

@Controller()
export class ReconciliationHandlers {
  constructor(private readonly reconciliations: Reconciliations) {}

  @OnRequest(StartReconciliation, { idempotent: true })
  start(reconciliation: DataOf<typeof StartReconciliation>) {
    return this.reconciliations.start(reconciliation);
  }

  @OnRequest(ListReconciliations)
  list(query: DataOf<typeof ListReconciliations>) {
    return this.reconciliations.list(query);
  }

  @OnRequest(GetReconciliation)
  get({ reconciliationId }: DataOf<typeof GetReconciliation>) {
    return this.reconciliations.get(reconciliationId);
  }

  @OnRequest(ListReconciledServers)
  servers(query: DataOf<typeof ListReconciledServers>) {
    return this.reconciliations.serversOf(query);
  }
}

import type { Part } from '../part.ts';
import { Billed } from './billed.ts';
import { CostReports } from './cost-reports.ts';
import { ReconciledServerModel } from './reconciled-server.model.ts';
import { ReconciliationHandlers } from './reconciliation.handlers.ts';
import { ReconciliationModel } from './reconciliation.model.ts';
import { Reconciliations } from './reconciliations.ts';
import { Reconciling } from './reconciling.ts';

/** What AWS charges, held against what is billed. Answers `StartReconciliation` and its lists. Owns `reconciliations` and `reconciled_servers`. */
export const reconciliation: Part = {
  models: [ReconciliationModel, ReconciledServerModel],
  controllers: [ReconciliationHandlers],
  providers: [Reconciliations, Reconciling, CostReports, Billed],
};

import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { monthOf } from '../costs/month.ts';
import { Ledgers } from '../usage/ledgers.ts';
import { Billed } from './billed.ts';
import { Charges } from './charges.ts';
import { compare, type Comparison } from './comparison.ts';
import { CostReports } from './cost-reports.ts';
import { ReportError } from './report-error.ts';
import { linesOf } from './report-text.ts';
import type { ReconciliationDocument } from './reconciliation.model.ts';
import { Reconciliations } from './reconciliations.ts';

const EVERY_MILLISECONDS = 1_000;
const AT_ONCE = 500;

/** Makes the comparisons that staff have asked for, one after the other, in one replica. */
@Injectable()
export class Reconciling implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Reconciliations');
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly config: Config,
    private readonly reconciliations: Reconciliations,
    private readonly reports: CostReports,
    private readonly billed: Billed,
    private readonly ledgers: Ledgers,
  ) {
    this.leader = new Leader(
      connection,
      'reconciliations',
      regularly(EVERY_MILLISECONDS, (tenure) => this.goOn(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async goOn(tenure: AbortSignal): Promise<void> {
    for (let next = await this.reconciliations.begin(); next; next = await this.reconciliations.begin()) {
      await this.attempt(next, tenure);
      if (tenure.aborted) return;
    }
  }

  /** What is wrong with one report is no matter of the next. */
  private async attempt(reconciliation: ReconciliationDocument, tenure: AbortSignal): Promise<void> {
    try {
      await this.reconciliations.succeed(reconciliation, await this.compare(reconciliation, tenure));
    } catch (error) {
      if (tenure.aborted) await this.reconciliations.giveBack(reconciliation);
      else if (error instanceof ReportError)
        await this.reconciliations.fail(reconciliation, error.code, error.message);
      else {
        this.logger.error(error, `${reconciliation._id} is tried again`);
        await this.reconciliations.postpone(reconciliation, 'tried_again', String(error));
      }
    }
  }

  private async compare(
    { month: name, report }: ReconciliationDocument,
    tenure: AbortSignal,
  ): Promise<Comparison> {
    const month = monthOf(name);
    const charges = new Charges(month, this.config.deploymentId);
    for (const file of await this.reports.filesOf(report, tenure)) {
      charges.beginFile();
      for await (const line of linesOf(await this.reports.open(file, tenure), tenure)) charges.add(line);
    }
    const billed = await this.billed.in(month);
    return compare(charges, billed, await this.knownAmong(charges));
  }

  private async knownAmong({ byOwner }: Charges): Promise<Set<string>> {
    const servers = [...byOwner.keys()];
    const known = new Set<string>();
    for (let from = 0; from < servers.length; from += AT_ONCE)
      for (const serverId of await this.ledgers.known(servers.slice(from, from + AT_ONCE)))
        known.add(serverId);
    return known;
  }
}

import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  ofEachMeter,
  type AwsCost,
  type DataOf,
  type ListReconciledServers,
  type ListReconciliations,
  type Meter,
  type ReconciledServer,
  type Reconciliation,
  type ReplyOf,
  type StartReconciliation,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne, isId, newId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { monthOf } from '../costs/month.ts';
import type { Comparison } from './comparison.ts';
import { CostReports } from './cost-reports.ts';
import { ReconciledServerModel, type ReconciledServerDocument } from './reconciled-server.model.ts';
import { ReconciliationModel, type ReconciliationDocument } from './reconciliation.model.ts';

/** An attempt that ends by no word of its own (its process died, S3 is away) is followed by the next, later each time. */
const MOST_ATTEMPTS = 10;
const LONGEST_PAUSE_SECONDS = 600;
const AT_ONCE = 500;

/** Comparisons with what AWS charges: what staff ask for, and what came of it. */
@Injectable()
export class Reconciliations {
  constructor(
    @InjectModel(ReconciliationModel.name) private readonly reconciliations: Model<ReconciliationDocument>,
    @InjectModel(ReconciledServerModel.name) private readonly servers: Model<ReconciledServerDocument>,
    private readonly reports: CostReports,
    private readonly clock: Clock,
  ) {}

  /** Inside a transaction. Throws 400 `invalid_request`, 409 `invalid_state`. */
  async start({ month, report }: DataOf<typeof StartReconciliation>): Promise<Reconciliation> {
    const createdAt = this.clock.now();
    const { bucket, prefix } = this.reports;
    if (bucket === undefined)
      throw problem('invalid_state', {
        detail: 'billing knows no bucket of reports: BERTH_COST_REPORT_BUCKET',
      });
    if (monthOf(month).to > createdAt) throw wrong('/month', 'must be over');
    if (!report.startsWith(prefix)) throw wrong('/report', `must begin with ${prefix}`);
    const reconciliation: Omit<ReconciliationDocument, 'version'> = {
      ...{ _id: newId('rcn'), month, report, state: 'running', createdAt, attempt: 0, dueAt: createdAt },
      ...{ errorCode: null, errorDetail: null, totals: null, endedAt: null },
    };
    await insertOne(this.reconciliations, reconciliation);
    return shown(reconciliation);
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({
    cursor,
    limit,
  }: DataOf<typeof ListReconciliations>): Promise<ReplyOf<typeof ListReconciliations>> {
    if (cursor !== undefined && !isId('rcn', cursor)) throw problem('invalid_cursor');
    const found = await this.reconciliations
      .find(cursor === undefined ? {} : { _id: { $lt: cursor } })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<ReconciliationDocument[]>();
    return pageOf(found, limit, { item: shown, cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`. */
  async get(reconciliationId: string): Promise<Reconciliation> {
    return shown(await this.found(reconciliationId));
  }

  /** Throws 400 `invalid_cursor`, 404 `not_found`. */
  async serversOf({
    reconciliationId,
    flag,
    cursor,
    limit,
  }: DataOf<typeof ListReconciledServers>): Promise<ReplyOf<typeof ListReconciledServers>> {
    if (cursor !== undefined && !/^[01]\/./.test(cursor)) throw problem('invalid_cursor');
    const { state, attempt } = await this.found(reconciliationId);
    if (state !== 'succeeded') return { items: [], nextCursor: null };
    const found = await this.servers
      .find({
        ...{ reconciliationId, attempt },
        ...(flag && { flags: flag }),
        ...(cursor !== undefined && { place: { $gt: cursor } }),
      })
      .sort({ place: 1 })
      .limit(limit + 1)
      .lean<ReconciledServerDocument[]>();
    return pageOf(found, limit, { item: shownServer, cursor: ({ place }) => place });
  }

  /** Takes the oldest that is due for its next attempt, which is the last one when it is the tenth. */
  async begin(): Promise<ReconciliationDocument | undefined> {
    const now = this.clock.now();
    const due = await this.reconciliations
      .findOne({ state: 'running', dueAt: { $lte: now } })
      .sort({ _id: 1 })
      .lean<ReconciliationDocument | null>();
    if (!due) return undefined;
    if (due.attempt === MOST_ATTEMPTS) {
      const detail = due.errorDetail ?? 'Every attempt was cut off';
      await this.fail(due, due.errorCode ?? 'cut_off', `Given up after ${MOST_ATTEMPTS} attempts: ${detail}`);
      return undefined;
    }
    const pause = Math.min(LONGEST_PAUSE_SECONDS, 2 ** (due.attempt + 1)) * 1000;
    const attempt = { attempt: due.attempt + 1, dueAt: new Date(now.getTime() + pause) };
    return (await this.note(due, attempt)) ? { ...due, ...attempt } : undefined;
  }

  /** What an attempt has found counts with the change of the state, all of it at once. */
  async succeed(of: ReconciliationDocument, { servers, totals }: Comparison): Promise<void> {
    const { _id: reconciliationId, attempt } = of;
    const rows = servers.map((server): ReconciledServerDocument => {
      const place = `${server.flags.length > 0 ? 0 : 1}/${server.serverId ?? server.resourceId ?? '-'}`;
      return { ...server, _id: `${reconciliationId}/${attempt}/${place}`, reconciliationId, attempt, place };
    });
    for (let from = 0; from < rows.length; from += AT_ONCE)
      await this.servers.insertMany(rows.slice(from, from + AT_ONCE));
    const end = {
      state: 'succeeded',
      totals,
      endedAt: this.clock.now(),
      errorCode: null,
      errorDetail: null,
    } as const;
    if (!(await this.note(of, end))) return;
    await this.servers.deleteMany({ reconciliationId, attempt: { $ne: attempt } });
  }

  async fail(of: ReconciliationDocument, errorCode: string, errorDetail: string): Promise<void> {
    await this.servers.deleteMany({ reconciliationId: of._id });
    await this.note(of, { state: 'failed', errorCode, errorDetail, endedAt: this.clock.now() });
  }

  /** It is tried again when it is due. */
  async postpone(of: ReconciliationDocument, errorCode: string, errorDetail: string): Promise<void> {
    await this.note(of, { errorCode, errorDetail });
  }

  /** Gives an attempt that was cut off by a stop back, as if it had not been. */
  async giveBack(of: ReconciliationDocument): Promise<void> {
    await this.note(of, { attempt: of.attempt - 1, dueAt: this.clock.now() });
  }

  /** Whether it is still this attempt's to change. */
  private async note(
    { _id, attempt }: ReconciliationDocument,
    change: Partial<ReconciliationDocument>,
  ): Promise<boolean> {
    const { matchedCount } = await this.reconciliations.updateOne(
      { _id, attempt, state: 'running' },
      { $set: change, $inc: { version: 1 } },
    );
    return matchedCount === 1;
  }

  private async found(id: string): Promise<ReconciliationDocument> {
    const found = await this.reconciliations.findById(id).lean<ReconciliationDocument | null>();
    if (!found) throw problem('not_found');
    return found;
  }
}

const wrong = (pointer: string, detail: string) =>
  problem('invalid_request', { errors: [{ pointer, detail }] });

const shown = ({ _id: id, ...of }: Omit<ReconciliationDocument, 'version'>): Reconciliation => ({
  id,
  month: of.month,
  report: of.report,
  state: of.state,
  error: of.errorCode === null ? null : { code: of.errorCode, detail: of.errorDetail ?? '' },
  totals: of.totals && { ...of.totals, awsCost: wholeCost(of.totals.awsCost) },
  createdAt: of.createdAt.toISOString(),
  endedAt: of.endedAt?.toISOString() ?? null,
});

/** What was compared before a meter was added cost nothing of it. */
const wholeCost = (cost: Partial<AwsCost> & Omit<AwsCost, Meter>): AwsCost => ({
  ...ofEachMeter(() => '0'),
  ...cost,
});

const shownServer = (server: ReconciledServerDocument): ReconciledServer => ({
  serverId: server.serverId,
  resourceId: server.resourceId,
  accountId: server.accountId,
  awsCost: wholeCost(server.awsCost),
  billed: server.billed,
  billedCurrency: server.billedCurrency,
  margin: server.margin,
  flags: server.flags,
  unbilledHours: server.unbilledHours,
  uncostedHours: server.uncostedHours,
});

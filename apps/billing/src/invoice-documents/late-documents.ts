import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { StuckThing } from '@berth/contracts';
import { Stuck, type StuckSource } from '@berth/messaging';
import { isId } from '@berth/mongo';
import { gauge } from '@berth/telemetry';
import type { StoredInvoice } from '../invoices/invoice.model.ts';
import { DocumentSweep } from './document-sweep.ts';
import type { DocumentFailure } from './failure.model.ts';
import { DocumentFailures } from './failures.ts';
import { Undocumented } from './undocumented.ts';

/** So long after an invoice was issued its documents are late. */
const LATE_MILLISECONDS = 15 * 60_000;

/** Invoices that are still without documents, for staff and for alarms. */
@Injectable()
export class LateDocuments implements StuckSource, OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly undocumented: Undocumented,
    private readonly failures: DocumentFailures,
    private readonly sweep: DocumentSweep,
    private readonly stuck: Stuck,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.stuck.add(this);
  }

  /** Every replica counts them all: take the highest, not the sum. */
  onApplicationBootstrap(): void {
    gauge('berth.stuck', async () => {
      const late = await this.undocumented.countIssuedBy(this.lateSince());
      return late.map(({ _id: state, invoices }) => ({
        value: invoices,
        attributes: { kind: 'invoice', state },
      }));
    });
  }

  async list({ after, limit }: Parameters<StuckSource['list']>[0]): Promise<StuckThing[]> {
    const place = after && { issuedAt: issuedFor(after.stuckSince), id: after.id };
    const late = await this.undocumented.issuedBy(this.lateSince(), { after: place, limit });
    const failures = await this.failures.of(late.map(({ _id }) => _id));
    return late.map((invoice) => thingOf(invoice, failures.get(invoice._id)));
  }

  async nudge(id: string): Promise<StuckThing | null> {
    if (!isId('inv', id)) return null;
    const invoice = await this.undocumented.one(id);
    if (!invoice?.issuedAt || invoice.issuedAt > this.lateSince()) return null;
    await this.sweep.make(invoice);
    return thingOf(invoice, (await this.failures.of([id])).get(id));
  }

  private lateSince(): Date {
    return new Date(this.clock.now().getTime() - LATE_MILLISECONDS);
  }
}

const issuedFor = (stuckSince: string): Date => new Date(Date.parse(stuckSince) - LATE_MILLISECONDS);

function thingOf(invoice: StoredInvoice, failure: DocumentFailure | undefined): StuckThing {
  const issuedAt = invoice.issuedAt ?? new Date(0);
  const lateAt = new Date(issuedAt.getTime() + LATE_MILLISECONDS).toISOString();
  return {
    id: invoice._id,
    service: 'billing',
    kind: 'invoice',
    why: failure ? 'failing' : 'late',
    accountId: invoice.accountId,
    state: invoice.status,
    step: 'documents',
    enteredAt: issuedAt.toISOString(),
    deadlineAt: lateAt,
    stuckSince: lateAt,
    attempts: failure?.attempts ?? 0,
    error: failure?.error ?? null,
    nextAttemptAt: failure?.nextAttemptAt.toISOString() ?? null,
    operation: null,
  };
}

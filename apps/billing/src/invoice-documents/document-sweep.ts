import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import type { StoredInvoice } from '../invoices/invoice.model.ts';
import { Invoices } from '../invoices/invoices.ts';
import { Bucket } from './bucket.ts';
import { InvoiceDocuments } from './documents.ts';
import { DocumentFailures } from './failures.ts';

const EVERY_MILLISECONDS = 2_000;
const AT_ONCE = 50;

/**
 * Makes the documents of invoices that have none, in one replica: a crash, a slow network or storage that is away only delays them. What
 * fails waits, and ends the round: if storage is away, the others would fail as well.
 */
@Injectable()
export class DocumentSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DocumentSweep.name);
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly invoices: Invoices,
    private readonly documents: InvoiceDocuments,
    private readonly bucket: Bucket,
    private readonly failures: DocumentFailures,
  ) {
    this.leader = new Leader(
      connection,
      'invoice-documents',
      regularly(EVERY_MILLISECONDS, (tenure) => this.sweep(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    if (this.bucket.exists) this.leader.start();
    else this.logger.warn('No documents are made of invoices: BERTH_INVOICE_BUCKET is not set');
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async sweep(tenure: AbortSignal): Promise<void> {
    const waiting = await this.failures.waiting();
    for (const invoice of await this.invoices.withoutDocuments(AT_ONCE, waiting)) {
      if (tenure.aborted || !(await this.make(invoice))) return;
    }
  }

  /** Whether they were made; otherwise it is noted why not, and when it is tried again. */
  async make(invoice: StoredInvoice): Promise<boolean> {
    try {
      await this.documents.make(invoice);
      await this.failures.forget(invoice._id);
      return true;
    } catch (error) {
      this.logger.warn(error, `The documents of ${invoice.number} could not be made`);
      await this.failures.note(invoice._id, error);
      return false;
    }
  }
}

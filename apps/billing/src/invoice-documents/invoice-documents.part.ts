import type { Part } from '../part.ts';
import { Bucket, type BucketSettings } from './bucket.ts';
import { DocumentHandlers } from './document.handlers.ts';
import { DocumentSweep } from './document-sweep.ts';
import { InvoiceDocuments } from './documents.ts';
import { DocumentFailureModel } from './failure.model.ts';
import { DocumentFailures } from './failures.ts';
import { LateDocuments } from './late-documents.ts';
import { Undocumented } from './undocumented.ts';

/** Keeps documents of invoices in S3, and answers `GetInvoiceDocument`. Owns `document_failures`. */
export const invoiceDocuments = (bucket: BucketSettings | null): Part => ({
  models: [DocumentFailureModel],
  controllers: [DocumentHandlers],
  providers: [
    { provide: Bucket, useFactory: () => new Bucket(bucket) },
    InvoiceDocuments,
    Undocumented,
    DocumentFailures,
    DocumentSweep,
    LateDocuments,
  ],
});

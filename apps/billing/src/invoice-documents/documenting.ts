import type { ModelDefinition } from '@nestjs/mongoose';
import { Bucket, type BucketSettings } from './bucket.ts';
import { DocumentHandlers } from './document.handlers.ts';
import { DocumentSweep } from './document-sweep.ts';
import { InvoiceDocuments } from './documents.ts';
import { DocumentFailureModel } from './failure.model.ts';
import { DocumentFailures } from './failures.ts';
import { LateDocuments } from './late-documents.ts';
import { Undocumented } from './undocumented.ts';

/** What billing is made of besides: the files of invoices. */
export const documenting = (bucket: BucketSettings | null) => ({
  models: [DocumentFailureModel] satisfies ModelDefinition[],
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

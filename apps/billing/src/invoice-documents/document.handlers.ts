import { Controller } from '@nestjs/common';
import { GetInvoiceDocument, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { InvoiceDocuments } from './documents.ts';

@Controller()
export class DocumentHandlers {
  constructor(private readonly documents: InvoiceDocuments) {}

  @OnRequest(GetInvoiceDocument)
  document(wanted: DataOf<typeof GetInvoiceDocument>) {
    return this.documents.part(wanted);
  }
}

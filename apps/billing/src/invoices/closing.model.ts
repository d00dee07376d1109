import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/**
 * A month of an account, from when it is to be closed. Whoever closes it, corrects it, or records usage of it after its end writes to
 * this document in the same transaction, so that of two at once one fails and starts again with what the other has done.
 */
export interface ClosingDocument {
  /** `<accountId>/<month>` */
  _id: string;
  accountId: string;
  /** `2026-11` */
  month: string;
  /** `due`: to be closed when its time has come. `closed`. `reopened`: its invoice is void, and staff close it again. */
  state: 'due' | 'closed' | 'reopened';
  /** The month's invoice; null when there is none (yet), or nothing was used. */
  invoiceId: string | null;
  /**
   * Of a month that is closed. `to_compare`: something was recorded since, so it may come to more or less than was said. `to_invoice`:
   * it comes to more, which the next invoice says.
   */
  correction: 'to_compare' | 'to_invoice' | null;
  /** Grows whenever anything that was used in the month is recorded after its end, and with every closing and correction. */
  version: number;
}

const schema = documentSchema<ClosingDocument>(
  {
    _id: String,
    accountId: { type: String, required: true },
    month: { type: String, required: true },
    state: { type: String, required: true },
    invoiceId: { type: String, default: null },
    correction: { type: String, default: null },
    version: { type: Number, default: 0 },
  },
  { collection: 'closings', tenantScoped: true },
)
  // What is to be closed.
  .index({ state: 1, month: 1, accountId: 1 })
  // What is to be compared, of all accounts, and what one account has to be told with its next invoice.
  .index({ correction: 1, month: 1, accountId: 1 }, { partialFilterExpression: { correction: { $gt: '' } } })
  .index({ accountId: 1, month: 1 });

export const ClosingModel = { name: 'Closing', schema } satisfies ModelDefinition;

export const closingId = (accountId: string, month: string) => `${accountId}/${month}`;

import type { InvoiceLine } from '@berth/contracts';
import type { IssuedInvoice } from './issued.ts';

/** A line of November 2026. */
export const line = (n: number, of: Partial<InvoiceLine> = {}): InvoiceLine => ({
  n,
  kind: 'usage',
  description: 'Compute small in eu-central-1',
  month: '2026-11',
  meter: 'compute',
  region: 'eu-central-1',
  size: 'small',
  periods: [{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' }],
  quantity: 43_200,
  unit: 'minute',
  unitPrice: '0.000231481481',
  amount: '10.00',
  corrects: null,
  ...of,
});

/** An invoice as Terms and tax make it: 10.00 and 1.50, 19% of it, and credit. */
export const invoice = (of: Partial<IssuedInvoice> = {}): IssuedInvoice => ({
  id: 'inv_01h455vb4pex5vsknk084sn02q',
  accountId: 'acc_01h455vb4pex5vsknk084sn02q',
  kind: 'invoice',
  number: 'BERTH-2026-000042',
  month: '2026-11',
  currency: 'EUR',
  seller: {
    name: 'Harbour Software GmbH',
    addressLines: ['Am Kai 7', '20457 Hamburg'],
    country: 'DE',
    taxId: 'DE123456789',
    email: 'billing@harbour.example',
    paymentLines: ['IBAN DE02 1203 0000 0000 2020 51', 'BIC BYLADEM1001'],
  },
  buyer: {
    accountId: 'acc_01h455vb4pex5vsknk084sn02q',
    name: 'Analytical Engines Ltd',
    addressLines: ['12 St James’s Square', 'London SW1Y 4JH'],
    country: 'GB',
    taxId: 'GB999999973',
    email: 'accounts@analytical.example',
  },
  issuedAt: '2026-12-02T00:00:00.000Z',
  dueAt: '2026-12-16T00:00:00.000Z',
  lines: [
    line(1),
    line(2, {
      description: 'Disk in eu-central-1',
      ...{ meter: 'disk', size: null, unit: 'gib_minute', quantity: 4_320_000 },
      ...{ unitPrice: '0.000000347222', amount: '1.50' },
    }),
  ],
  subtotal: '11.50',
  tax: { rate: '19', reverseCharge: false, note: null, amount: '2.18' },
  total: '13.68',
  credits: [{ creditId: 'crd_01h455vb4pex5vsknk084sn02q', reason: 'Welcome', amount: '5.00' }],
  amountDue: '8.68',
  corrects: null,
  ...of,
});

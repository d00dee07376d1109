import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from './config.ts';
import { VendorDetails } from './invoices/vendor.ts';

const environment = { AMQP_URL: 'amqp://a', MONGODB_URI: 'mongodb://m' };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vendor-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function vendorIn(text: string) {
  const file = join(folder, 'vendor.yaml');
  await writeFile(file, text);
  return new Config({ ...environment, BERTH_VENDOR_FILE: file }).vendor;
}

const RIGHT = `
name: Meridian
addressLines: [1 Quay Street]
country: GB
paymentLines: [IBAN GB00]
invoicePrefix: MER
creditNotePrefix: MER-CN
reverseChargeNote: Reverse charge
`;

describe('who issues invoices', () => {
  test('on one machine is an example, and a file says otherwise, with the usual terms', async () => {
    expect(new Config(environment).vendor).toMatchObject({ invoicePrefix: 'BERTH', graceHours: 72 });
    expect(await vendorIn(RIGHT)).toEqual({
      name: 'Meridian',
      addressLines: ['1 Quay Street'],
      country: 'GB',
      taxId: null,
      email: null,
      paymentLines: ['IBAN GB00'],
      invoicePrefix: 'MER',
      creditNotePrefix: 'MER-CN',
      firstMonth: null,
      paymentTermDays: 14,
      graceHours: 72,
      taxRate: '0',
      reverseChargeNote: 'Reverse charge',
      reminderDays: [1, 7],
      suspensionDays: 21,
    });
  });

  test.each([
    ['taxRate: 19', 'taxRate'],
    ['taxRate: "nineteen"', 'taxRate must be percent in quotes'],
    ['country: XX', 'country is no country'],
    ['creditNotePrefix: MER', 'creditNotePrefix must be another than invoicePrefix'],
    ['grace: 1', 'grace'],
    ['name: [', 'Flow sequence'],
  ])('is not right with %s, and the start says why', async (line, why) => {
    const key = line.split(':')[0] ?? '';
    const text = [...RIGHT.split('\n').filter((each) => !each.startsWith(`${key}:`)), line].join('\n');
    await expect(vendorIn(text)).rejects.toThrow(/^The vendor's details in .*vendor\.yaml are not right: /);
    await expect(vendorIn(text)).rejects.toThrow(why);
  });

  test('is not right when the file is not there', () => {
    const missing = { ...environment, BERTH_VENDOR_FILE: join(folder, 'none.yaml') };
    expect(() => new Config(missing)).toThrow(/none\.yaml are not right: ENOENT/);
  });
});

test('on AWS nobody issues invoices who has not said who they are, and all else goes on', () => {
  const { publicKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const keys = { BERTH_PASSPORT_PUBLIC_KEYS: publicKey.toString('base64') };
  const { vendor } = new Config({ ...environment, ...keys, BERTH_CLOUD: 'aws' });
  expect(vendor).toBeNull();
  expect(() => new VendorDetails(vendor).expect()).toThrow('Nothing is invoiced');
});

describe('documents of invoices', () => {
  const endpoint = 'http://127.0.0.1:4566';
  const bucket = { BERTH_INVOICE_BUCKET: 'berth-invoices' };

  test('are made only where there is a bucket for them', () => {
    expect(new Config(environment).invoiceBucket).toBeNull();
    expect(new Config({ ...environment, ...bucket, BERTH_AWS_ENDPOINT: endpoint }).invoiceBucket).toEqual({
      ...{ name: 'berth-invoices', region: 'eu-central-1', endpoint },
    });
  });

  test('are kept where S3 is, which has to be said of the simulated one', () => {
    expect(() => new Config({ ...environment, ...bucket })).toThrow('BERTH_AWS_ENDPOINT');
    const elsewhere = { ...bucket, BERTH_INVOICE_BUCKET: 'Not_a_bucket', BERTH_AWS_ENDPOINT: endpoint };
    expect(() => new Config({ ...environment, ...elsewhere })).toThrow('BERTH_INVOICE_BUCKET');
  });

  test('have to be kept by who issues invoices on AWS', () => {
    const { publicKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    });
    const aws = {
      ...{ ...environment, BERTH_CLOUD: 'aws', BERTH_VENDOR_FILE: join(folder, 'vendor.yaml') },
      BERTH_PASSPORT_PUBLIC_KEYS: publicKey.toString('base64'),
    };
    expect(() => new Config(aws)).toThrow('BERTH_INVOICE_BUCKET');
  });
});

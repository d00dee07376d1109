import { describe, expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import { gzipSync } from 'node:zlib';
import { monthOf } from '../costs/month.ts';
import { Charges } from './charges.ts';
import { COLUMNS } from './report-line.ts';
import { linesOf } from './report-text.ts';
import { csv, hours, line } from './report.fixture.ts';

const signal = new AbortController().signal;
const srv = 'srv_01h455vb4pex5vsknk084sn02q';

/** As it comes over the network: in pieces of any length. */
async function* pieces(bytes: Uint8Array, length = 7) {
  for (let from = 0; from < bytes.length; from += length) {
    await Promise.resolve();
    yield bytes.subarray(from, from + length);
  }
}

async function charged(file: Uint8Array | string, length?: number): Promise<Charges> {
  const charges = new Charges(monthOf('2026-03'), 'local');
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  for await (const each of linesOf(pieces(bytes, length), signal)) charges.add(each);
  return charges;
}

const WITHOUT_TAGS = Object.values(COLUMNS).filter((name) => !name.startsWith('resourceTags/'));

describe('a report', () => {
  const rows = [...hours('compute', 10, 12, { serverId: srv }), ...hours('disk', 10, 12, { serverId: srv })];

  test.each([1, 7, 100_000])(
    'is read in pieces of %i bytes, plain or gzip, whatever it is called',
    async (length) => {
      for (const file of [Buffer.from(csv(rows)), gzipSync(csv(rows)), Buffer.from(`\ufeff${csv(rows)}`)]) {
        const { byOwner, lines, currency } = await charged(file, length);
        const cost = byOwner.get(srv)?.cost;
        expect({ lines, currency }).toEqual({ lines: 4, currency: 'USD' });
        expect([cost?.compute.toFixed(), cost?.disk.toFixed()]).toEqual(['0.096', '0.0052']);
      }
    },
  );

  test('adds up numbers as AWS writes them, to the last digit', async () => {
    const costs = ['0.1', '0.2', '9.6E-7', '', '1e2'].map((cost) => line({ cost, serverId: srv }));
    const { byOwner } = await charged(csv(costs));
    expect(byOwner.get(srv)?.cost.compute.toFixed()).toBe('100.30000096');
  });

  test('tells credits, refunds and discounts from what was used, and what is not ours from what is', async () => {
    const { byOwner, elsewhere } = await charged(
      csv([
        line({ serverId: srv }),
        line({ serverId: srv, type: 'Credit', cost: '-0.01', start: '', end: '' }),
        line({ serverId: srv, type: 'EdpDiscount', cost: '-0.002' }),
        line({ serverId: srv, usageType: 'EUC1-DataTransfer-Out-Bytes', cost: '0.5' }),
        line({ serverId: srv, deploymentId: 'staging', cost: '7' }),
        line({ deploymentId: '', type: 'Tax', cost: '1.25', resourceId: '' }),
        line({ deploymentId: '', type: 'Refund', cost: '-3', resourceId: '' }),
      ]),
    );
    const { compute, other, adjustments } = byOwner.get(srv)?.cost ?? {};
    expect([compute, other, adjustments].map((each) => each?.toFixed())).toEqual(['0.048', '0.5', '-0.012']);
    expect([...byOwner.keys()]).toEqual([srv]);
    expect(elsewhere.toFixed()).toBe('5.25');
  });

  test('tells backups from disks, and the hours in which one was there', async () => {
    const snapshot = {
      serverId: srv,
      resourceId: 'arn:aws:ec2:eu-central-1:1:snapshot/snap-0123456789abcdef0',
    };
    const { byOwner } = await charged(
      csv([
        line({ ...snapshot, usageType: 'EUC1-EBS:SnapshotUsage', cost: '0.25' }),
        line({ ...snapshot, usageType: 'EUC1-EBS:SnapshotArchiveRetrieval', start: '2026-03-05T12:00:00Z' }),
        line({ ...snapshot, usageType: 'EUC1-EBS:VolumeP-IOPS.gp3', cost: '0.5' }),
        line({ ...snapshot, usageType: 'EUC1-EBS:VolumeUsage.gp3', cost: '1' }),
      ]),
    );
    const { cost, hours: there } = byOwner.get(srv) ?? {};
    expect([cost?.backup, cost?.disk].map((each) => each?.toFixed())).toEqual(['0.298', '1.5']);
    const tenOnTheFifth = 4 * 24 + 10;
    expect([there?.backup, there?.disk].map((each) => each?.all())).toEqual([
      [tenOnTheFifth],
      [tenOnTheFifth],
    ]);
    expect(there?.compute.all()).toEqual([]);
  });

  test('may repeat an id in its next file', async () => {
    const charges = new Charges(monthOf('2026-03'), 'local');
    for (const file of [1, 2]) {
      charges.beginFile();
      for await (const each of linesOf(pieces(Buffer.from(csv([line({ id: 'same' })]))), signal))
        charges.add(each);
      expect(charges.lines).toBe(file);
    }
  });

  test.each<[string, string | Uint8Array, string]>([
    ['has other columns', 'InvoiceID,PayerAccountId\n1,2\n', 'missing_columns'],
    ['has no tags', csv(rows, WITHOUT_TAGS), 'missing_columns'],
    ['is of another month', csv([line(), line({ periodStart: '2026-04-01T00:00:00Z' })]), 'wrong_month'],
    ['ends in the middle of its gzip', gzipSync(csv(rows)).subarray(0, -20), 'truncated'],
    [
      'has a broken gzip',
      Buffer.concat([gzipSync(csv(rows)).subarray(0, 40), Buffer.alloc(400, 7)]),
      'malformed_gzip',
    ],
    ['ends in the middle of a line', csv(rows).slice(0, -40), 'malformed_csv'],
    ['has a quote that never ends', `${csv(rows)}"oh,`, 'malformed_csv'],
    ['has a line without end', `${csv(rows)}"${'x'.repeat(1_100_000)}`, 'malformed_csv'],
    ['has a line with too few fields', `${csv(rows)}1,2,3\n`, 'malformed_csv'],
    ['has a cost that is no number', csv([line({ cost: 'much' })]), 'malformed_line'],
    ['has a time that is none', csv([line({ start: 'yesterday' })]), 'malformed_line'],
    ['is by the day', csv([line({ end: '2026-03-06T10:00:00Z' })]), 'not_hourly'],
    ['has a line twice', csv([line({ id: 'same' }), line({ id: 'same' })]), 'duplicate_line'],
    ['has two currencies', csv([line(), line({ currency: 'CNY' })]), 'mixed_currencies'],
  ])('that %s is refused, and says so', async (_, file, code) => {
    await expect(charged(file)).rejects.toMatchObject({ name: 'ReportError', code });
  });

  test('without a line has no currency', async () => {
    const charges = await charged(csv([]));
    expect(() => charges.currency).toThrow('no lines');
  });

  test('of nothing at all lacks its columns or its lines', async () => {
    const charges = await charged('');
    expect(() => charges.currency).toThrow('no lines');
  });

  test('that fails on its way is told as it failed', async () => {
    async function* broken() {
      yield Buffer.from(csv(rows).slice(0, 200));
      await Promise.resolve();
      throw new Error('the connection is lost');
    }
    const read = async () => {
      for await (const each of linesOf(broken(), signal)) expect(each.month).toBe('2026-03');
    };
    await expect(read()).rejects.toThrow('the connection is lost');
  });

  test.each([
    ['at its header', 'a,b\n'],
    ['at a line', csv([line(), line({ cost: 'much' })])],
  ])('that is wrong %s is not read any further, and let go of', async (_, text) => {
    let isLetGo = false;
    async function* endless() {
      try {
        yield Buffer.from(text);
        for (;;) {
          await Promise.resolve();
          yield Buffer.from('1,2,3\n');
        }
      } finally {
        isLetGo = true;
      }
    }
    const read = async () => {
      for await (const each of linesOf(endless(), signal)) expect(each.month).toBe('2026-03');
    };
    await expect(read()).rejects.toMatchObject({ name: 'ReportError' });
    await eventually(() => expect(isLetGo).toBe(true));
  });

  test('is not held in memory', async () => {
    const text = csv(hours('compute', 0, 24, { serverId: srv }));
    const header = text.slice(0, text.indexOf('\n') + 1);
    const [row = ''] = text.slice(header.length).split('\n');
    let sent = 0;
    let seen = 0;
    async function* endless() {
      yield Buffer.from(header);
      for (; sent < 200_000; sent += 100) {
        await Promise.resolve();
        yield Buffer.from(`${row}\n`.repeat(100));
      }
    }
    for await (const each of linesOf(endless(), signal)) {
      expect(each.currency).toBe('USD');
      seen++;
      if (seen === 1_000) break;
    }
    expect(sent).toBeLessThan(20_000);
  });
});

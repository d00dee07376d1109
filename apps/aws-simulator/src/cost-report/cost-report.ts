import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Month } from '@berth/contracts';
import { z } from 'zod';
import { ACCOUNT, type Fauxqs } from '../sns/fauxqs.ts';
import type { World } from '../world.ts';
import { csvLines } from './csv.ts';
import { lineItems } from './line-items.ts';
import { monthOf } from './month.ts';

const Name = z.string().regex(/^[0-9A-Za-z!\-_.*'()]{1,256}$/);

/** Where a report goes, as its definition at AWS says it. */
export const Delivery = z.strictObject({
  month: Month,
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .default('berth-cost-reports'),
  prefix: z
    .string()
    .regex(/^[0-9A-Za-z!\-_.*'()/]*$/)
    .default('cur'),
  name: Name.default('berth'),
});

/** The Cost and Usage Report of a month (`2026-11`) so far, as text. */
export function costReport(world: World, name: string): Readable {
  const month = monthOf(Month.parse(name));
  return Readable.from(csvLines(lineItems(world, month), month));
}

/**
 * Writes it, compressed, with its manifest, where AWS writes a report that overwrites the one before
 * (https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html).
 */
export async function deliverCostReport(
  world: World,
  fauxqs: Fauxqs,
  { month: name, bucket, prefix, name: reportName }: z.output<typeof Delivery>,
) {
  const month = monthOf(name);
  const lines = [...csvLines(lineItems(world, month), month)];
  const file = gzipSync(lines.join(''));
  const [start, end] = [month.from, month.to].map((at) => new Date(at).toISOString().replaceAll(/[-:]/g, ''));
  const folder = [prefix, reportName, `${start?.slice(0, 8)}-${end?.slice(0, 8)}`].filter(Boolean).join('/');
  const report = `${folder}/${reportName}-00001.csv.gz`;
  const manifest = `${folder}/${reportName}-Manifest.json`;
  const contents = {
    assemblyId: createHash('sha256').update(file).digest('hex').slice(0, 32),
    ...{ account: ACCOUNT, charset: 'UTF-8', compression: 'GZIP', contentType: 'text/csv' },
    ...{ reportName, billingPeriod: { start, end }, bucket, reportKeys: [report] },
  };
  await fauxqs.putObject(bucket, report, file);
  await fauxqs.putObject(bucket, manifest, Buffer.from(JSON.stringify(contents)));
  return { bucket, report, manifest, lines: lines.length - 1 };
}

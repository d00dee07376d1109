import { createHash } from 'node:crypto';
import type { Tags } from '../ec2/model.ts';
import { ACCOUNT } from '../sns/fauxqs.ts';
import type { World } from '../world.ts';
import { spanOfVolume, spansOfInstance } from './billed-spans.ts';
import { within, type Span } from './month.ts';
import { ADDRESS_RATE, instanceRate, prefixOf, VOLUME_RATE } from './rates.ts';

const HOUR = 3_600_000;

/** One resource's usage of one kind in one hour. */
export interface LineItem extends Span {
  id: string;
  productCode: 'AmazonEC2' | 'AmazonVPC';
  usageType: string;
  operation: string;
  resourceId: string;
  region: string;
  zone: string;
  unit: 'Hrs' | 'GB-Mo';
  /** How much of the unit, exactly. */
  amount: readonly [numerator: bigint, denominator: bigint];
  /** For one unit, in ten-billionths of a US dollar. */
  rate: bigint;
  tags: Tags;
}

type Used = Omit<LineItem, 'id' | 'amount' | 'from' | 'to'>;

/**
 * What AWS would charge for a month so far, hour by hour: instance hours by type, volumes by size, orphans too, and public
 * addresses. It follows from the history of the simulated world alone. As at AWS the line of an address names its network interface, which has no tags here.
 */
export function* lineItems({ instances, volumes, clock }: World, month: Span): Generator<LineItem> {
  const now = clock.now();
  const past = { from: month.from, to: Math.min(month.to, now) };
  const monthSeconds = BigInt(month.to - month.from) / 1000n;
  for (const instance of instances.table.all()) {
    const { id: resourceId, region, zone, instanceType, tags } = instance;
    const prefix = prefixOf(region);
    const operation = 'RunInstances';
    for (const { publicIp, ...span } of spansOfInstance(instance, now)) {
      const run = within(span, past);
      if (!run) continue;
      const where = { region, zone, operation, unit: 'Hrs' } as const;
      const usageType = `${prefix}BoxUsage:${instanceType}`;
      const rate = instanceRate(instanceType);
      yield* hourly(
        run,
        { ...where, productCode: 'AmazonEC2', usageType, resourceId, rate, tags },
        1n,
        3600n,
      );
      if (publicIp === undefined) continue;
      const address = { usageType: `${prefix}PublicIPv4:InUseAddress`, rate: ADDRESS_RATE, tags: {} };
      const card = `arn:aws:ec2:${region}:${ACCOUNT}:network-interface/eni-${resourceId.slice(2)}`;
      yield* hourly(run, { ...where, ...address, productCode: 'AmazonVPC', resourceId: card }, 1n, 3600n);
    }
  }
  for (const volume of volumes.table.all()) {
    const run = within(spanOfVolume(volume, now), past);
    if (!run) continue;
    const { id: resourceId, region, zone, type, tags, sizeGib } = volume;
    const usageType = `${prefixOf(region)}EBS:VolumeUsage${type === 'standard' ? '' : `.${type}`}`;
    const where = {
      region,
      zone,
      productCode: 'AmazonEC2',
      operation: 'CreateVolume',
      unit: 'GB-Mo',
    } as const;
    const used = { ...where, usageType, resourceId, rate: VOLUME_RATE, tags };
    yield* hourly(run, used, BigInt(sizeGib), monthSeconds);
  }
}

/** A second of it is `numerator / denominator` units. */
function* hourly(run: Span, used: Used, numerator: bigint, denominator: bigint): Generator<LineItem> {
  for (let from = Math.floor(run.from / HOUR) * HOUR; from < run.to; from += HOUR) {
    const hour = { from, to: from + HOUR };
    const part = within(run, hour);
    if (!part) continue;
    const seconds = BigInt(Math.ceil((part.to - part.from) / 1000));
    const id = createHash('sha256')
      .update(`${used.resourceId} ${used.usageType} ${part.from}`)
      .digest('hex')
      .slice(0, 52);
    yield { ...used, ...hour, id, amount: [seconds * numerator, denominator] };
  }
}

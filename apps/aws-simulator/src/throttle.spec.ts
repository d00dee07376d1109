import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from './clock.ts';
import { Store } from './store.ts';
import { Throttle } from './throttle.ts';

function throttled({ throttling = true, speed = 1 } = {}) {
  const clock = new VirtualClock(new Store());
  const throttle = new Throttle(clock, { throttling, speed });
  const allowed = (times: number, operation: string, region = 'eu-central-1', service = 'ec2') =>
    Array.from({ length: times }, () => throttle.allows({ service, region, operation })).filter(Boolean)
      .length;
  return { clock, allowed };
}

describe('throttling', () => {
  test('RunInstances has 5 tokens and gets 2 a second', () => {
    const { clock, allowed } = throttled();
    expect(allowed(20, 'RunInstances')).toBe(5);
    clock.advance(2);
    expect(allowed(20, 'RunInstances')).toBe(4);
    clock.advance(3600);
    expect(allowed(20, 'RunInstances')).toBe(5);
  });

  test('Describe actions have 100 tokens and get 20 a second, each its own', () => {
    const { clock, allowed } = throttled();
    expect(allowed(150, 'DescribeInstances')).toBe(100);
    expect(allowed(1, 'DescribeVolumes')).toBe(1);
    clock.advance(1);
    expect(allowed(150, 'DescribeInstances')).toBe(20);
  });

  test('regions do not share tokens; Route 53 has 5 a second for all its calls', () => {
    const { allowed } = throttled();
    expect(allowed(20, 'RunInstances', 'eu-central-1')).toBe(5);
    expect(allowed(20, 'RunInstances', 'us-east-1')).toBe(5);
    expect(
      allowed(4, 'GetChange', 'global', 'route53') + allowed(4, 'ListHostedZones', 'global', 'route53'),
    ).toBe(5);
  });

  test('it can be switched off, and a faster world refills faster', () => {
    expect(throttled({ throttling: false }).allowed(1000, 'RunInstances')).toBe(1000);
    const { clock, allowed } = throttled({ speed: 10 });
    allowed(20, 'RunInstances');
    clock.advance(0.2);
    expect(allowed(20, 'RunInstances')).toBe(4);
  });
});

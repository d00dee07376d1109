import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { VirtualClock } from './clock.ts';
import { Store } from './store.ts';
import { Throttle } from './throttle.ts';

const FILTERED = { Filters: [{ Name: 'tag:a', Values: ['b'] }] };

function throttled({ throttling = true, speed = 1 } = {}) {
  const clock = new VirtualClock(new Store());
  const throttle = new Throttle(clock, { throttling, speed });
  const allowed = (times: number, operation: string, input: object = {}, region = 'eu-central-1') => {
    const service = region === 'global' ? 'route53' : 'ec2';
    const calls = Array.from({ length: times }, () => throttle.allows({ service, region, operation, input }));
    return calls.filter(Boolean).length;
  };
  return { clock, allowed };
}

// Only `advance` lets time go on: a machine that stands still for a second would give tokens.
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 30));
});

describe('throttling', () => {
  test.each([
    ['RunInstances', 5, 2],
    ['StartInstances', 5, 2],
    ['StopInstances', 50, 5],
    ['TerminateInstances', 100, 5],
    ['DeleteVolume', 100, 5],
    ['CreateTags', 100, 10],
    ['DescribeSubnets', 100, 20],
  ])('%s has %i tokens and gets %i a second', (operation, capacity, refillPerSecond) => {
    const { clock, allowed } = throttled();
    expect(allowed(capacity + 20, operation)).toBe(capacity);
    clock.advance(1);
    expect(allowed(50, operation)).toBe(refillPerSecond);
    clock.advance(3600);
    expect(allowed(capacity + 20, operation)).toBe(capacity);
  });

  test('a Describe without filter and page size draws from a smaller bucket of its own', () => {
    const { clock, allowed } = throttled();
    expect(allowed(150, 'DescribeInstances', { InstanceIds: ['i-1'] })).toBe(50);
    expect(allowed(150, 'DescribeInstances', FILTERED)).toBe(100);
    clock.advance(1);
    expect(allowed(50, 'DescribeInstances')).toBe(10);
    expect(allowed(50, 'DescribeInstances', { MaxResults: 5 })).toBe(20);
  });

  test('a request is about as many instances as it names: those have a bucket besides', () => {
    const { clock, allowed } = throttled();
    expect(allowed(5, 'RunInstances', { MaxCount: 400 })).toBe(2);
    expect(allowed(5, 'RunInstances', { MaxCount: 200 })).toBe(1);
    clock.advance(1);
    expect(allowed(5, 'RunInstances', { MaxCount: 2 })).toBe(1);
  });

  test('neither actions nor regions share tokens, but all calls of Route 53 do', () => {
    const { allowed } = throttled();
    expect(allowed(20, 'RunInstances')).toBe(5);
    expect(allowed(20, 'RunInstances', {}, 'us-east-1')).toBe(5);
    expect(allowed(20, 'StartInstances')).toBe(5);
    expect(allowed(40, 'GetChange', {}, 'global') + allowed(40, 'ListHostedZonesByName', {}, 'global')).toBe(
      50,
    );
  });

  test('it can be switched off, and a faster world refills faster', () => {
    expect(throttled({ throttling: false }).allowed(1000, 'RunInstances')).toBe(1000);
    const { clock, allowed } = throttled({ speed: 10 });
    allowed(20, 'RunInstances');
    clock.advance(0.2);
    expect(allowed(20, 'RunInstances')).toBe(4);
  });
});

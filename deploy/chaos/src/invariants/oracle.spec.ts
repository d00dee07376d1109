import { expect, test } from '@jest/globals';
import { after, BEGIN, entry } from './evidence.fixture.ts';
import { minutesOf } from './oracle.ts';

const computeOf = (timeline: Parameters<typeof minutesOf>[0], until = after(3_600)) =>
  [...minutesOf(timeline, until).compute].map((minute) => minute - BEGIN / 60_000);

test('every minute touched counts once, however often it was touched', () => {
  const flickering = [
    entry(1, 59.999, null, 'running'),
    entry(2, 60.001, 'running', 'pausing'),
    entry(3, 70, 'pausing', 'running'),
    entry(4, 80, 'running', 'pausing'),
  ];
  expect(computeOf(flickering)).toEqual([0, 1]);
});

test('a minute that begins as the server stops is not touched', () => {
  expect(computeOf([entry(1, 10, null, 'running'), entry(2, 60, 'running', 'paused')])).toEqual([0]);
});

test('no length, no minute', () => {
  expect(computeOf([entry(1, 10, null, 'running'), entry(2, 10, 'running', 'paused')])).toEqual([]);
});

test('a silent server is billed, a lost one is not', () => {
  const silent = entry(2, 30, 'running', 'unavailable', 'app_silent');
  const lost = entry(3, 150, 'unavailable', 'unavailable', 'host_failed');
  expect(computeOf([entry(1, 0, null, 'running'), silent, lost])).toEqual([0, 1, 2]);
});

test('what runs on counts until now, the disk also while it is paused', () => {
  const timeline = [entry(1, 0, null, 'running'), entry(2, 30, 'running', 'paused')];
  const { compute, disk } = minutesOf(timeline, after(200));
  expect({ compute: compute.size, disk: disk.size }).toEqual({ compute: 1, disk: 4 });
});

test('a server that never ran is free', () => {
  const timeline = [entry(1, 0, null, 'provisioning'), entry(2, 300, 'provisioning', 'failed')];
  expect(minutesOf(timeline, after(900)).disk.size).toBe(0);
});

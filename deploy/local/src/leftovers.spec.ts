import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearLeftovers, forget, remember, runningBroker } from './leftovers.ts';

let home: string;
let child: ChildProcess;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'berth-leftovers-'));
  child = spawn(process.execPath, ['-e', `console.log('up'); setInterval(() => {}, 1000)`]);
  await once(child.stdout!, 'data');
});

afterEach(() => {
  child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

const alive = () => child.exitCode === null && child.signalCode === null;

test('what a killed supervisor left running is ended', async () => {
  remember(home, [child.pid!]);
  const exit = once(child, 'exit');
  await clearLeftovers(home);
  await exit;
  expect(alive()).toBe(false);
});

test('a process that merely got a remembered pid is left alone', async () => {
  const children = [{ pid: child.pid, command: 'rabbitmq-server' }];
  writeFileSync(join(home, 'running.json'), JSON.stringify({ supervisor: 0, children }));
  await clearLeftovers(home);
  expect(alive()).toBe(true);
});

test('a first start finds nothing to clear', async () => {
  await expect(clearLeftovers(home)).resolves.toBeUndefined();
});

test('the private broker is known while the system runs', () => {
  expect(runningBroker(home)).toBeUndefined();
  remember(home, [], { amqpUrl: 'amqp://guest:guest@127.0.0.1:40000' });
  expect(runningBroker(home)).toBe('amqp://guest:guest@127.0.0.1:40000');
  forget(home);
  expect(runningBroker(home)).toBeUndefined();
});

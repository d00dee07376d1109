import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child, lineInLog } from './child.ts';

let home: string;
let log: string;
let child: Child;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'berth-child-'));
  log = join(home, 'child.log');
});

afterEach(async () => {
  await child.stop();
  rmSync(home, { recursive: true });
});

const run = (script: string) =>
  (child = new Child({
    name: 'child',
    command: process.execPath,
    args: ['-e', script],
    env: {},
    log,
  }).start());

const forEver = `setInterval(() => {}, 1000);`;

test('a process that dies is started again', async () => {
  run(`console.log('started', process.pid); ${forEver}`);
  const [, first] = await lineInLog(log, /started (\d+)/);
  process.kill(Number(first), 'SIGKILL');
  const [, second] = await lineInLog(log, new RegExp(`started ${first}\\nstarted (\\d+)`));
  expect(second).not.toBe(first);
  expect(child.restarts).toBe(1);
});

test('a process that keeps dying is started with growing pauses', async () => {
  run(`console.log(Date.now())`);
  await lineInLog(log, /(\d+\n){4}/);
  const [a, b, c, d] = readFileSync(log, 'utf8').split('\n').map(Number) as [number, number, number, number];
  expect(c - b).toBeGreaterThan(b - a);
  expect(d - c).toBeGreaterThan(c - b);
});

test('a stopped process stays stopped', async () => {
  run(`console.log('up'); process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${forEver}`);
  await lineInLog(log, /up/);
  await child.stop();
  expect(readFileSync(log, 'utf8')).toBe('up\nbye\n');
  expect(child.pid).toBeUndefined();
});

test('a process that will not stop is killed', async () => {
  run(`console.log('up'); process.on('SIGTERM', () => {}); ${forEver}`);
  await lineInLog(log, /up/);
  await child.stop(0.2);
  expect(child.pid).toBeUndefined();
});

test('a process that crashes with all it started stays away until it is started, and is there once then', async () => {
  run(
    `const { spawn } = require('node:child_process');
    const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log('up', pid); ${forEver}`,
  );
  const [, grandchild] = await lineInLog(log, /up (\d+)/);
  await child.crash();
  expect(child.pid).toBeUndefined();
  while (isAlive(Number(grandchild))) await new Promise(setImmediate);
  child.start();
  await lineInLog(log, /(up \d+\n){2}/);
  expect(child.restarts).toBe(0);
});

test('a start in the pause after a failure is the only one', async () => {
  const flag = join(home, 'healthy');
  run(
    `console.log('up'); if (require('node:fs').existsSync(${JSON.stringify(flag)})) { ${forEver} } else process.exit(1);`,
  );
  while (child.restarts < 1 || child.pid) await delay(5);
  writeFileSync(flag, '');
  child.start();
  const starts = () => readFileSync(log, 'utf8').split('up').length;
  await lineInLog(log, /up/, { offset: readFileSync(log).length });
  const before = starts();
  // Longer than the pause.
  await delay(700);
  expect(starts()).toBe(before);
});

test('a program that is not there is tried again, not thrown', async () => {
  child = new Child({ name: 'child', command: '/nowhere/at-all', args: [], env: {}, log }).start();
  while (child.restarts < 1) await new Promise(setImmediate);
  expect(child.pid).toBeUndefined();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

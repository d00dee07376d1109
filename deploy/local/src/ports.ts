import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where free ports are looked for: above what has a service of its own, and below what the operating systems give to
 * whoever connects somewhere (from 32,768 on Linux). One from there could be a connection's own before it is listened on.
 */
const LOWEST = 20_000;
const END = 32_768;

/** What this process was given already, so that nobody is given it again before it is listened on. */
const given = new Set<number>();

/** `count` different ports on the loopback address that nobody listened on a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(LOWEST, END);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** Fails with a message for people when somebody already listens on the port. */
export async function requireFree(port: number, setting: string): Promise<void> {
  if (await isFree(port)) return;
  throw new Error(`Port ${port} is in use. Stop what listens there or set ${setting} to another port.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((answer) =>
    server
      .once('error', () => answer(false))
      .listen(port, '127.0.0.1', () => server.close(() => answer(true))),
  );
}

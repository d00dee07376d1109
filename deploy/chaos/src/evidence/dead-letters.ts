import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SERVICE_NAMES } from '@berth/contracts';
import { connect } from 'amqplib';

const COMMAND = join(import.meta.dirname, '../../../../libs/messaging/dist/dead-letters.cli.js');

/** A message that a service could not handle. */
export interface Letter {
  service: string;
  id: string;
  type: string;
  queue: string;
  reason: string;
  /** First line of the error. */
  error: string;
}

/** All dead letters there are. */
export async function deadLetters(amqpUrl: string): Promise<Letter[]> {
  const services = await withLetters(amqpUrl);
  const lists = await Promise.all(
    services.map(async (service) => {
      const letters = JSON.parse(await command(amqpUrl, service, 'list')) as (Letter & { stack: string })[];
      return letters.map(({ id, type, queue, reason, stack }) => {
        const error = stack.split('\n', 1)[0] ?? '';
        return { service, id, type, queue, reason, error };
      });
    }),
  );
  return lists.flat();
}

/** Has them all tried again, as an operator does: with the command of libs/messaging. */
export async function replayDeadLetters(amqpUrl: string): Promise<void> {
  for (const service of await withLetters(amqpUrl)) await command(amqpUrl, service, 'replay', '--all');
}

async function withLetters(amqpUrl: string): Promise<string[]> {
  const connection = await connect(amqpUrl);
  try {
    const channel = await connection.createChannel();
    const found: string[] = [];
    for (const service of SERVICE_NAMES) {
      // The gateway has no such queue, and asking for one that is not there ends the channel.
      if (service === 'gateway') continue;
      if ((await channel.checkQueue(`${service}.dead-letters`)).messageCount > 0) found.push(service);
    }
    return found;
  } finally {
    await connection.close();
  }
}

async function command(amqpUrl: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args, '--json'], {
    env: { ...process.env, AMQP_URL: amqpUrl },
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

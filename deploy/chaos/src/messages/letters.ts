import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PROGRAM = join(import.meta.dirname, '../../../../libs/messaging/dist/dead-letters.cli.js');

export interface Letter {
  id: string;
  reason: string;
  attempts: number;
  body: string;
}

/** The dead letters of the consumer, as its operators handle them: `npm run dead-letters` without npm. */
export class Letters {
  private readonly amqpUrl: string;

  constructor(amqpUrl: string) {
    this.amqpUrl = amqpUrl;
  }

  async list(): Promise<Letter[]> {
    const child = this.run('list', '--json');
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error('The dead letters cannot be listed');
    return JSON.parse(printed) as Letter[];
  }

  /** Puts all back; the process can be killed meanwhile. */
  replayAll(): ChildProcess {
    return this.run('replay', '--all');
  }

  private run(...args: string[]) {
    return spawn(process.execPath, [PROGRAM, 'billing', ...args], {
      env: { ...process.env, AMQP_URL: this.amqpUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

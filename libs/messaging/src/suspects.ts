import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Message } from 'amqplib';
import { Inbox } from './inbox.ts';

/** Set by the broker on what it delivers once more: how often it was delivered before. */
const DELIVERY_COUNT_HEADER = 'x-delivery-count';
/** Once or twice it may have been in hand by chance when a process was killed; so often costs little to be sure. */
const DELIVERIES_OF_A_SUSPECT = 2;
/** A handler that waits for something, a lock of the process that has ended say, does not keep the others waiting. */
const LONGEST_ALONE_MILLISECONDS = 500;
/** Carried by a message that has ended a process: from then on it is a suspect on every attempt. */
export const SUSPECT_HEADER = 'berth-suspect';

/**
 * Messages that may be what ends this process. A handler that does so can write nothing any more, and the broker counts a
 * delivery for all that were in hand, innocent ones too. So what was in hand at two ends is handled one at a time, with a
 * note before: who is found with a note when it comes again has ended the process, and that attempt of it has failed. It
 * waits for its next attempt like any failed message, while its neighbours are handled.
 */
@Injectable()
export class Suspects {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly inbox: Inbox) {}

  isSuspect({ properties: { headers } }: Message): boolean {
    const deliveries: unknown = headers?.[DELIVERY_COUNT_HEADER];
    if (headers?.[SUSPECT_HEADER] === true) return true;
    return typeof deliveries === 'number' && deliveries >= DELIVERIES_OF_A_SUSPECT;
  }

  /** Runs the work when all suspects before it are done with, or have been at it for half a second; throws {@link EndedProcess}, and does not, after such an end. */
  handle(queue: string, messageId: string, work: () => Promise<void>): Promise<void> {
    const handled = this.last.then(() => this.watch(queue, messageId, work));
    this.last = this.last.then(() =>
      Promise.race([handled.catch(() => {}), sleep(LONGEST_ALONE_MILLISECONDS)]),
    );
    return handled;
  }

  /**
   * Once its failed attempt is counted, and not before: a process that ends in between, by another suspect say, finds the
   * note again, and counts it then. Should the database be away, an innocent message waits for another attempt in vain.
   */
  async forget(queue: string, messageId: string): Promise<void> {
    await this.inbox.removeNote(queue, messageId).catch(() => {});
  }

  private async watch(queue: string, messageId: string, work: () => Promise<void>): Promise<void> {
    if (await this.inbox.hasNote(queue, messageId)) throw new EndedProcess();
    await this.inbox.note(queue, messageId);
    await work();
    await this.inbox.removeNote(queue, messageId);
  }
}

/** While the message was handled, by itself, the process or its connection to the broker came to an end. */
export class EndedProcess extends Error {
  constructor() {
    super('The process that handled it has ended, or lost the broker');
  }
}

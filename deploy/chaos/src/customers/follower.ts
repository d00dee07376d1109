import { setTimeout as delay } from 'node:timers/promises';
import { STREAM_EVENTS } from '@berth/contracts';
import type { StreamRecord, StreamedEvent } from './record.ts';

const PAUSE_MILLISECONDS = 1_000;

/** Follows an account's live events as a browser does: after every loss it goes on after the last id it has seen. */
export class Follower {
  readonly record: StreamRecord;
  private readonly url: string;
  private readonly token: string;
  private readonly stopping = new AbortController();
  private lastEventId = '';
  private following: Promise<void> = Promise.resolve();
  private begin: () => void = () => {};
  /** Resolves when it hears all that happens from now on. */
  readonly begun = new Promise<void>((begin) => (this.begin = begin));

  constructor(url: string, account: { id: string; token: string }) {
    this.url = url;
    this.token = account.token;
    this.record = { accountId: account.id, connections: 0, begunAt: null, events: [] };
  }

  start(): this {
    this.following = this.follow();
    return this;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.begin();
    await this.following;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.connection(signal).catch(() => {});
      await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }

  private async connection(signal: AbortSignal): Promise<void> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(this.lastEventId && { 'last-event-id': this.lastEventId }),
    };
    const response = await fetch(`${this.url}/v1/events`, { headers, signal });
    if (!response.ok || !response.body) throw new Error(`${response.status}`);
    this.record.connections += 1;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
  private take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
        return [name, value];
      }),
    );
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    this.record.begunAt ??= Number(this.lastEventId);
    this.begin();
    const data = fields.get('data');
    if (data === undefined) return;
    const event = fields.get('event') ?? 'message';
    this.record.events.push({ id: Number(this.lastEventId), event, ...told(event, data) });
  }
}

function told(event: string, data: string): Pick<StreamedEvent, 'serverId' | 'transitions'> {
  if (event !== 'server.changed') return { serverId: null, transitions: [] };
  const { server, transitions } = STREAM_EVENTS['server.changed'].parse(JSON.parse(data));
  return { serverId: server.id, transitions: transitions.map(({ sequence }) => sequence) };
}

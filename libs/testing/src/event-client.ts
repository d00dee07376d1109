import { eventually } from './eventually.ts';

export interface StreamedEvent {
  id: string;
  event: string;
  data: unknown;
  /** When it was here, by `performance.now()`. */
  at: number;
}

/** Reads a stream of Server-Sent Events as a browser does. */
export class EventClient {
  /** All so far. */
  readonly events: StreamedEvent[] = [];
  /** Where a browser would go on after a loss. */
  lastEventId = '';
  retryMilliseconds?: number;
  headers = new Headers();
  comments = 0;
  /** The stream is over, by whichever side. */
  ended = false;
  private readonly cutting = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  /** Throws with status and body unless the answer is a stream. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventClient> {
    const client = new EventClient();
    const response = await fetch(url, { headers, signal: client.cutting.signal });
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    client.headers = response.headers;
    client.reading = client.read(response.body);
    await eventually(() => client.lastEventId !== '' || client.ended);
    return client;
  }

  /** Ends it from this side. */
  async cut(): Promise<void> {
    this.cutting.abort();
    await this.reading;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    try {
      let text = '';
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch (error) {
      // However the connection ended, the stream is over; data that is no JSON is another matter.
      if (error instanceof SyntaxError) throw error;
    } finally {
      this.ended = true;
    }
  }

  private take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (name === '') this.comments += 1;
      else fields.set(name, value);
    }
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    const retry = fields.get('retry');
    if (retry !== undefined) this.retryMilliseconds = Number(retry);
    const data = fields.get('data');
    if (data === undefined) return;
    const event = fields.get('event') ?? 'message';
    this.events.push({ id: this.lastEventId, event, data: JSON.parse(data), at: performance.now() });
  }
}

import type { ServerChange } from '@berth/contracts';

/** What a stream says: a change, that all has to be read again, whether it is connected, or that it was not let in. */
export type LiveMessage =
  | { kind: 'change'; id: string; change: ServerChange }
  | { kind: 'reset'; id: string }
  | { kind: 'connected'; connected: boolean }
  | { kind: 'refused' };

const LONGEST_PAUSE_MILLISECONDS = 15_000;

/**
 * Follows the account's events in one tab for all: browsers open six connections to a host at most, and a stream takes one
 * for good. The tab that holds the lock follows and tells the others; when it is closed the next one goes on where it left off.
 */
export class LiveStream {
  private readonly channel = new BroadcastChannel('berth-live');
  private readonly ended = new AbortController();
  private lastEventId = '';
  private pause = 1_000;

  constructor(private readonly tell: (message: LiveMessage) => void) {
    this.channel.addEventListener('message', ({ data }: MessageEvent<LiveMessage>) => this.take(data));
    navigator.locks
      .request('berth-live', { signal: this.ended.signal }, () => this.follow())
      .catch(() => {
        // Ended while another tab was following.
      });
  }

  end(): void {
    this.ended.abort();
    this.channel.close();
  }

  private take(message: LiveMessage): void {
    if ('id' in message) this.lastEventId = message.id;
    this.tell(message);
  }

  private say(message: LiveMessage): void {
    if (this.ended.signal.aborted) return;
    this.channel.postMessage(message);
    this.take(message);
  }

  private async follow(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      await this.connection();
      this.say({ kind: 'connected', connected: false });
      await pause(this.pause * (0.5 + Math.random()), signal);
      this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MILLISECONDS);
    }
  }

  /** One EventSource, which by itself comes back from a lost network; resolves when it has given up, as it does when refused. */
  private connection(): Promise<void> {
    const query = this.lastEventId ? `?lastEventId=${encodeURIComponent(this.lastEventId)}` : '';
    const source = new EventSource(`/v1/events${query}`);
    return new Promise((over) => {
      const end = () => {
        source.close();
        over();
      };
      this.ended.signal.addEventListener('abort', end, { once: true });
      source.addEventListener('open', () => {
        this.pause = 1_000;
        this.say({ kind: 'connected', connected: true });
      });
      source.addEventListener('server.changed', ({ data, lastEventId }: MessageEvent<string>) =>
        this.say({ kind: 'change', id: lastEventId, change: JSON.parse(data) as ServerChange }),
      );
      source.addEventListener('reset', ({ lastEventId }: MessageEvent) =>
        this.say({ kind: 'reset', id: lastEventId }),
      );
      source.addEventListener('error', () => {
        this.say({ kind: 'connected', connected: false });
        if (source.readyState !== EventSource.CLOSED) return;
        this.say({ kind: 'refused' });
        end();
      });
    });
  }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });

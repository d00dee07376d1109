import { randomUUID } from 'node:crypto';
import type { Accepted, LaunchServerBody, Operation } from '@berth/contracts';
import type { Answered, Report, Stream } from './streams.ts';

const A_SERVER: LaunchServerBody = {
  name: 'Crowd',
  product: 'web',
  version: '1.26',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
};
const TIMEOUT_MILLISECONDS = 30_000;

/**
 * Open-loop load: each request is sent when it is due, however many are unanswered, and its time counts from then
 * (against coordinated omission, see https://www.scylladb.com/2021/04/22/on-coordinated-omission/).
 */
export class Generator {
  private url = '';
  private streams: { stream: Stream; due: number }[] = [];
  private found: Report = { answered: [], ended: [] };
  /** Accepted servers that nobody has asked to terminate, by token, oldest first. */
  private readonly servers = new Map<string, string[]>();

  /** From now on these, and those before no more. */
  play(url: string, streams: readonly Stream[]): void {
    this.url = url;
    const now = Date.now();
    this.streams = streams.map((stream) => ({ stream, due: now + 1000 / stream.perSecond }));
  }

  /** Sends what is due by now. */
  tick(): void {
    const now = Date.now();
    for (const each of this.streams) {
      for (; each.due <= now; each.due += 1000 / each.stream.perSecond) void this.send(each.stream, each.due);
    }
  }

  /** What has come since this was last called. */
  report(): Report {
    const found = this.found;
    this.found = { answered: [], ended: [] };
    return found;
  }

  private async send(stream: Stream, at: number): Promise<void> {
    if (stream.kind === 'read') return void (await this.call(stream, at, 'GET', '/v1/servers?limit=20'));
    if (stream.kind === 'launch') {
      const wanted = { ...A_SERVER, name: `Crowd ${randomUUID().slice(0, 8)}` };
      const launched = await this.call<Accepted>(stream, at, 'POST', '/v1/servers', wanted);
      if (launched) this.serversOf(stream).push(launched.server.id);
      return;
    }
    const servers = this.serversOf(stream);
    if (servers.length <= (stream.keep ?? 0)) return;
    const id = servers.shift() ?? '';
    const accepted = await this.call<Accepted>(stream, at, 'DELETE', `/v1/servers/${id}`);
    if (!accepted) servers.unshift(id);
    else if (stream.follow) await this.follow(stream, at, accepted.operation.id);
  }

  private async call<Body>(
    stream: Stream,
    at: number,
    method: string,
    path: string,
    body?: object,
  ): Promise<Body | null> {
    const answered: Answered = { stream: stream.name, at, milliseconds: 0, status: 0, code: 'no answer' };
    let accepted: Body | null = null;
    try {
      const response = await this.fetch(stream, method, path, body);
      const parsed = (await response.json()) as Body & { code?: string; server?: { id: string } };
      answered.status = response.status;
      answered.code = response.ok ? '' : (parsed.code ?? '');
      if (response.ok) accepted = parsed;
      const serverId = method === 'POST' && response.ok ? parsed.server?.id : undefined;
      if (serverId) answered.serverId = serverId;
    } catch (error) {
      answered.code = error instanceof Error ? error.name : 'no answer';
    }
    answered.milliseconds = Date.now() - at;
    this.found.answered.push(answered);
    return accepted;
  }

  private async follow(stream: Stream, at: number, operationId: string): Promise<void> {
    for (;;) {
      const response = await this.fetch(stream, 'GET', `/v1/operations/${operationId}?wait=20`).catch(
        () => null,
      );
      const operation = response?.ok ? ((await response.json()) as Operation) : null;
      if (operation?.endedAt) {
        const seconds = (Date.now() - at) / 1000;
        return void this.found.ended.push({ stream: stream.name, seconds, status: operation.status });
      }
    }
  }

  private fetch({ token }: Stream, method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  }

  private serversOf({ token }: Stream): string[] {
    const servers = this.servers.get(token) ?? [];
    this.servers.set(token, servers);
    return servers;
  }
}

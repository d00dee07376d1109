import type { Accepted, Operation, Server, UsageRecord } from '@berth/contracts';
import type { Api } from './api.ts';
import { visit } from './visit.ts';

/**
 * What Berth is for, once through the front door: launch, open, pause, resume, terminate, and what it billed. Says each step
 * and throws at the first that fails. Moves the clock of the simulated AWS.
 */
export async function mainJob(api: Api, awsEndpoint: string, say: (line: string) => void): Promise<void> {
  const launched = await step('launch', () =>
    api.post<Accepted>('/v1/servers', {
      name: 'Demo',
      product: 'web',
      version: '1.26',
      size: 'small',
      region: 'eu-central-1',
      diskGib: 20,
    }),
  );
  const { id, url } = launched.server;
  await finish('running', launched);
  say(`  opened     ${url} → ${await visit(url)}`);

  await virtualMinutes(3);
  await finish('paused', await step('pause', () => order('pause')));
  await virtualMinutes(10);
  await finish('running again', await step('resume', () => order('resume')));
  await virtualMinutes(2);
  await finish('terminated', await step('terminate', () => api.delete<Accepted>(`/v1/servers/${id}`)));
  await bill();

  function order(action: string): Promise<Accepted> {
    return api.post(`/v1/servers/${id}/actions/${action}`);
  }

  async function step(name: string, call: () => Promise<Accepted>): Promise<Accepted> {
    const accepted = await call();
    say(`${name.padEnd(12)} ${accepted.operation.id}`);
    return accepted;
  }

  async function finish(what: string, { operation }: Accepted): Promise<void> {
    const began = performance.now();
    const ended = await api.get<Operation>(`/v1/operations/${operation.id}?wait=60`);
    if (ended.status !== 'succeeded')
      throw new Error(`${operation.type} ${ended.status}: ${ended.error?.detail}`);
    for (const { name, startedAt: from, endedAt } of ended.steps) {
      if (from && endedAt)
        say(`  ${name.padEnd(18)} ${((Date.parse(endedAt) - Date.parse(from)) / 1000).toFixed(1)} s`);
    }
    const server = await api.get<Server>(`/v1/servers/${id}`);
    say(`  ${what} (status ${server.status}, address ${server.ip ?? 'none'}) after ${seconds(began)} s`);
  }

  /** Moves the simulated world's clock, which all services follow. */
  async function virtualMinutes(minutes: number): Promise<void> {
    const body = JSON.stringify({ advanceSeconds: minutes * 60 });
    await fetch(`${awsEndpoint}/_sim/clock`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    say(`  … ${minutes} minutes pass`);
  }

  async function bill(): Promise<void> {
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const to = new Date(Date.now() + 86_400_000).toISOString();
    const until = performance.now() + 15_000;
    let items: UsageRecord[] = [];
    // Usage follows the server's events: the last record is there when the disk's is.
    while (!items.some(({ meter }) => meter === 'disk') && performance.now() < until) {
      ({ items } = await api.get<{ items: UsageRecord[] }>(`/v1/usage?from=${from}&to=${to}&server=${id}`));
    }
    say('\nBilled:');
    for (const { meter, from: start, to: end, quantity, unit } of items) {
      say(
        `  ${meter.padEnd(8)} ${start.slice(11, 16)}–${end.slice(11, 16)} UTC  ${quantity} ${unit.replace('_', '-')}s`,
      );
    }
    if (items.length === 0) throw new Error('nothing was billed');
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

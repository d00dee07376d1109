import type { Page } from 'playwright-core';

/** The hosts under the simulated instances. */
export class Hosts {
  constructor(private readonly awsEndpoint: string) {}

  /** The one under this server fails; the simulator has told so when it resolves. */
  async fail(serverId: string): Promise<void> {
    const { instances } = (await this.ask('GET', 'state')) as { instances: SimulatedInstance[] };
    const instance = instances.find(({ tags }) => tags['berth:server-id'] === serverId);
    if (!instance) throw new Error(`${serverId} has no instance`);
    await this.ask('POST', `instances/${instance.id}/kill`, { leaves: 'terminated' });
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.awsEndpoint}/_sim/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

interface SimulatedInstance {
  id: string;
  tags: Record<string, string>;
}

/** From the end of what makes a server fail until its row says so, in seconds. */
export async function secondsUntilSeen(
  page: Page,
  serverId: string,
  fail: () => Promise<void>,
): Promise<number> {
  const seenAt = page.evaluate<number>(`new Promise((seen) => {
    const look = () => {
      const row = document.querySelector('a[href="/servers/${serverId}"]')?.closest('tr');
      if (row?.textContent.includes('Unavailable')) seen(Date.now());
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  })`);
  await fail();
  const failedAt = Date.now();
  return ((await seenAt) - failedAt) / 1000;
}
